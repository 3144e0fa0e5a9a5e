"""A part of an open file as something that FFmpeg can read from: position and bytes, and nothing else."""

from __future__ import annotations

import os


class Source:
    """Reads from a descriptor without moving its position; the descriptor stays the caller's.

    Args:
        descriptor: Open for reading.
        start: Where the content begins in the file.
        size_bytes: How long it is.
    """

    def __init__(self, descriptor: int, size_bytes: int, *, start: int = 0) -> None:
        """Stand at the beginning."""
        self._descriptor = descriptor
        self._start = start
        self._size_bytes = size_bytes
        self._at = 0

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        return self._size_bytes

    def read(self, count: int = -1) -> bytes:
        """Answer the next bytes, fewer at the end."""
        left = max(0, self._size_bytes - self._at)
        wanted = left if count < 0 else min(count, left)
        found = os.pread(self._descriptor, wanted, self._start + self._at) if wanted else b""
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, and answer the new position; never to before the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Answer the position."""
        return self._at

    def seekable(self) -> bool:
        """Say that it can be moved in."""
        return True

    def part(self, start: int, size_bytes: int) -> Source:
        """Answer a part of it as a source of its own."""
        return Source(self._descriptor, size_bytes, start=self._start + start)
