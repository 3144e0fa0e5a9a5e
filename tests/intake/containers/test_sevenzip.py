"""7z archives written by another program are read back whole, and damage is said."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cairn.intake import STANDARD_RULES, Item, walk
from intake.containers.making import OTHER, PICTURE, chance, found, read_all

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import py7zr

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"DCIM/1.jpg": PICTURE, "2.png": OTHER, "ü.txt": b"text", "empty": b""}
PASSWORD = "geheim"  # noqa: S105  # a test's
LOCKED = replace(STANDARD_RULES, passwords=("falsch", PASSWORD))
LZMA2 = {"id": py7zr.FILTER_LZMA2, "preset": 1}
LZMA = {"id": py7zr.FILTER_LZMA}


def sevenzip_of(files: dict[str, bytes], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "filters",
    [
        [LZMA2],
        [LZMA],
        [{"id": py7zr.FILTER_BZIP2}],
        [{"id": py7zr.FILTER_DEFLATE}],
        [{"id": py7zr.FILTER_COPY}],
        [{"id": py7zr.FILTER_X86}, LZMA2],
        [{"id": py7zr.FILTER_X86}, LZMA],
        [{"id": py7zr.FILTER_ARM}, LZMA],
        [{"id": py7zr.FILTER_ARMTHUMB}, LZMA2],
        [{"id": py7zr.FILTER_POWERPC}, LZMA2],
        [{"id": py7zr.FILTER_SPARC}, LZMA2],
        [{"id": py7zr.FILTER_DELTA}, LZMA2],
    ],
)
def test_every_usual_way_of_packing_is_read(tmp_path: Path, filters: list[dict[str, int]]) -> None:
    answers = found(tmp_path, sevenzip_of(FILES, filters=filters))
    assert answers == {f"!/{name}": data for name, data in FILES.items()}


def test_filters_for_programs_are_undone(tmp_path: Path) -> None:
    code = b"".join(b"\xe8" + struct.pack("<l", number * 7) + b"\x90" * 3 for number in range(5000))
    filters = [{"id": py7zr.FILTER_X86}, LZMA]
    assert found(tmp_path, sevenzip_of({"a.exe": code}, filters=filters)) == {"!/a.exe": code}


@pytest.mark.parametrize("identity", [py7zr.FILTER_PPMD, py7zr.FILTER_ZSTD])
def test_a_way_of_packing_that_is_not_read_is_named(tmp_path: Path, identity: int) -> None:
    answer = str(found(tmp_path, sevenzip_of({"1.jpg": OTHER}, filters=[{"id": identity}]))["!/1.jpg"])
    assert answer.startswith("input.unsupported")
    assert "PPMd" in answer or "method" in answer


@pytest.mark.parametrize("hide_names", [False, True])
def test_an_encrypted_archive_opens_with_the_password_that_fits(tmp_path: Path, *, hide_names: bool) -> None:
    packed = sevenzip_of(FILES, password=PASSWORD, header_encryption=hide_names)
    assert found(tmp_path, packed, LOCKED) == {f"!/{name}": data for name, data in FILES.items()}
    answers = found(tmp_path, packed)
    key = "!/" if hide_names else "!/2.png"
    assert str(answers[key]).startswith("input.encrypted")
    wrong = found(tmp_path, packed, replace(LOCKED, passwords=("falsch",)))
    assert "none of the passwords fits" in str(wrong[key])


def test_folders_hold_nothing_and_times_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    (folder / "1.jpg").write_bytes(PICTURE)
    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.writeall(tmp_path / "in", "in")
    _, member = walk([tmp_path / "a.7z"], containers=STANDARD_RULES)
    assert isinstance(member, Item)
    assert member.address.endswith("a.7z!/in/deep/1.jpg")
    stated = (folder / "1.jpg").stat().st_mtime_ns
    assert member.modified_ns is not None
    assert abs(member.modified_ns - stated) < 10_000
    assert read_all(member) == PICTURE


def test_a_7z_that_was_cut_off_says_that_its_header_is_lost(tmp_path: Path) -> None:
    whole = sevenzip_of(FILES)
    assert "ends too early" in str(found(tmp_path, whole[:-10])["!/"])
    assert "ends too early" in str(found(tmp_path, whole[:20])["!/"])


def test_changed_headers_are_told_by_their_checksums(tmp_path: Path) -> None:
    whole = sevenzip_of(FILES)
    for place, words in ((15, "first header is damaged"), (-1, "header is damaged")):
        changed = bytearray(whole)
        changed[place] ^= 1
        assert words in str(found(tmp_path, bytes(changed))["!/"])


def test_changed_content_is_told_by_its_checksum_when_it_is_opened(tmp_path: Path) -> None:
    changed = bytearray(sevenzip_of({"1.jpg": PICTURE, "2.png": OTHER}, filters=[{"id": py7zr.FILTER_COPY}]))
    changed[100] ^= 1
    path = tmp_path / "a.7z"
    path.write_bytes(changed)
    _, first, second = walk([path], containers=STANDARD_RULES)
    assert isinstance(first, Item)
    assert isinstance(second, Item)
    with pytest.raises(Exception, match="checksum does not hold"):
        first.open()
    assert read_all(second) == OTHER


def test_a_damaged_solid_block_yields_the_files_before_the_damage(tmp_path: Path) -> None:
    files = {f"{number}.jpg": chance(number).randbytes(150_000) for number in range(3)}
    whole = bytearray(sevenzip_of(files, filters=[LZMA2]))
    header_at = 32 + struct.unpack_from("<Q", whole, 12)[0]
    whole[header_at - 1200 : header_at - 1100] = bytes(100)
    path = tmp_path / "a.7z"
    path.write_bytes(whole)
    _, first, *_, last = walk([path], containers=STANDARD_RULES)
    assert isinstance(first, Item)
    assert isinstance(last, Item)
    assert read_all(first) == files["0.jpg"]
    with pytest.raises(Exception, match=r"ends too early|checksum"):
        last.open()


def test_a_solid_block_larger_than_the_scratch_limit_is_refused(tmp_path: Path) -> None:
    rules = replace(STANDARD_RULES, scratch_bytes=1000)
    answers = found(tmp_path, sevenzip_of({"1.jpg": PICTURE}), rules)
    assert str(answers["!/1.jpg"]).startswith("input.limit")


def with_header(header: bytes, packed: bytes = b"") -> bytes:
    """A 7z of this header, with checksums that hold."""
    rest = struct.pack("<QQL", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(rest)) + rest + packed + header


def test_an_empty_archive_holds_nothing(tmp_path: Path) -> None:
    rest = bytes(20)
    assert found(tmp_path, b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(rest)) + rest) == {}
    assert found(tmp_path, with_header(b"\1\0")) == {}


def test_a_header_packed_in_itself_again_and_again_ends_at_the_limit(tmp_path: Path) -> None:
    streams = b"\6\0\1\x09%c\0\7\x0b\1\0\1\1\0\x0c%c\0\0"
    header = b"\x17" + streams
    size = len(header)
    header = b"\x17" + streams % (size, size)
    answers = found(tmp_path, with_header(header, packed=header))
    assert "packed in itself" in str(answers["!/"])


def test_an_empty_file_is_a_member(tmp_path: Path) -> None:
    header = b"\1\5\2\x0e\1\xc0\x0f\1\x80\x11\x09\0a\0\0\0b\0\0\0\0\0"
    assert found(tmp_path, with_header(header)) == {"!/a": b""}


FOLDER = b"\7\x0b\1\0\1\1\0\x0c\4\0"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"\5", "breaks its own rules"),
        (b"\1\4\7\x0b\1\0\1\1\0\x0c\4\x0a\1\0\0\0\0\0\0\0", None),
        (b"\1\4\7\x0b\1\0\1\x14\3\3\1\x1b\4\1\0\1\2\3\x0c\4\0\0\0", None),
        (b"\1\5\1\0\0", None),
        (b"\1\5\xff\xff\xff\xff\xff\xff\xff\xff\xff", "more than it can hold"),
        (b"\1\4\7\x0b\1\1", "elsewhere"),
        (b"\1\4\7\x0b\1\0\0", "no coders"),
        (b"\1\4\7\x0b\1\0\2\1\0\1\0\5\1", "tied in a way"),
        (b"\1\4" + FOLDER + b"\x08\x0d\2\x09\x09\0\0\0", "larger than what they are packed in"),
        (b"\1\5\1\x11\5\0a\0\0\0\0", None),
        (b"\1\5\2\x11\3\0a\0\0\0", "fewer names"),
        (b"\1\5\1\x0e\1", "ends too early"),
        (b"\1\5\1\x11\3\0a\0\0\0", None),
        (b"\x17\0", "packed header makes no sense"),
        (b"\x17\x08\0\7\x0b\1\0\1\1\0\x0c\4\0\0", "breaks its own rules"),
        (b"\x17\7\x0b\1\0\1\1\0\x0c\4\0\x08\x0d\0\0\0", "packed header makes no sense"),
        (b"\1\2\1\1x\0\3\0\0", None),
    ],
)
def test_headers_that_break_the_rules_are_damage(tmp_path: Path, header: bytes, words: str | None) -> None:
    answers = found(tmp_path, with_header(header))
    assert any(words in str(answer) for answer in answers.values()) if words else "rules" not in str(answers)


def test_a_file_without_bytes_in_the_header_is_said(tmp_path: Path) -> None:
    answers = found(tmp_path, with_header(b"\1\5\1\x11\5\0a\0\0\0\0\0"))
    assert "names a file without its bytes" in str(answers["!/a"])


def test_packed_bytes_beyond_the_end_are_said(tmp_path: Path) -> None:
    pack = b"\6\0\1\x09\x7f\0"
    header = b"\1\4" + pack + FOLDER + b"\0" + b"\5\1\x11\5\0a\0\0\0\0\0"
    assert "ends before the end" in str(found(tmp_path, with_header(header))["!/a"])
