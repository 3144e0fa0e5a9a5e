"""The newest entries: a file to which whole records are appended, each forced onto the disk.

Layout, all numbers little-endian. A header of 32 bytes: magic ``CAIRNJNL``, version, width of a value,
CRC-32. Then records, each with a header of 24 bytes:

    0    4   magic ``CREC``
    4    4   kind: 1 adds rows, 2 removes ids
    8    8   number of rows or ids
    16   4   CRC-32 of the payload
    20   4   CRC-32 of the record's header before this field

An adding payload holds the ids (8 bytes each), the timestamps (4) and the values, column after column; a
removing one holds the ids.

A process that dies while it appends leaves a *torn* record at the end: too short, or with a tail of zeros
where the disk had the length but not yet the bytes. A torn record was never acknowledged, so it is passed
over and the next writer cuts it off. Anything else that does not match its checksum is *damage*: it is named,
and the records that can still be read are used.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from cairn.errors import IntegrityError
from cairn.index.rows import ROW_OVERHEAD_BYTES, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAGIC = b"CAIRNJNL"
RECORD_MAGIC = b"CREC"
VERSION = 1
FILE_HEADER = struct.Struct("<8sII")
RECORD_HEADER = struct.Struct("<4sIQI")
CRC = struct.Struct("<I")
FILE_HEADER_BYTES = 32
RECORD_HEADER_BYTES = RECORD_HEADER.size + CRC.size
ID_BYTES = 8
ZERO_TAIL_BYTES = 16
"""A last record that fails its checksum and ends in this many zeros was cut short, not damaged."""


class Kind(IntEnum):
    """What a record does."""

    ADD = 1
    REMOVE = 2


class Ending(IntEnum):
    """Why the reading of a journal stopped where it did."""

    WHOLE = 0
    TORN = 1
    DAMAGED = 2


@dataclass(frozen=True, slots=True)
class Record:
    """One record that was read.

    Attributes:
        added: Its rows, or ``None``.
        removed: The ids that it removes, or ``None``.
        end: The position in the file behind it.
    """

    added: Rows | None
    removed: NDArray[np.uint64] | None
    end: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Where and why reading stopped, or what was skipped.

    Attributes:
        ending: ``DAMAGED`` stops carry on behind the record where its length is still known.
        position: The first byte that was not understood.
    """

    ending: Ending
    position: int


def encode_header(width: int) -> bytes:
    """Answer the first bytes of a journal for values of ``width`` bytes."""
    body = FILE_HEADER.pack(MAGIC, VERSION, width)
    return (body + CRC.pack(zlib.crc32(body))).ljust(FILE_HEADER_BYTES, b"\0")


def check_header(data: bytes, *, name: str, width: int) -> None:
    """Refuse a journal whose header is damaged, of another version or of another width.

    Raises:
        IntegrityError: With the journal's name.
    """
    if data != encode_header(width):
        raise IntegrityError(
            f"The index file {name} has a damaged header. Rebuild the index from the records.",
            code="index.damaged",
        )


def encode_add(rows: Rows) -> bytes:
    """Answer the record that adds rows."""
    payload = b"".join((_raw(rows.ids), _raw(rows.timestamps_ms), rows.values.tobytes()))
    return _encode(Kind.ADD, len(rows), payload)


def encode_remove(ids: NDArray[np.uint64]) -> bytes:
    """Answer the record that removes ids."""
    return _encode(Kind.REMOVE, len(ids), _raw(ids))


def decode(data: bytes, start: int, *, width: int) -> Iterator[Record | Stop]:
    """Yield the records in ``data``, which stands at ``start`` in the file, and where reading stopped early.

    A damaged record whose header holds is skipped, because its length is known; behind a damaged header
    nothing can be found again, so reading stops.
    """
    view = memoryview(data)
    offset = 0
    while offset < len(data):
        header = bytes(view[offset : offset + RECORD_HEADER_BYTES])
        if len(header) < RECORD_HEADER_BYTES:
            yield Stop(Ending.TORN, start + offset)
            return
        kind, count, payload_crc = _decode_header(header)
        if kind is None:
            yield Stop(Ending.DAMAGED if any(view[offset:]) else Ending.TORN, start + offset)
            return
        length = count * (ID_BYTES if kind is Kind.REMOVE else ROW_OVERHEAD_BYTES + width)
        begin = offset + RECORD_HEADER_BYTES
        payload = view[begin : begin + length]
        if len(payload) < length:
            yield Stop(Ending.TORN, start + offset)
            return
        end = begin + length
        if zlib.crc32(payload) == payload_crc:
            yield _decode_payload(kind, count, payload, start + end, width)
        elif end == len(data) and not any(payload[-ZERO_TAIL_BYTES:]):
            yield Stop(Ending.TORN, start + offset)
            return
        else:
            yield Stop(Ending.DAMAGED, start + offset)
        offset = end


def _raw(array: NDArray[np.uint64] | NDArray[np.uint32]) -> bytes:
    """Answer an integer column as little-endian bytes."""
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def _encode(kind: Kind, count: int, payload: bytes) -> bytes:
    """Answer a record: header, its checksum, payload."""
    header = RECORD_HEADER.pack(RECORD_MAGIC, kind, count, zlib.crc32(payload))
    return header + CRC.pack(zlib.crc32(header)) + payload


def _decode_header(header: bytes) -> tuple[Kind | None, int, int]:
    """Answer kind, count and payload checksum; no kind where the header's own checksum fails."""
    magic, kind, count, payload_crc = RECORD_HEADER.unpack_from(header)
    (header_crc,) = CRC.unpack_from(header, RECORD_HEADER.size)
    if magic != RECORD_MAGIC or zlib.crc32(header[: RECORD_HEADER.size]) != header_crc:
        return None, 0, 0
    return Kind(kind), count, payload_crc


def _decode_payload(kind: Kind, count: int, payload: memoryview, end: int, width: int) -> Record:
    """Answer the record whose checksum held."""
    ids = np.frombuffer(payload, "<u8", count).astype(np.uint64, copy=False)
    if kind is Kind.REMOVE:
        return Record(None, ids, end)
    stamps = np.frombuffer(payload, "<u4", count, count * ID_BYTES).astype(np.uint32, copy=False)
    values = np.frombuffer(payload, np.uint8, count * width, count * ROW_OVERHEAD_BYTES)
    return Record(Rows(ids, stamps, values.reshape(count, width)), None, end)
