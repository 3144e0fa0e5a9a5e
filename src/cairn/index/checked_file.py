"""An immutable file of named arrays: versioned, checksummed, read through a memory map.

Layout, all numbers little-endian:

    0       8   magic ``CAIRNIDX``
    8       4   version of this layout (1)
    12      4   bytes of the table that follows at 32
    16      8   length of the whole file
    24      4   CRC-32 of the table
    28      4   CRC-32 of bytes 0 to 28
    32      …   the table: JSON with the kind, the facts, and each section's name, type, shape, offset, length
                and CRC-32
    …           the sections, each at a multiple of 4,096 bytes

Opening checks the length and the table, which costs microseconds at any size. ``damage`` reads every byte.
The header is written last, so a file that was cut short can never look whole.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.errors import IntegrityError
from cairn.index import disk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import DTypeLike, NDArray

MAGIC = b"CAIRNIDX"
VERSION = 1
PREFIX = struct.Struct("<8sIIQI")
PREFIX_CRC = struct.Struct("<I")
TABLE_OFFSET = PREFIX.size + PREFIX_CRC.size
PAGE = 4096
MADV_POPULATE_READ = 22
"""Source: linux/mman.h; Python does not name it yet."""
TABLE_LIMIT_BYTES = 4 * PAGE - TABLE_OFFSET
"""Room for about a hundred sections; the writer reserves it before it knows the checksums."""
CHECK_BLOCK_BYTES = 1 << 24


@dataclass(slots=True)
class _Section:
    """One array while it is being written: where it lies and how far it has come."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int
    written: int = 0
    crc: int = 0

    @property
    def length(self) -> int:
        """Answer the bytes that the finished section takes."""
        return prod(self.shape) * self.dtype.itemsize


class CheckedFileWriter:
    """Writes sections piece by piece, in any interleaving, and seals them with a header.

    Args:
        path: The file; it must not be part of an index yet.
        kind: What the file holds, such as ``pdq-segment``.
        sections: Name to type and shape, known in advance.
    """

    def __init__(
        self,
        path: Path,
        *,
        kind: str,
        sections: Mapping[str, tuple[DTypeLike, tuple[int, ...]]],
    ) -> None:
        """Lay the sections out, page-aligned."""
        self._path = path
        self._kind = kind
        self._sections: dict[str, _Section] = {}
        offset = TABLE_OFFSET + TABLE_LIMIT_BYTES
        for name, (dtype, shape) in sections.items():
            section = _Section(np.dtype(dtype).newbyteorder("<"), shape, offset)
            self._sections[name] = section
            offset = -(-(offset + section.length) // PAGE) * PAGE
        self._length = offset
        self._fd = disk.create(path)

    def append(self, name: str, array: NDArray[Any]) -> None:
        """Add the next piece of a section."""
        section = self._sections[name]
        data = np.ascontiguousarray(array, dtype=section.dtype)
        if not data.nbytes:
            return
        raw = data.reshape(-1).view(np.uint8).data
        disk.write(self._fd, raw, section.offset + section.written)
        section.crc = zlib.crc32(raw, section.crc)
        section.written += data.nbytes

    def finish(self, facts: Mapping[str, int]) -> int:
        """Write the header and force everything onto the disk; answer the length in bytes.

        Raises:
            ValueError: When a section was not filled, which is a mistake of the caller.
        """
        unfilled = [name for name, section in self._sections.items() if section.written != section.length]
        if unfilled:
            raise ValueError(f"sections not filled: {unfilled}")
        table = {
            "kind": self._kind,
            "facts": dict(facts),
            "sections": {
                name: [part.dtype.str, list(part.shape), part.offset, part.length, part.crc]
                for name, part in self._sections.items()
            },
        }
        body = json.dumps(table).encode()
        prefix = PREFIX.pack(MAGIC, VERSION, len(body), self._length, zlib.crc32(body))
        disk.truncate(self._fd, self._length)
        disk.write(self._fd, prefix + PREFIX_CRC.pack(zlib.crc32(prefix)) + body, 0)
        disk.sync(self._fd)
        return self._length

    def close(self) -> None:
        """Release the descriptor."""
        os.close(self._fd)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An open file of named arrays.

    Attributes:
        path: Where it lies.
        length: Its bytes.
        facts: Whole numbers that the writer noted.
        arrays: Name to read-only array, backed by the memory map.
    """

    path: Path
    length: int
    facts: dict[str, int]
    arrays: dict[str, NDArray[Any]]
    _places: dict[str, tuple[int, int, int]]
    _map: mmap.mmap

    def offset(self, name: str) -> int:
        """Answer at which byte of the file a section begins."""
        return self._places[name][0]

    def damage(self) -> str | None:
        """Read every byte; answer the name of the first section whose checksum fails, or ``None``."""
        view = memoryview(self._map)
        for name, (offset, length, expected) in self._places.items():
            crc = 0
            for start in range(offset, offset + length, CHECK_BLOCK_BYTES):
                crc = zlib.crc32(view[start : min(start + CHECK_BLOCK_BYTES, offset + length)], crc)
            if crc != expected:
                return name
        return None

    def preload(self) -> None:
        """Bring every page into memory and into this process's page table.

        Linux can do so in one step since 5.14; elsewhere one byte of each page is read.
        """
        try:
            self._map.madvise(MADV_POPULATE_READ)
        except OSError:
            np.frombuffer(self._map, np.uint8)[::PAGE].max()


def open_checked(path: Path, *, kind: str) -> CheckedFile:
    """Map the file and check its length and its table.

    Raises:
        IntegrityError: When the file has another length than it says or is damaged (``index.damaged``), or
            is whole and of another kind, such as a former Cairn's (``index.kind``).
        FileNotFoundError: When there is none.
    """
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        length = os.fstat(fd).st_size
        if length < TABLE_OFFSET:
            raise _refused(path, "is too short to hold a header")
        mapped = mmap.mmap(fd, length, access=mmap.ACCESS_READ)
    finally:
        os.close(fd)
    table = _checked_table(path, mapped, kind)
    arrays = {}
    places = {}
    for name, (dtype, shape, offset, size, crc) in table["sections"].items():
        flat = np.frombuffer(mapped, np.dtype(dtype), prod(shape), offset)
        arrays[name] = flat.reshape(shape)
        places[name] = (offset, size, crc)
    return CheckedFile(path, length, table["facts"], arrays, places, mapped)


def _checked_table(path: Path, mapped: mmap.mmap, kind: str) -> dict[str, Any]:
    """Answer the table of sections once its checksums hold."""
    prefix = mapped[: PREFIX.size]
    magic, version, table_length, length, table_crc = PREFIX.unpack(prefix)
    (prefix_crc,) = PREFIX_CRC.unpack(mapped[PREFIX.size : TABLE_OFFSET])
    if magic != MAGIC or zlib.crc32(prefix) != prefix_crc:
        raise _refused(path, "has a damaged header")
    if version != VERSION:
        raise _refused(path, f"has version {version}; this Cairn reads version {VERSION}")
    if length != len(mapped):
        raise _refused(path, f"should be {length} bytes long and is {len(mapped)}")
    body = mapped[TABLE_OFFSET : TABLE_OFFSET + table_length]
    if zlib.crc32(body) != table_crc:
        raise _refused(path, "has a damaged table of sections")
    table: dict[str, Any] = json.loads(body)
    if table["kind"] != kind:
        raise _refused(path, f"holds a {table['kind']} where a {kind} is expected", code="index.kind")
    return table


def _refused(path: Path, why: str, *, code: str = "index.damaged") -> IntegrityError:
    """Answer the error that names the file and says what to do."""
    sentence = f"The index file {path.name} {why}. Rebuild the index from the records."
    return IntegrityError(sentence, code=code)
