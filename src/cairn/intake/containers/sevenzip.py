"""7z: files packed one after the other in solid folders, which are unpacked as a whole and then cut.

A folder is unpacked when the first of its files is asked for, and kept for a while, so that walking through
a solid archive unpacks it once. Coders that Cairn does not read are named at each file that needs them.
"""

from __future__ import annotations

import functools
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers import sevenzip_coders
from cairn.intake.containers.members import Member, Refused
from cairn.intake.containers.reading import PartSource, damaged
from cairn.intake.containers.scratch import Allowance, over_limit
from cairn.intake.containers.sevenzip_cursor import Cursor
from cairn.intake.containers.sevenzip_header import (
    ENCODED_HEADER,
    HEADER,
    Entry,
    Folder,
    Streams,
    read_header,
    read_streams,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.scratch import BlockSource, Shelf

_FIRST_HEADER = struct.Struct("<8xL2QL")
_FIRST_HEADER_BYTES = 32
_HEADER_BYTES = 256 * 1024 * 1024
"""A million files with long names need 200 MiB; the header is held in memory."""

_MOST_KEYS = 16
"""7-Zip makes one key for a whole archive; a hundred thousand would take half a day."""

_NESTED_HEADERS = 4
"""A header packed in a header once is usual; a chain of them is an attack."""


@dataclass(frozen=True, slots=True)
class _Archive:
    """What all steps need: the file, and the shelf on which unpacked folders lie."""

    source: Source
    size_bytes: int
    shelf: Shelf
    keys: set[bytes] = field(default_factory=set)


def members(reader: Reader, source: Source, shelf: Shelf) -> Iterator[Member | Refused]:
    """Yield the files of a 7z in the order of its header.

    Args:
        reader: The whole 7z.
        source: Opens the same 7z again, when a member is unpacked.
        shelf: Keeps its folders unpacked, and knows the rules.

    Raises:
        InputError: The header is damaged (``input.damaged``), encrypted without a fitting password
            (``input.encrypted``), or needs a coder that is not read (``input.unsupported``).
    """
    archive = _Archive(source, reader.size_bytes, shelf)
    streams, entries = _read_header(reader, archive)
    parts = _parts(streams, archive, fits=_fits)
    for number, entry in enumerate(entries):
        if entry.has_stream:
            yield _member(entry, number, next(parts, None))
        elif not entry.is_folder:
            yield Member(entry.name, 0, entry.modified_ns, f"{number}/0", lambda: iter(()))


@dataclass(frozen=True, slots=True)
class _Part:
    """One file's stretch of a folder; the folder is ``None`` where it cannot be unpacked, with the reason."""

    block: BlockSource | None
    problem: InputError | None
    offset: int
    size_bytes: int
    crc: int | None
    stored_bytes: int


def _member(entry: Entry, number: int, part: _Part | None) -> Member | Refused:
    if part is None:
        return Refused(entry.name, damaged("The 7z's header names a file without its bytes."))
    if part.block is None:
        return Refused(entry.name, part.problem or damaged("It cannot be unpacked."))
    crc = "-" if part.crc is None else f"{part.crc:08x}"
    return Member(
        name=entry.name,
        size_bytes=part.size_bytes,
        modified_ns=entry.modified_ns,
        mark=f"{number}/{part.size_bytes}/{crc}",
        chunks=functools.partial(_chunks, PartSource(part.block, part.offset, part.size_bytes), part.crc),
        stored_bytes=part.stored_bytes,
    )


def _chunks(part: PartSource, crc: int | None) -> Iterator[bytes]:
    """Yield a file's bytes, and check their checksum at the end."""
    found = 0
    for piece in part.chunks():
        found = zlib.crc32(piece, found)
        yield piece
    if crc is not None and found != crc:
        raise damaged("Its checksum does not hold.")


def _read_header(reader: Reader, archive: _Archive) -> tuple[Streams, list[Entry]]:
    first = reader.exactly(0, _FIRST_HEADER_BYTES)
    first_crc, offset, size, crc = _FIRST_HEADER.unpack(first)
    if zlib.crc32(first[12:]) != first_crc:
        raise damaged("The 7z's first header is damaged.")
    if size == 0:
        return Streams(), []
    if size > min(_HEADER_BYTES, reader.size_bytes):
        raise damaged("The 7z ends too early: its header, which stands at the end, is lost.")
    raw = reader.exactly(_FIRST_HEADER_BYTES + offset, size)
    if zlib.crc32(raw) != crc:
        raise damaged("The 7z's header is damaged.")
    return _parse_header(raw, archive)


def _parse_header(raw: bytes, archive: _Archive) -> tuple[Streams, list[Entry]]:
    for _ in range(_NESTED_HEADERS):
        cursor = Cursor(raw)
        if cursor.expect(HEADER, ENCODED_HEADER) == HEADER:
            return read_header(cursor)
        raw = _unpacked_header(read_streams(cursor), archive)
    raise over_limit("The 7z's header is packed in itself more often than the limit allows.")


def _unpacked_header(streams: Streams, archive: _Archive) -> bytes:
    parts = [folder.parts for folder in streams.folders]
    if [len(part) for part in parts] != [1] or streams.folders[0].size_bytes > _HEADER_BYTES:
        raise damaged("The 7z's packed header makes no sense.")
    part = next(_parts(streams, archive, fits=_fits_header))
    if part.block is None:
        raise part.problem or damaged("The 7z's header cannot be unpacked.")
    return b"".join(_chunks(PartSource(part.block, 0, part.size_bytes), part.crc))


def _parts(
    streams: Streams, archive: _Archive, *, fits: Callable[[BlockSource, Folder], bool]
) -> Iterator[_Part]:
    """Yield the stretch of each file, folder after folder."""
    offset, sizes = _FIRST_HEADER_BYTES + streams.offset, iter(streams.packed_sizes)
    for folder in streams.folders:
        packed = [next(sizes, 0) for _ in folder.packed]
        block, problem = None, None
        try:
            block = _block(folder, PartSource(archive.source, offset, sum(packed)), archive, fits=fits)
        except InputError as error:
            problem = error
        offset += sum(packed)
        at = 0
        for size, crc in folder.parts:
            yield _Part(block, problem, at, size, crc, max(1, sum(packed)))
            at += size


def _block(
    folder: Folder,
    packed: PartSource,
    archive: _Archive,
    *,
    fits: Callable[[BlockSource, Folder], bool],
) -> BlockSource:
    """Answer the folder's unpacked bytes, with the password that fits where it needs one.

    Raises:
        InputError: A coder is not read, no password fits, or the packed bytes are cut off.
    """
    rules = archive.shelf.rules
    if packed.offset + packed.length > archive.size_bytes:
        raise damaged("The 7z ends before the end of this file's packed bytes.")
    Allowance(rules.scratch_bytes, packed.length).check(folder.size_bytes, rules)
    steps = sevenzip_coders.chain(folder, rules)
    place = functools.partial(
        archive.shelf.place, stored_bytes=packed.length, declared_bytes=folder.size_bytes
    )
    if not any(step.needs_password for step in steps):
        return place(functools.partial(sevenzip_coders.run, steps, packed, None))
    archive.keys.update(sevenzip_coders.key_settings(steps))
    if len(archive.keys) > _MOST_KEYS:
        raise over_limit(f"The 7z asks for more keys than the limit of {_MOST_KEYS} for each password.")
    for password in rules.passwords:
        block = place(functools.partial(sevenzip_coders.run, steps, packed, password))
        if fits(block, folder):
            return block
    raise InputError(
        "It is encrypted, and none of the passwords fits." if rules.passwords else "It is encrypted.",
        code="input.encrypted",
    )


def _fits(block: BlockSource, folder: Folder) -> bool:
    """Answer whether a password was right: whether the first file's checksum holds."""
    if not folder.parts:
        return False
    size, crc = folder.parts[0]
    try:
        for _ in _chunks(PartSource(block, 0, size), crc):
            pass
    except InputError as error:
        if error.code != "input.damaged":
            raise
        return False
    return True


def _fits_header(block: BlockSource, folder: Folder) -> bool:
    """Answer whether a password was right for a header, which not every program gives a checksum."""
    with block.reader() as reader:
        raw = reader.read_at(0, folder.size_bytes)
    cursor = Cursor(raw)
    try:
        if cursor.expect(HEADER, ENCODED_HEADER) == HEADER:
            read_header(cursor)
        else:
            read_streams(cursor)
    except InputError:
        return False
    return True
