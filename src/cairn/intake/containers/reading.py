"""Bytes that can be read at any place: a file of the evidence, a part of it, or an unpacked container.

A format parser sees only a ``Reader``. A ``Source`` makes one whenever it is asked, so that a member can be
opened long after the walk has passed it, by another thread, or again.
"""

from __future__ import annotations

import errno
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cairn.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

CHUNK_BYTES = 256 * 1024
"""The most that a stream of chunks holds in memory at once."""

_FIRST_CHUNK_BYTES = 16 * 1024

_SHARED_OFFSET = threading.Lock()
_DISK_ERRORS = {errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO}


def damaged(sentence: str) -> InputError:
    """Answer the error that says that a container breaks the rules of its own format."""
    return InputError(sentence, code="input.damaged")


@dataclass(frozen=True, slots=True)
class Reader:
    """A window onto an open descriptor; it never moves the descriptor's own offset.

    Attributes:
        descriptor: Open for reading; belongs to whoever made the reader.
        start: The window's first byte within the descriptor.
        size_bytes: The window's length.
    """

    descriptor: int
    start: int
    size_bytes: int

    def read_at(self, offset: int, length: int) -> bytes:
        """Answer up to ``length`` bytes from ``offset``; fewer where the window or the file ends.

        Raises:
            InputError: The disk reports an error (``input.disk``).
        """
        length = min(length, self.size_bytes - offset)
        if length <= 0 or offset < 0:
            return b""
        try:
            return _read(self.descriptor, self.start + offset, length)
        except OSError as error:
            code = "input.disk" if error.errno in _DISK_ERRORS else "input.unreadable"
            raise InputError(f"Reading failed: {error.strerror}.", code=code) from error

    def exactly(self, offset: int, length: int) -> bytes:
        """Answer ``length`` bytes from ``offset``.

        Raises:
            InputError: There are fewer (``input.damaged``), or the disk reports an error.
        """
        data = self.read_at(offset, length)
        if len(data) != length:
            raise damaged("The data ends too early.")
        return data

    def window(self, offset: int, length: int) -> Reader:
        """Answer a reader of a part; a part that reaches beyond the end is cut there."""
        offset = min(max(offset, 0), self.size_bytes)
        return Reader(self.descriptor, self.start + offset, max(0, min(length, self.size_bytes - offset)))

    def chunks(self, offset: int, length: int) -> Iterator[bytes]:
        """Yield ``length`` bytes from ``offset``: a small piece first, for those who only look at the head.

        Raises:
            InputError: There are fewer bytes (after those that are there were yielded), or the disk fails.
        """
        most = _FIRST_CHUNK_BYTES
        while length > 0:
            data = self.read_at(offset, min(length, most))
            if not data:
                raise damaged("The data ends too early.")
            most = CHUNK_BYTES
            yield data
            offset += len(data)
            length -= len(data)


def _read(descriptor: int, offset: int, length: int) -> bytes:
    """Read until the length is reached or the file ends; a single call may answer fewer bytes."""
    pieces = []
    while length > 0:
        data = _read_once(descriptor, offset, length)
        if not data:
            break
        pieces.append(data)
        offset += len(data)
        length -= len(data)
    return b"".join(pieces)


def _read_once(descriptor: int, offset: int, length: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, offset)
    with _SHARED_OFFSET:  # Windows has no pread, and duplicated descriptors share one offset.
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)


class Source(Protocol):
    """Something that can be opened for reading, any number of times."""

    def reader(self) -> AbstractContextManager[Reader]:
        """Open it for the length of a ``with`` block.

        Raises:
            InputError: It cannot be opened, or cannot be unpacked.
        """
        ...


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A source that is opened with a function, such as an item's own."""

    open: Callable[[], int]

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open it for the length of a ``with`` block."""
        descriptor = self.open()
        try:
            yield Reader(descriptor, 0, os.fstat(descriptor).st_size)
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class PartSource:
    """A stretch of another source, read in place."""

    whole: Source
    offset: int
    length: int

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open it for the length of a ``with`` block."""
        with self.whole.reader() as reader:
            yield reader.window(self.offset, self.length)

    def chunks(self) -> Iterator[bytes]:
        """Yield all bytes of the part, in pieces."""
        with self.whole.reader() as reader:
            yield from reader.chunks(self.offset, self.length)
