"""The worker's loop, in this process and without its doors closed."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.sandbox import worker
from cairn.fingerprints.sandbox.job_message import FileJob, pack_job
from cairn.fingerprints.sandbox.limits import Limits
from cairn.fingerprints.sandbox.message import Answer, Failure, Message, take
from cairn.types import Picture

if TYPE_CHECKING:
    import mmap
    from collections.abc import Iterator
    from pathlib import Path

kept: list[memoryview] = []


def examine(data: bytes | mmap.mmap, /) -> Picture:
    """Say what was there; some contents misbehave."""
    content = bytes(data)
    if content == b"raise":
        raise MemoryError
    if content == b"keep":
        kept.append(memoryview(data))
    return Picture(None, None, None, NotComparable(Reason.UNSUPPORTED, content.decode()))


class NoMeter:
    """In place of the meter, because the limits would be those of the tests."""

    started: list[int]

    def __init__(self, _limits: Limits, *, at_rest_bytes: int) -> None:
        NoMeter.started = [at_rest_bytes]

    def start(self, mapped_bytes: int) -> None:
        self.started.append(mapped_bytes)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, socket.socket]]:
    monkeypatch.setattr(worker, "Meter", NoMeter)
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def send(line: socket.socket, folder: Path, sequence: int, content: bytes, *, cut: int = 20) -> None:
    """Send a file, its job cut in two."""
    path = folder / str(sequence)
    path.write_bytes(content)
    job = pack_job(FileJob(sequence, len(content)))
    descriptor = os.open(path, os.O_RDONLY)
    socket.send_fds(line, [job[:cut]], [descriptor])
    os.close(descriptor)
    if cut < len(job):
        line.sendall(job[cut:])


def served(line: tuple[socket.socket, socket.socket], limits: Limits) -> list[Message]:
    """Let the worker serve what was sent, until the end of the line, and answer what it said."""
    near, far = line
    near.shutdown(socket.SHUT_WR)
    worker.serve(far, examine, limits, at_rest_bytes=42)
    far.shutdown(socket.SHUT_WR)
    buffer = bytearray()
    while data := near.recv(1 << 16):
        buffer += data
    said = []
    while message := take(buffer):
        said.append(message)
    return said


def sentences(messages: list[Message]) -> list[str]:
    found = []
    for message in messages:
        assert isinstance(message, Answer)
        assert isinstance(message.picture.comparison, NotComparable)
        found.append(message.picture.comparison.sentence)
    return found


def test_files_are_answered_in_their_order(line: tuple[socket.socket, socket.socket], tmp_path: Path) -> None:
    for sequence, content in enumerate([b"one", b"", b"two"]):
        send(line[0], tmp_path, sequence, content, cut=5)
    said = served(line, Limits())
    assert sentences(said) == ["one", "", "two"]
    assert NoMeter.started == [42, 3, 0, 3]


def test_only_the_beginning_of_a_large_file_is_seen(
    line: tuple[socket.socket, socket.socket], tmp_path: Path
) -> None:
    send(line[0], tmp_path, 1, b"0123456789")
    assert sentences(served(line, Limits(file_bytes=4))) == ["01234"]


def test_a_fault_is_answered_by_its_name(line: tuple[socket.socket, socket.socket], tmp_path: Path) -> None:
    send(line[0], tmp_path, 9, b"raise")
    assert served(line, Limits()) == [Failure(9, "MemoryError")]


def test_a_decoder_that_keeps_the_bytes_does_no_harm(
    line: tuple[socket.socket, socket.socket], tmp_path: Path
) -> None:
    send(line[0], tmp_path, 1, b"keep")
    send(line[0], tmp_path, 2, b"next")
    assert sentences(served(line, Limits())) == ["keep", "next"]
    kept.clear()


@pytest.mark.parametrize("data", [b"", b"CRN", bytes(20)])
def test_a_line_that_ends_early_or_brings_no_file_ends_the_worker(
    line: tuple[socket.socket, socket.socket], data: bytes
) -> None:
    line[0].sendall(data)
    assert served(line, Limits()) == []
