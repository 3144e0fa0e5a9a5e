"""The files of one image are found by their names."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.evidence import open_for_reading
from cairn.intake.containers.reading import OpenedSource
from cairn.intake.containers.segments import Beside, ending, first_is_missing, is_ewf, number_of, pieces

if TYPE_CHECKING:
    from pathlib import Path

E01 = b"EVF\x09\x0d\x0a\xff\0\1"
EX01 = b"EVF2\x0d\x0a\x81\0\2\1\0\0"


@pytest.mark.parametrize(
    ("first", "number", "expected"),
    [
        ("E01", 2, "E02"),
        ("E01", 99, "E99"),
        ("E01", 100, "EAA"),
        ("E01", 775, "EZZ"),
        ("E01", 776, "FAA"),
        ("e01", 101, "eab"),
        ("Ex01", 12, "Ex12"),
        ("Ex01", 100, "ExAA"),
        ("001", 12, "012"),
        ("000", 2, "001"),
        ("01", 3, "03"),
    ],
)
def test_endings_are_counted_as_imaging_programs_do(first: str, number: int, expected: str) -> None:
    assert ending(first, number) == expected


def test_a_piece_says_its_number() -> None:
    assert number_of(E01 + b"\3\0\0\0") == 3
    assert number_of(EX01 + b"\4\0\0\0") == 4
    assert number_of(bytes(16)) == 1
    assert is_ewf(E01)
    assert not is_ewf(bytes(16))


def folder_with(folder: Path, *names: str) -> tuple[OpenedSource, Beside]:
    for name in names:
        (folder / name).write_bytes(name.encode())

    def beside(name: str) -> int:
        return open_for_reading(folder / name)

    return OpenedSource(partial(beside, names[0])), (names[0], beside)


def contents(folder: Path, *names: str, ewf: bool) -> list[bytes]:
    first, beside = folder_with(folder, *names)
    found = []
    for source in pieces(first, beside, ewf=ewf):
        with source.reader() as reader:
            found.append(os.pread(reader.descriptor, 99, 0))
    return found


def test_pieces_are_taken_up_to_the_first_gap(tmp_path: Path) -> None:
    names = ("a.E01", "a.E02", "a.E04", "b.E03")
    assert contents(tmp_path, *names, ewf=True) == [b"a.E01", b"a.E02"]


def test_a_raw_image_may_be_split_and_a_whole_one_is_alone(tmp_path: Path) -> None:
    assert contents(tmp_path, "a.001", "a.002", ewf=False) == [b"a.001", b"a.002"]
    assert contents(tmp_path, "a.dd", "a.ee", ewf=False) == [b"a.dd"]
    assert contents(tmp_path, "b.E01", "b.E02", ewf=False) == [b"b.E01"]


def test_inside_a_container_an_image_is_one_file(tmp_path: Path) -> None:
    first, _ = folder_with(tmp_path, "a.E01", "a.E02")
    assert pieces(first, None, ewf=True) == [first]


def test_a_piece_that_may_not_be_read_is_not_called_absent(tmp_path: Path) -> None:
    first, (name, opens) = folder_with(tmp_path, "a.E01")
    (tmp_path / "a.E02").mkdir()
    with pytest.raises(InputError, match="a folder"):
        pieces(first, (name, opens), ewf=True)


def test_a_later_piece_without_its_first_is_said(tmp_path: Path) -> None:
    _, beside = folder_with(tmp_path, "a.E02")
    assert "piece 2" in str(first_is_missing(E01 + b"\2\0", beside))
    assert "piece 2" in str(first_is_missing(E01 + b"\2\0", None))
    folder_with(tmp_path, "a.E01")
    assert first_is_missing(E01 + b"\2\0", beside) is None


def test_a_later_piece_of_an_ex01_looks_for_one(tmp_path: Path) -> None:
    _, beside = folder_with(tmp_path, "a.Ex02")
    assert first_is_missing(EX01 + b"\2\0\0\0", beside) is not None
    folder_with(tmp_path, "a.Ex01")
    assert first_is_missing(EX01 + b"\2\0\0\0", beside) is None
