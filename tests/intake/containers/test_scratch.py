"""Unpacked bytes lie in files without a name, under limits, and a full disk is a sentence."""

from __future__ import annotations

import errno
import fcntl
import functools
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.intake import STANDARD_RULES
from cairn.intake.containers.rules import BLOCKS_KEPT
from cairn.intake.containers.scratch import Allowance, Shelf, unpack
from intake.containers.making import open_descriptors

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECES = [bytes([number]) * 1000 for number in range(20)]
PLENTY = Allowance(1 << 30, None)


def content(descriptor: int) -> bytes:
    """What a descriptor holds; it must be for reading only, wherever the bytes lie."""
    assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    try:
        return os.read(descriptor, 1 << 20)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("memory_bytes", [0, 5000, 1 << 20])
def test_small_content_stays_in_memory_and_large_content_moves_to_disk(
    tmp_path: Path, memory_bytes: int
) -> None:
    rules = replace(STANDARD_RULES, memory_bytes=memory_bytes, scratch_folder=tmp_path)
    descriptor = unpack(PIECES, allowance=PLENTY, rules=rules)
    place = str(Path(f"/proc/self/fd/{descriptor}").readlink())
    assert ("memfd:cairn" in place) == (memory_bytes == 1 << 20)
    assert "(deleted)" in place
    assert list(tmp_path.iterdir()) == []
    assert content(descriptor) == b"".join(PIECES)


def test_without_memory_files_everything_goes_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    descriptor = unpack(PIECES, allowance=PLENTY, rules=replace(STANDARD_RULES, scratch_folder=tmp_path))
    assert str(tmp_path) in str(Path(f"/proc/self/fd/{descriptor}").readlink())
    assert content(descriptor) == b"".join(PIECES)


def without_proc(monkeypatch: pytest.MonkeyPatch, number: int = errno.ENOENT) -> None:
    real = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if str(path).startswith("/proc") or (number != errno.ENOENT and flags & os.O_ACCMODE == os.O_RDONLY):
            raise OSError(number, os.strerror(number))
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)


def test_without_a_process_folder_the_content_is_read_from_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_proc(monkeypatch)
    descriptor = unpack(PIECES, allowance=PLENTY, rules=replace(STANDARD_RULES, scratch_folder=tmp_path))
    monkeypatch.undo()
    assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    assert list(tmp_path.iterdir()) == []
    assert content(descriptor) == b"".join(PIECES)


def test_a_file_that_cannot_be_opened_twice_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_descriptors()
    without_proc(monkeypatch, errno.EMFILE)
    with pytest.raises(InputError, match="could not be unpacked"):
        unpack(PIECES, allowance=PLENTY, rules=replace(STANDARD_RULES, scratch_folder=tmp_path))
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
    assert open_descriptors() <= before  # Fewer, where an earlier test left some to the collector.


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "no room left"), (errno.EACCES, "Permission denied")]
)
def test_a_full_disk_is_a_sentence(number: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    before = open_descriptors()
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InputError, match=words) as caught:
        unpack(PIECES, allowance=PLENTY, rules=STANDARD_RULES)
    monkeypatch.undo()
    assert caught.value.code == "input.scratch"
    assert open_descriptors() <= before  # Fewer, where an earlier test left some to the collector.


@pytest.mark.parametrize(
    ("allowance", "words"),
    [
        (Allowance(5000, None), "limit of 5,000 bytes"),
        (Allowance(1 << 30, 10), "250 times its packed size"),
        (Allowance(1 << 30, None, 5000), "more than the container says"),
        (Allowance(1 << 30, None, 50_000), "ends too early"),
    ],
)
def test_unpacking_stops_at_the_allowance(allowance: Allowance, words: str) -> None:
    with pytest.raises(InputError, match=words):
        unpack(PIECES, allowance=allowance, rules=replace(STANDARD_RULES, ratio_grace_bytes=4000))


def test_the_shelf_unpacks_once_while_there_is_room_and_again_afterwards() -> None:
    shelf, unpacked = Shelf(STANDARD_RULES), list[int]()

    def chunks(name: int) -> Iterator[bytes]:
        unpacked.append(name)
        yield bytes([name])

    names = range(BLOCKS_KEPT + 1)
    sources = [shelf.place(functools.partial(chunks, name), stored_bytes=None) for name in names]
    assert unpacked == []
    for source in [*sources, sources[-1], sources[1], sources[0]]:
        with source.reader() as reader:
            assert reader.read_at(0, 9) == bytes([sources.index(source)])
    assert unpacked == [*range(BLOCKS_KEPT + 1), 0]


def test_a_block_in_use_outlives_its_place_on_the_shelf() -> None:
    shelf = Shelf(replace(STANDARD_RULES, scratch_bytes=10))
    one = shelf.place(lambda: iter([b"a" * 9]), stored_bytes=None)
    other = shelf.place(lambda: iter([b"b" * 9]), stored_bytes=None)
    with one.reader() as reader, other.reader() as second:
        assert reader.read_at(0, 1) + second.read_at(0, 1) == b"ab"


def test_damage_leaves_what_came_before_it_and_other_errors_leave_nothing() -> None:
    def chunks(code: str) -> Iterator[bytes]:
        yield b"before"
        raise InputError("It broke.", code=code)

    shelf = Shelf(STANDARD_RULES)
    hurt = shelf.place(lambda: chunks("input.damaged"), stored_bytes=None)
    with hurt.reader() as reader:
        assert reader.read_at(0, 99) == b"before"
    problem = hurt.problem()
    assert problem is not None
    assert problem.sentence == "It broke."
    with pytest.raises(InputError, match="It broke"):
        shelf.place(lambda: chunks("input.disk"), stored_bytes=None).problem()
