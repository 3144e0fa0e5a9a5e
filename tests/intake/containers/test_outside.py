"""The outside reader turns an archive into members, under limits, and its failure is said."""

from __future__ import annotations

import shutil
import stat
import struct
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from cairn.intake import STANDARD_RULES, ContainerRules, find_outside_reader
from intake.containers.making import OTHER, PICTURE, found, tar_of, zip_of

RAR = b"Rar!\x1a\x07\1\0"


def reader_that(folder: Path, code: str) -> ContainerRules:
    """A stand-in for bsdtar: a program that gets the archive as its standard input."""
    program = folder / "bsdtar"
    head = f"#!{sys.executable} -IS\nimport os, sys\ndata = sys.stdin.buffer.read()\n"
    program.write_text(head + f"out = sys.stdout.buffer\n{code}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return replace(STANDARD_RULES, outside_reader=program)


def test_what_the_reader_hands_out_are_the_members(tmp_path: Path) -> None:
    rules = reader_that(
        tmp_path, "assert sys.argv[1:] == ['-cf', '-', '--format=pax', '@-']\nout.write(data[8:])"
    )
    archive = RAR + tar_of({"DCIM/1.jpg": PICTURE, "2.png": OTHER})
    assert found(tmp_path, archive, rules) == {"!/DCIM/1.jpg": PICTURE, "!/2.png": OTHER}


def test_an_archive_inside_another_one_is_handed_over_alone(tmp_path: Path) -> None:
    rules = reader_that(tmp_path, "out.write(data[8:])")
    outer = zip_of({"before": b"x", "in.rar": RAR + tar_of({"1.jpg": PICTURE}), "after": b"y"}, 0)
    assert found(tmp_path, outer, rules)["!/in.rar!/1.jpg"] == PICTURE


def test_members_before_a_failure_are_read_and_the_failure_is_said(tmp_path: Path) -> None:
    rules = reader_that(tmp_path, "out.write(data[8:])\nout.flush()\nsys.exit(3)")
    answers = found(tmp_path, RAR + tar_of({"1.jpg": PICTURE}), rules)
    assert answers["!/1.jpg"] == PICTURE
    assert "stopped with status 3" in str(answers["!/"])


def test_the_reader_can_write_no_file_and_use_little_memory(tmp_path: Path) -> None:
    target = tmp_path / "written"
    for code in (
        f"open({str(target)!r}, 'wb', 0).write(b'x')",
        "bytearray(8 << 30)",
    ):
        answers = found(tmp_path, RAR, reader_that(tmp_path, code))
        assert "The outside reader stopped" in str(answers["!/"])
    assert not target.exists() or target.stat().st_size == 0


def test_a_bomb_is_stopped_and_its_reader_with_it(tmp_path: Path) -> None:
    rules = reader_that(tmp_path, "while True: out.write(bytes(1 << 20))")
    answers = found(tmp_path, RAR, replace(rules, scratch_bytes=8 << 20))
    assert str(answers["!/"]).startswith("input.limit")


def test_a_reader_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = replace(STANDARD_RULES, outside_reader=tmp_path / "missing")
    assert "stopped with status" in str(found(tmp_path, RAR, rules)["!/"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert "could not be started" in str(found(tmp_path, RAR, rules)["!/"])


def test_the_reader_is_found_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/{name}")
    assert find_outside_reader() == Path("/opt/bsdtar")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert find_outside_reader() is None


def rar5_of(name: bytes, data: bytes) -> bytes:
    """A RAR 5 archive of one stored file, written by hand from the published description."""

    def number(value: int) -> bytes:
        digits = bytearray()
        while True:
            value, low = value >> 7, value & 0x7F
            digits.append(low | (0x80 if value else 0))
            if not value:
                return bytes(digits)

    def block(content: bytes) -> bytes:
        sized = number(len(content)) + content
        return struct.pack("<L", zlib.crc32(sized)) + sized

    main = block(number(1) + number(0) + number(0))
    size = number(len(data))
    file = number(4) + size + number(0o100644) + struct.pack("<L", zlib.crc32(data)) + number(0) + number(1)
    head = block(number(2) + number(2) + size + file + number(len(name)) + name)
    return RAR + main + head + data + block(number(5) + number(0) + number(0))


def test_a_real_rar_is_read_where_bsdtar_is_installed(tmp_path: Path) -> None:
    program = find_outside_reader()
    if program is None:
        pytest.skip("the program bsdtar is not installed")
    rules = replace(STANDARD_RULES, outside_reader=program)
    assert found(tmp_path, rar5_of("grün.jpg".encode(), PICTURE), rules) == {"!/grün.jpg": PICTURE}
    assert "stopped with status" in str(found(tmp_path, rar5_of(b"1.jpg", PICTURE)[:-9000], rules)["!/"])
