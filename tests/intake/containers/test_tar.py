"""TAR members are read in place, and a damage costs only what it hits."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.intake import STANDARD_RULES, Item, walk
from intake.containers.making import OTHER, PICTURE, found, tar_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_of_tar_is_read_with_long_names(tmp_path: Path, form: int) -> None:
    long_name = "d/" * 60 + "1.jpg" if form == tarfile.USTAR_FORMAT else "ü" * 200 + ".jpg"
    files = {long_name: PICTURE, "2.png": OTHER, "empty": b""}
    assert found(tmp_path, tar_of(files, form)) == {f"!/{name}": data for name, data in files.items()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.text("abcü/", min_size=1, max_size=9), st.binary(max_size=700), max_size=5),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_any_tar_that_python_writes_is_read_back_whole(
    tmp_path: Path, files: dict[str, bytes], form: int
) -> None:
    answers = found(tmp_path, tar_of({f"x{name}x": data for name, data in files.items()}, form))
    plain = [answer for address, answer in answers.items() if address.count("!/") == 1]
    assert sorted(map(str, plain)) == sorted(map(str, files.values())) or not files


def test_links_folders_and_devices_hold_nothing(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"entry-{kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("1.jpg"), io.BytesIO())
    assert found(tmp_path, buffer.getvalue()) == {"!/1.jpg": b""}


def test_times_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(tar_of({"1.jpg": PICTURE}))
    _, member = walk([path], containers=STANDARD_RULES)
    assert isinstance(member, Item)
    assert member.modified_ns == 1_700_000_000 * 10**9


def test_a_tar_that_was_cut_off_yields_the_members_before_the_cut(tmp_path: Path) -> None:
    whole = tar_of({"1.jpg": PICTURE, "2.jpg": PICTURE})
    answers = found(tmp_path, whole[: len(PICTURE) + 3000])
    assert answers["!/1.jpg"] == PICTURE
    assert "ends before the end of this file" in str(answers["!/2.jpg"])
    assert "ends in the middle" in str(answers["!/"])


def test_a_tar_that_was_cut_between_members_says_that_its_end_mark_is_missing(tmp_path: Path) -> None:
    answers = found(tmp_path, tar_of({"1.jpg": bytes(512)})[: 2 * 512])
    assert "no end mark" in str(answers["!/"])


def test_a_damaged_header_loses_only_its_own_member(tmp_path: Path) -> None:
    whole = bytearray(tar_of({"1.jpg": OTHER, "2.jpg": OTHER, "3.jpg": OTHER}, tarfile.GNU_FORMAT))
    whole[whole.index(b"2.jpg")] ^= 1
    answers = found(tmp_path, bytes(whole))
    assert answers["!/1.jpg"] == answers["!/3.jpg"] == OTHER
    assert "neither a file nor padding" in str(answers["!/"])


def test_an_archive_behind_the_end_mark_is_not_hidden(tmp_path: Path) -> None:
    both = tar_of({"1.jpg": PICTURE}) + tar_of({"2.jpg": OTHER})
    assert found(tmp_path, both) == {"!/1.jpg": PICTURE, "!/2.jpg": OTHER}


def with_header(name: bytes, kind: bytes, content: bytes, size: bytes | None = None) -> bytes:
    """One member, written by hand."""
    block = bytearray(512)
    block[: len(name)] = name
    block[124:136] = b"%011o\0" % len(content) if size is None else size
    block[148:156] = b" " * 8
    block[156:157] = kind
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content + bytes(-len(content) % 512)


def test_sparse_files_are_named_as_not_read(tmp_path: Path) -> None:
    old = with_header(b"disk.img", b"S", b"x" * 100)
    line = b"33 GNU.sparse.name=other/disk.img\n"
    new = with_header(b"pax", b"x", b"%d" % len(line) + line[2:]) + with_header(b"n", b"0", b"y")
    answers = found(tmp_path, old + new + bytes(1024))
    assert list(answers) == ["!/disk.img", "!/other/disk.img"]
    assert all("sparse" in str(answer) for answer in answers.values())


def test_a_size_beyond_octal_is_read_and_one_that_makes_no_sense_is_nought(tmp_path: Path) -> None:
    wide = with_header(b"1.jpg", b"0", OTHER, size=b"\x80" + len(OTHER).to_bytes(11, "big"))
    odd = with_header(b"2.jpg", b"0", b"", size=b"not a number")
    assert found(tmp_path, wide + odd + bytes(1024)) == {"!/1.jpg": OTHER, "!/2.jpg": b""}


@pytest.mark.parametrize("line", [b"", b"no number", b"99 no equals", b"9999999 path=x"])
def test_an_extended_header_that_makes_no_sense_is_passed_over(tmp_path: Path, line: bytes) -> None:
    both = with_header(b"pax", b"x", line) + with_header(b"1.jpg", b"0", OTHER) + bytes(1024)
    assert OTHER in found(tmp_path, both).values()


def test_a_name_that_is_not_utf_8_is_shown_with_its_bytes(tmp_path: Path) -> None:
    assert found(tmp_path, with_header(b"\xff.jpg", b"0", OTHER) + bytes(1024)) == {"!/\\xff.jpg": OTHER}
