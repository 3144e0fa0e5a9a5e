from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from cairn.errors import CairnError
from cairn.fingerprints.digests import digest_bytes
from cairn.fingerprints.sandbox.jobs import Job
from cairn.fingerprints.sandbox.reading import Content, Readers, Unreadable, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size_bytes", [0, 1, 4095, 4096, 4097, 10_000])
def test_a_file_is_read_whole_through_a_small_buffer(tmp_path: Path, size_bytes: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(os.urandom(size_bytes))
    found = read(Job(1, lambda: os.open(path, os.O_RDONLY)), memoryview(bytearray(4096)))
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
    found = read(Job(1, lambda: os.open(path, os.O_RDONLY)), memoryview(bytearray(4096)))
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

    found = read(Job(7, fail), memoryview(bytearray(10)))
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
    assert isinstance(read(Job(1, lambda: opened), memoryview(bytearray(10))), Unreadable)
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
