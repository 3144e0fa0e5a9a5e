from __future__ import annotations

import errno
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from cairn.errors import CairnError
from cairn.fingerprints.digests import digest_bytes
from cairn.fingerprints.sandbox import reading
from cairn.fingerprints.sandbox.jobs import Job
from cairn.fingerprints.sandbox.reading import Content, Readers, Stopped, Unreadable, read

if TYPE_CHECKING:
    from pathlib import Path

GO_ON = threading.Event()


@pytest.mark.parametrize("size_bytes", [0, 1, 4095, 4096, 4097, 10_000])
def test_a_file_is_read_whole_through_a_small_buffer(tmp_path: Path, size_bytes: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(os.urandom(size_bytes))
    found = read(Job(1, lambda: os.open(path, os.O_RDONLY)), memoryview(bytearray(4096)), GO_ON)
    assert isinstance(found, Content)
    os.close(found.descriptor)
    assert (found.size_bytes, found.digests) == (size_bytes, digest_bytes(path.read_bytes()))


def test_a_file_that_shrinks_while_it_is_read_has_the_digests_of_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 5000)
    original = os.preadv

    def shrinking(descriptor: int, buffers: list[memoryview], offset: int) -> int:
        os.truncate(path, 4096)
        return original(descriptor, buffers, offset)

    monkeypatch.setattr(os, "preadv", shrinking)
    found = read(Job(1, lambda: os.open(path, os.O_RDONLY)), memoryview(bytearray(4096)), GO_ON)
    assert isinstance(found, Content)
    os.close(found.descriptor)
    assert (found.size_bytes, found.digests) == (4096, digest_bytes(b"x" * 4096))


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.ENOENT, "input.missing", "no longer there"),
        (errno.EACCES, "input.permission", "may not be read"),
        (errno.EIO, "input.unreadable", "Input/output error"),
    ],
)
def test_what_the_disk_refuses_is_said_in_a_sentence(number: int, code: str, words: str) -> None:
    def fail() -> int:
        raise OSError(number, os.strerror(number))

    found = read(Job(7, fail), memoryview(bytearray(10)), GO_ON)
    assert isinstance(found, Unreadable)
    assert isinstance(found.error, CairnError)
    assert (found.key, found.error.code) == (7, code)
    assert words in found.error.sentence


def test_a_file_that_fails_half_way_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    path = tmp_path / "file"
    path.write_bytes(b"x")
    monkeypatch.setattr(os, "preadv", fail)
    opened = os.open(path, os.O_RDONLY)
    assert isinstance(read(Job(1, lambda: opened), memoryview(bytearray(10)), GO_ON), Unreadable)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(opened)


def test_readers_close_what_nobody_collected(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    before = len(list(tmp_path.iterdir())), len(os.listdir("/dev/fd"))  # noqa: PTH208 - the count is wanted
    readers = Readers(2)
    for key in range(20):
        readers.submit(Job(key, lambda: os.open(path, os.O_RDONLY)))
    readers.close()
    assert (1, len(os.listdir("/dev/fd"))) == before  # noqa: PTH208 - as above


def test_results_ring_only_for_one_who_waits(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    readers = Readers(1)
    try:
        assert readers.await_next()
        readers.submit(Job(1, lambda: os.open(path, os.O_RDONLY)))
        os.set_blocking(readers.fileno(), True)
        assert os.read(readers.fileno(), 1)
        os.set_blocking(readers.fileno(), False)
        assert not readers.await_next()
        (content,) = readers.collect()
        assert isinstance(content, Content)
        os.close(content.descriptor)
        readers.hush()
    finally:
        readers.close()


def test_a_long_file_is_let_go_between_two_blocks(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(100))
    stop = threading.Event()
    stop.set()
    opened = os.open(path, os.O_RDONLY)
    with pytest.raises(Stopped):
        read(Job(1, lambda: opened), memoryview(bytearray(10)), stop)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(opened)


def test_a_reader_on_a_dead_disk_is_left_behind_and_closes_its_file_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    monkeypatch.setattr(reading, "STOP_S", 0.05)
    begun, disk_is_back = threading.Event(), threading.Event()
    opened: list[int] = []

    def stuck() -> int:
        begun.set()
        disk_is_back.wait()
        opened.append(os.open(path, os.O_RDONLY))
        return opened[0]

    readers = Readers(1)
    readers.submit(Job(1, stuck))
    begun.wait()
    before = time.monotonic()
    readers.close()
    assert time.monotonic() - before < 2
    assert readers._threads[0].daemon
    disk_is_back.set()
    readers._threads[0].join(5)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(opened[0])
    os.close(readers._rope)


def test_a_fault_in_a_reading_thread_reaches_the_one_who_collects() -> None:
    def broken() -> int:
        raise ZeroDivisionError

    readers = Readers(1)
    try:
        assert readers.await_next()
        readers.submit(Job(1, broken))
        os.set_blocking(readers.fileno(), True)
        assert os.read(readers.fileno(), 1)
        assert not readers.await_next()
        with pytest.raises(ZeroDivisionError):
            readers.collect()
    finally:
        readers.close()
