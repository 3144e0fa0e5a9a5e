"""Inside the confined process: the files of an image, which are open, as one file to read from."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

_DISK_ERRORS = {errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO}


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the image: a stretch of an open descriptor."""

    descriptor: int
    start: int
    size_bytes: int


class Pieces:
    """Several stretches as one file, as the libraries like to have it; notes errors of the disk."""

    def __init__(self, pieces: list[Piece]) -> None:
        """Stand at the first byte."""
        self._pieces = pieces
        self._at = 0
        self.size_bytes = sum(piece.size_bytes for piece in pieces)
        self.disk_failed = False

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, as a Python file does."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size_bytes}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def tell(self) -> int:
        """Answer where it stands."""
        return self._at

    def get_size(self) -> int:
        """Answer the size; libewf asks for it."""
        return self.size_bytes

    def read(self, length: int) -> bytes:
        """Read from where it stands, as a Python file does."""
        data = self.read_at(self._at, length)
        self._at += len(data)
        return data

    def read_at(self, offset: int, length: int) -> bytes:
        """Answer up to ``length`` bytes from ``offset``."""
        found = []
        for piece in self._pieces:
            if 0 <= offset < piece.size_bytes and length > 0:
                data = self._exactly(piece, offset, min(length, piece.size_bytes - offset))
                found.append(data)
                length -= len(data)
                offset += len(data)
            offset -= piece.size_bytes
        return b"".join(found)

    def _exactly(self, piece: Piece, offset: int, length: int) -> bytes:
        try:
            data = os.pread(piece.descriptor, length, piece.start + offset)
        except OSError as error:
            self.disk_failed = self.disk_failed or error.errno in _DISK_ERRORS
            raise
        return data.ljust(length, b"\0")  # Shorter only where the file shrinks: a later piece must not slide.
