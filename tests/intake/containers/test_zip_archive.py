"""ZIP members come out as they went in; what is damaged, locked or overlapping is said."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.intake import STANDARD_RULES, Item, walk
from intake.containers.making import OTHER, PICTURE, found, zip_of, zstd_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_usual_way_of_packing_is_read(tmp_path: Path, method: int) -> None:
    files = {"DCIM/1.jpg": PICTURE, "ü.png": OTHER, "empty": b""}
    assert found(tmp_path, zip_of(files, method)) == {f"!/{name}": data for name, data in files.items()}


@pytest.mark.parametrize(("method", "pack"), [(93, zstd_of), (95, lzma.compress)])
def test_zstandard_and_xz_members_are_read(
    tmp_path: Path, method: int, pack: Callable[[bytes], bytes]
) -> None:
    assert found(tmp_path, one_member(pack(PICTURE), PICTURE, method=method)) == {"!/1.jpg": PICTURE}


NAMES = st.characters(codec="utf-8", exclude_characters="\0")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(NAMES, min_size=1, max_size=20), st.binary(max_size=500), max_size=6))
def test_any_zip_that_python_writes_is_read_back_whole(tmp_path: Path, files: dict[str, bytes]) -> None:
    answers = found(tmp_path, zip_of({f"{name}.": data for name, data in files.items()}))
    plain = [answer for address, answer in answers.items() if address.count("!/") == 1]
    assert sorted(map(str, plain)) == sorted(map(str, files.values()))


def one_member(
    packed: bytes,
    content: bytes,
    *,
    method: int = 0,
    flags: int = 0,
    crc: int | None = None,
    extra: bytes = b"",
    size: int | None = None,
) -> bytes:
    """A ZIP of one member, written by hand."""
    crc = zlib.crc32(content) if crc is None else crc
    size = len(content) if size is None else size
    common = struct.pack("<4H3L2H", flags, method, 0, 0, crc, len(packed), size, 5, len(extra))
    local = b"PK\x03\x04" + b"\x14\0" + common + b"1.jpg" + extra
    central = b"PK\x01\x02" + b"\x14\0\x14\0" + common + bytes(14) + b"1.jpg" + extra
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + end


@pytest.mark.parametrize(("method", "name"), [(9, "Deflate64"), (98, "PPMd"), (77, "method 77")])
def test_a_way_of_packing_that_is_not_read_is_named(tmp_path: Path, method: int, name: str) -> None:
    answer = str(found(tmp_path, one_member(b"x", b"x", method=method))["!/1.jpg"])
    assert answer.startswith("input.unsupported")
    assert name in answer


@pytest.mark.parametrize("flags", [1, 1 | 8])
@pytest.mark.parametrize("method", [0, 99])
def test_an_encrypted_member_without_a_password_is_said(tmp_path: Path, flags: int, method: int) -> None:
    extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8)
    zipped = one_member(b"x" * 50, b"x" * 22, flags=flags, method=method, extra=extra)
    answer = str(found(tmp_path, zipped)["!/1.jpg"])
    assert answer.startswith("input.encrypted")
    assert "1.jpg could not be read. It is encrypted." in answer


def test_a_checksum_that_does_not_hold_is_an_error_when_the_member_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(one_member(PICTURE, PICTURE, crc=1))
    _, member = walk([path], containers=STANDARD_RULES)
    assert isinstance(member, Item)
    with pytest.raises(Exception, match="checksum does not hold"):
        member.open()


@pytest.mark.parametrize("size", [10, 10**6])
def test_a_false_size_is_an_error_when_the_member_is_opened(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(one_member(PICTURE, PICTURE, size=size))
    _, member = walk([path], containers=STANDARD_RULES)
    assert isinstance(member, Item)
    with pytest.raises(Exception, match=r"more than the container says|ends too early"):
        member.open()


def test_members_that_overlap_are_refused_except_the_first(tmp_path: Path) -> None:
    honest = zip_of({"1.jpg": PICTURE}, zipfile.ZIP_STORED)
    at = honest.index(b"PK\x01\x02")
    line, end = honest[at : honest.index(b"PK\x05\x06")], honest[honest.index(b"PK\x05\x06") :]
    lines = line + line.replace(b"1.jpg", b"2.jpg") + line.replace(b"1.jpg", b"3.jpg")
    bomb = honest[:at] + lines + end[:8] + struct.pack("<HHLL", 3, 3, len(lines), at) + b"\0\0"
    answers = found(tmp_path, bomb)
    assert answers["!/1.jpg"] == PICTURE
    assert "overlap" in str(answers["!/2.jpg"])
    assert "overlap" in str(answers["!/3.jpg"])


def test_a_directory_that_points_at_something_else_is_damage(tmp_path: Path) -> None:
    zipped = bytearray(zip_of({"1.jpg": PICTURE, "2.png": OTHER}))
    zipped[zipped.index(b"PK\x03\x04")] = 0
    zipped[:4] = b"PK\x05\x06"  # Still recognised as a ZIP.
    answers = found(tmp_path, bytes(zipped))
    assert "points at something else" in str(answers["!/1.jpg"])
    assert answers["!/2.png"] == OTHER


def test_a_directory_that_breaks_off_loses_only_what_follows(tmp_path: Path) -> None:
    zipped = bytearray(zip_of({"1.jpg": PICTURE, "2.png": OTHER}))
    zipped[zipped.rindex(b"PK\x01\x02")] = 0
    answers = found(tmp_path, bytes(zipped))
    assert answers["!/1.jpg"] == PICTURE
    assert "directory is damaged" in str(answers["!/"])


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_zip_that_was_cut_off_yields_the_members_before_the_cut(
    tmp_path: Path, *, is_streamed: bool
) -> None:
    buffer = Unseekable() if is_streamed else io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"1.jpg": PICTURE, "folder/": b"", "2.png": OTHER, "3.jpg": PICTURE}.items():
            archive.writestr(name, data)
    zipped = buffer.getvalue()
    answers = found(tmp_path, zipped[: len(zipped) // 2 + 5000])
    assert answers["!/1.jpg"] == PICTURE
    assert answers["!/2.png"] == OTHER
    assert "ends before the end" in str(answers["!/3.jpg"])
    assert "lost its directory" in str(answers["!/"])


class Unseekable(io.BytesIO):
    """Makes zipfile write the sizes behind each member."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def test_without_a_directory_a_length_that_is_lost_is_said(tmp_path: Path) -> None:
    header = b"PK\x03\x04\x14\0" + struct.pack("<4H3L2H", 8, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    answers = found(tmp_path, header + PICTURE + zip_of({"1.jpg": OTHER})[:4000])
    assert "length is lost" in str(answers["!/a"])
    assert "!/1.jpg" in answers


@pytest.mark.parametrize("data", [b"\xff" * 100, zlib.compress(bytes(8 << 20), 9, -15)[:-1]])
def test_without_a_directory_damage_and_bombs_are_said(tmp_path: Path, data: bytes) -> None:
    header = b"PK\x03\x04\x14\0" + struct.pack("<4H3L2H", 8, 8, 0, 0, 0, 0, 0, 1, 0) + b"a"
    rules = replace(STANDARD_RULES, ratio_grace_bytes=1 << 20)
    answer = str(found(tmp_path, header + data, rules)["!/a"])
    assert "damaged" in answer or "250 times" in answer


def test_a_zip_behind_other_bytes_is_read_by_its_own_offsets(tmp_path: Path) -> None:
    inner = zip_of({"1.jpg": PICTURE})
    answers = found(tmp_path, zip_of({"first": b"x"}) + b"between" + inner)
    assert answers == {"!/1.jpg": PICTURE}


def test_an_end_mark_in_a_comment_does_not_hide_the_members(tmp_path: Path) -> None:
    buffer = io.BytesIO(zip_of({"1.jpg": PICTURE}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, 46, 0, 0) + b"more"
    assert found(tmp_path, buffer.getvalue()) == {"!/1.jpg": PICTURE}


def test_an_empty_end_mark_does_not_hide_the_members_either(tmp_path: Path) -> None:
    empty = b"PK\x05\x06" + bytes(18)
    assert found(tmp_path, zip_of({"1.jpg": PICTURE}) + empty)["!/1.jpg"] == PICTURE


def test_an_empty_zip_holds_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, zip_of({})) == {}


def test_a_zip_of_64_bit_records_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("1.jpg", "w", force_zip64=True) as member:
        member.write(PICTURE)
    zipped = buffer.getvalue()
    at, end = zipped.index(b"PK\x01\x02"), zipped.index(b"PK\x05\x06")
    line = zipped[at:end]
    wide = struct.pack("<HHQQ", 1, 16, len(PICTURE), len(PICTURE))
    line = line[:20] + b"\xff" * 8 + line[28:30] + struct.pack("<H", len(wide)) + line[32:] + wide
    record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, len(line), at)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, at + len(line), 1)
    last = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert found(tmp_path, zipped[:at] + line + record + locator + last) == {"!/1.jpg": PICTURE}
    assert "lost its directory" in str(found(tmp_path, zipped[:at] + line + last)["!/"])


def test_times_with_a_time_zone_are_kept_and_others_are_not(tmp_path: Path) -> None:
    unix = struct.pack("<HHBl", 0x5455, 5, 1, 1_700_000_000)
    ntfs = struct.pack("<HHLHHQ", 10, 16 + 16, 0, 1, 24, (1_700_000_000 + 11_644_473_600) * 10**7) + bytes(16)
    for extra, expected in ((unix, 1_700_000_000 * 10**9), (ntfs, 1_700_000_000 * 10**9), (b"", None)):
        path = tmp_path / "a.zip"
        path.write_bytes(one_member(OTHER, OTHER, extra=extra))
        _, member = walk([path], containers=STANDARD_RULES)
        assert isinstance(member, Item)
        assert member.modified_ns == expected


def test_names_are_read_as_utf_8_as_a_code_page_or_as_the_extra_field_says(tmp_path: Path) -> None:
    plain = one_member(OTHER, OTHER)
    assert list(found(tmp_path, plain.replace(b"1.jpg", "ü.jpg".encode()[:5]))) == ["!/ü.jp"]
    assert list(found(tmp_path, plain.replace(b"1.jpg", b"\x81.jpg"))) == ["!/ü.jpg"]
    unicode_name = struct.pack("<HHBL", 0x7075, 5 + 5, 1, 0) + "ñ.j".encode() + b"p"
    assert list(found(tmp_path, one_member(OTHER, OTHER, extra=unicode_name))) == ["!/ñ.jp"]
    broken = one_member(OTHER, OTHER, flags=0x800).replace(b"1.jpg", b"\xff.jpg")
    assert list(found(tmp_path, broken)) == ["!/\\xff.jpg"]
