"""What a ZIP says it holds: the directory at its end or, where that is lost, the headers before each member.

The directory is read in pieces and twice: once for the places of the members, to find those that overlap as
in a ZIP bomb, and once for the entries. Nothing here unpacks. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3
to 4.5; the overlap test is the answer to D. Fifield, "A better zip bomb" (WOOT 2019).
"""

from __future__ import annotations

import struct
from array import array
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers.reading import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.containers.reading import Reader

LOCAL = b"PK\x03\x04"
_CENTRAL, _END, _END_64, _LOCATOR_64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_CENTRAL_FIELDS = struct.Struct("<4s4x4H3L5H2L")
_LOCAL_FIELDS = struct.Struct("<4sxx4H3L2H")
_END_FIELDS = struct.Struct("<4s4x2H2LH")
_END_64_FIELDS = struct.Struct("<4s28xQQQ")
_EXTRA_HEAD = struct.Struct("<HH")
_WIDE_BYTES = 8
_NTFS_TIME, _UNIX_TIME = slice(8, 16), slice(1, 5)
_LONGEST_COMMENT = 65535
_ALL_ONES_16, _ALL_ONES_32 = 0xFFFF, 0xFFFFFFFF
_UTF8_NAME = 0x800
_EXTRA_ZIP64, _EXTRA_NTFS, _EXTRA_TIME, _EXTRA_UNICODE_NAME, EXTRA_AES = 1, 10, 0x5455, 0x7075, 0x9901
_FILETIME_EPOCH_S = 11_644_473_600


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory.

    Attributes:
        name: Decoded.
        flags: Bit 0: encrypted; bit 3: sizes follow the data.
        method: How it is packed.
        clock: The time as stored for MS-DOS; the check byte of encrypted members with bit 3.
        crc: Of the unpacked bytes.
        stored_bytes: Packed size.
        size_bytes: Unpacked size.
        offset: Of its local header, from the start of the file.
        modified_ns: In nanoseconds since 1970, where an extra field gives it in UTC.
        extra: The extra fields by their number.
    """

    name: str
    flags: int
    method: int
    clock: int
    crc: int
    stored_bytes: int
    size_bytes: int
    offset: int
    modified_ns: int | None
    extra: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the directory lies.

    Attributes:
        offset: Its first byte in the file.
        size_bytes: Its length.
        shift: What must be added to the offsets in it, because something was put before the ZIP.
    """

    offset: int
    size_bytes: int
    shift: int


def find_directory(reader: Reader) -> Directory | None:
    """Answer where the directory is, or ``None`` for a ZIP that has lost its end."""
    tail_bytes = min(reader.size_bytes, _END_FIELDS.size + _LONGEST_COMMENT)
    start = reader.size_bytes - tail_bytes
    tail = reader.read_at(start, tail_bytes)
    at = tail.rfind(_END)
    while at >= 0:
        found = _directory_at(reader, start + at)
        if found is not None:
            return found
        at = tail.rfind(_END, 0, at)
    return None


def ends_as_zip(reader: Reader) -> bool:
    """Answer whether a file ends as a ZIP without a comment does, whatever it begins with."""
    end = reader.size_bytes - _END_FIELDS.size
    if reader.read_at(end, len(_END)) != _END:
        return False
    found = _directory_at(reader, end)
    return found is not None and found.size_bytes > 0


def _directory_at(reader: Reader, end: int) -> Directory | None:
    raw = reader.read_at(end, _END_FIELDS.size)
    if len(raw) < _END_FIELDS.size:
        return None
    _, _, count, size, offset, _ = _END_FIELDS.unpack(raw)
    if _ALL_ONES_32 in (size, offset) or count == _ALL_ONES_16:
        size, offset, end = _zip64_end(reader, end) or (size, offset, end)
    begin = end - size
    if begin < 0 or (size and reader.read_at(begin, 4) != _CENTRAL):
        return None
    return Directory(begin, size, begin - offset)


def _zip64_end(reader: Reader, end: int) -> tuple[int, int, int] | None:
    """Answer size and offset from the 64-bit end record, and where that begins."""
    locator = reader.read_at(end - 20, 20)
    if locator[:4] != _LOCATOR_64:
        return None
    stated = int.from_bytes(locator[8:16], "little")
    for at in (stated, end - 20 - _END_64_FIELDS.size):
        raw = reader.read_at(at, _END_64_FIELDS.size)
        if len(raw) == _END_64_FIELDS.size and raw[:4] == _END_64:
            _, _, size, offset = _END_64_FIELDS.unpack(raw)
            return size, offset, at
    return None


def entries(reader: Reader, directory: Directory) -> Iterator[Entry]:
    """Yield the lines of the directory.

    Raises:
        InputError: The directory breaks off (``input.damaged``).
    """
    offset, end = directory.offset, directory.offset + directory.size_bytes
    fixed = _CENTRAL_FIELDS.size
    while offset < end:
        raw = reader.read_at(offset, fixed)
        if len(raw) < fixed or raw[:4] != _CENTRAL:
            raise damaged("The ZIP's directory is damaged; members that it lists after this point are lost.")
        fields = _CENTRAL_FIELDS.unpack(raw)
        name_bytes, extra_bytes, comment_bytes = fields[8:11]
        variable = reader.exactly(offset + fixed, name_bytes + extra_bytes)
        yield _entry(fields, variable[:name_bytes], variable[name_bytes:], directory.shift)
        offset += fixed + name_bytes + extra_bytes + comment_bytes


def _entry(fields: tuple[int, ...], raw_name: bytes, raw_extra: bytes, shift: int) -> Entry:
    _, flags, method, time, _, crc, stored, size, *_, offset = fields
    extra = _extra_fields(raw_extra)
    size, stored, offset = _wide(extra.get(_EXTRA_ZIP64, b""), size, stored, offset)
    return Entry(
        name=_name(raw_name, flags, extra),
        flags=flags,
        method=method,
        clock=time,
        crc=crc,
        stored_bytes=stored,
        size_bytes=size,
        offset=offset + shift,
        modified_ns=_modified_ns(extra),
        extra=extra,
    )


def _extra_fields(raw: bytes) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    at = 0
    while at + _EXTRA_HEAD.size <= len(raw):
        number, length = _EXTRA_HEAD.unpack_from(raw, at)
        at += _EXTRA_HEAD.size
        fields.setdefault(number, raw[at : at + length])
        at += length
    return fields


def _wide(raw: bytes, *values: int) -> list[int]:
    """Replace the values that did not fit into 32 bits, in their order, by those of the extra field."""
    wide = []
    for value in values:
        if value == _ALL_ONES_32 and len(raw) >= _WIDE_BYTES:
            wide.append(int.from_bytes(raw[:_WIDE_BYTES], "little"))
            raw = raw[_WIDE_BYTES:]
        else:
            wide.append(value)
    return wide


def _name(raw: bytes, flags: int, extra: dict[int, bytes]) -> str:
    """Decode a name: UTF-8 where it is that, whatever the flag says; else the code page of 1981."""
    unicode_name = extra.get(_EXTRA_UNICODE_NAME, b"")[5:]
    for candidate in (unicode_name, raw):
        try:
            if candidate:
                return candidate.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace") if flags & _UTF8_NAME else raw.decode("cp437")


def _modified_ns(extra: dict[int, bytes]) -> int | None:
    """Answer the time in UTC. The plain field has no time zone and would be hours wrong, so is not used."""
    ntfs, unix = extra.get(_EXTRA_NTFS, b""), extra.get(_EXTRA_TIME, b"")
    if len(ntfs) >= _NTFS_TIME.stop and ntfs[4:8] == b"\1\0\x18\0":
        return int.from_bytes(ntfs[_NTFS_TIME], "little") * 100 - _FILETIME_EPOCH_S * 10**9
    if len(unix) >= _UNIX_TIME.stop and unix[0] & 1:
        return int.from_bytes(unix[_UNIX_TIME], "little", signed=True) * 10**9
    return None


def find_overlaps(reader: Reader, directory: Directory, *, most_entries: int) -> set[int]:
    """Answer the numbers of the entries whose bytes lie inside those of another one.

    The first in the file is kept. Takes about 50 bytes an entry while it sorts them.

    Args:
        reader: The whole ZIP.
        directory: Where its directory lies.
        most_entries: How many entries are looked at: as many as will be listed at most.
    """
    begins, ends = array("Q"), array("Q")
    with suppress(InputError):  # The second reading raises it again, after the entries before the damage.
        for entry in islice(entries(reader, directory), most_entries):
            begin = min(max(entry.offset, 0), 2**63)
            begins.append(begin)
            # Its name and extra fields come on top, and are not known before the header is read: at least.
            ends.append(min(begin + _LOCAL_FIELDS.size + entry.stored_bytes, 2**64 - 1))
    overlaps: set[int] = set()
    reached = 0
    for number in sorted(range(len(begins)), key=begins.__getitem__):
        if begins[number] < reached:
            overlaps.add(number)
        reached = max(reached, ends[number])
    return overlaps


@dataclass(frozen=True, slots=True)
class LocalHeader:
    """The header before a member: where its data begins, and what the header repeats of the entry."""

    data_offset: int
    entry: Entry


def local_header(reader: Reader, offset: int) -> LocalHeader | None:
    """Answer the header at ``offset``, or ``None`` where there is none."""
    raw = reader.read_at(offset, _LOCAL_FIELDS.size)
    if len(raw) < _LOCAL_FIELDS.size or raw[:4] != LOCAL:
        return None
    _, flags, method, time, _, crc, stored, size, name_bytes, extra_bytes = _LOCAL_FIELDS.unpack(raw)
    variable = reader.read_at(offset + len(raw), name_bytes + extra_bytes)
    extra = _extra_fields(variable[name_bytes:])
    size, stored = _wide(extra.get(_EXTRA_ZIP64, b""), size, stored)
    name = _name(variable[:name_bytes], flags, extra)
    modified = _modified_ns(extra)
    entry = Entry(name, flags, method, time, crc, stored, size, offset, modified, extra)
    return LocalHeader(offset + len(raw) + name_bytes + extra_bytes, entry)
