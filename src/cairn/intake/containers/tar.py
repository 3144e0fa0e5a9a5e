"""TAR: a header block of 512 bytes before each file, padded to blocks, and no list of contents.

A damaged header does not end the reading: the next block whose checksum holds is the next header, because
backups are cut off and disks lose blocks. Every member is read in place. Links, devices and folders hold no
bytes; sparse files are named as not read. Source: POSIX.1-2024
(pax), and the GNU tar manual, "Basic Tar Format".
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import as_text
from cairn.intake.containers.members import Member, Refused
from cairn.intake.containers.reading import PartSource, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.scratch import BlockSource

BLOCK = 512
_LONG_HEADER_BYTES = 1024 * 1024
"""Longer names and extended headers than this do not occur; a false size must not fill the memory."""

_SEARCH_BLOCKS = 128 * 1024
"""How far the next header is searched after a damage or an end mark: 64 MiB."""

_ZEROES = bytes(BLOCK)

_MOST_DIGITS = 19
_NO_CONTENT = {b"1", b"2", b"3", b"4", b"5", b"6"}
_SPARSE = b"S"


@dataclass(frozen=True, slots=True)
class _Header:
    kind: bytes
    name: bytes
    size: int
    modified_s: int
    facts: dict[str, bytes] = field(default_factory=dict)


def is_header(block: bytes) -> bool:
    """Answer whether 512 bytes are a TAR header: whether its checksum holds."""
    return len(block) == BLOCK and block[0] != 0 and _checksum_holds(block)


def _checksum_holds(block: bytes) -> bool:
    try:
        stated = int(block[148:156].strip(b" \0") or b"-", 8)
    except ValueError:
        return False
    return stated == sum(block[:148]) + 8 * ord(" ") + sum(block[156:])


def members(reader: Reader, source: Source) -> Iterator[Member | Refused]:
    """Yield the files of a TAR in the order in which they lie in it.

    Args:
        reader: The whole TAR.
        source: Opens the same TAR again, when a member is unpacked.

    Raises:
        InputError: A part could not be read (``input.damaged``); raised after all that could.
    """
    offset, lost = 0, 0
    pending: dict[str, bytes] = {}
    while True:
        found = _search(reader, offset)
        lost += found.lost
        if found.header is None:
            break
        header = found.header
        if header.kind in b"xgLK":
            _remember(pending, header, reader, found.offset)
        else:
            header = _complete(header, pending)
            pending.clear()
            yield from _member(header, found.offset, reader, source)
        offset = found.offset + -(-header.size // BLOCK) * BLOCK
    _say_what_is_missing(lost, is_cut=offset > reader.size_bytes, has_end=found.has_end)


def block_members(reader: Reader, block: BlockSource) -> Iterator[Member | Refused]:
    """Yield the files of a TAR that was unpacked, up to where the unpacking was damaged.

    Args:
        reader: The unpacked TAR.
        block: Its source, which knows what was wrong.

    Raises:
        InputError: What was wrong, in the packed stream or else in the TAR; raised after all members.
    """
    problem = block.problem()
    if problem is None:
        yield from members(reader, block)
        return
    with suppress(InputError):  # The damage to the packed stream is the cause, and is what is said.
        yield from members(reader, block)
    raise problem


@dataclass(frozen=True, slots=True)
class _Found:
    """The next header, where its data begins, and what was passed on the way."""

    header: _Header | None
    offset: int
    lost: int
    has_end: bool


def _search(reader: Reader, offset: int) -> _Found:
    """Find the header at ``offset`` or after it: an end mark does not hide a second archive behind it."""
    lost, has_end = 0, False
    for _ in range(_SEARCH_BLOCKS):
        block = reader.read_at(offset, BLOCK)
        offset += BLOCK
        if len(block) < BLOCK:
            break
        if is_header(block):
            return _Found(_parse(block), offset, lost, has_end)
        has_end = has_end or block == _ZEROES
        lost += 0 if block == _ZEROES else BLOCK
    return _Found(None, offset, lost, has_end)


def _parse(block: bytes) -> _Header:
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0]
    if block[257:263] == b"ustar\0" and prefix:
        name = prefix + b"/" + name
    return _Header(
        kind=block[156:157],
        name=name,
        size=_number(block[124:136]),
        modified_s=_number(block[136:148]),
    )


def _number(raw: bytes) -> int:
    """Read octal digits, or the base-256 form for sizes from 8 GiB."""
    if raw[0] & 0x80:
        return int.from_bytes(bytes([raw[0] & 0x7F]) + raw[1:], "big")
    try:
        return max(0, int(raw.strip(b" \0") or b"0", 8))
    except ValueError:
        return 0


def _remember(pending: dict[str, bytes], header: _Header, reader: Reader, data: int) -> None:
    """Keep what a long-name or extended header says of the next member."""
    content = reader.read_at(data, min(header.size, _LONG_HEADER_BYTES))
    if header.kind == b"L":
        pending["path"] = content.split(b"\0", 1)[0]
    elif header.kind == b"x":
        pending.update(_pax(content))


def _pax(content: bytes) -> dict[str, bytes]:
    """Read the lines of an extended header: length, space, key, equals sign, value."""
    facts: dict[str, bytes] = {}
    at = 0
    while at < len(content):
        digits, _, _ = content[at : at + 20].partition(b" ")
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = content[at + len(digits) + 1 : at + length].partition(b"=")
        if not equals:
            break
        facts[key.decode("utf-8", "replace")] = value.removesuffix(b"\n")
        at += length
    return facts


def _complete(header: _Header, pending: dict[str, bytes]) -> _Header:
    """Let the extended headers overrule the member's own."""
    size, modified = pending.get("size", b""), pending.get("mtime", b"").partition(b".")[0]
    is_sparse = any(key.startswith("GNU.sparse.") for key in pending)
    return replace(
        header,
        kind=_SPARSE if is_sparse else header.kind,
        name=pending.get("GNU.sparse.name", pending.get("path", header.name)),
        size=int(size) if size.isdigit() and len(size) < _MOST_DIGITS else header.size,
        modified_s=int(modified)
        if modified.isdigit() and len(modified) < _MOST_DIGITS
        else header.modified_s,
    )


def _member(header: _Header, data: int, reader: Reader, source: Source) -> Iterator[Member | Refused]:
    name = as_text(header.name)
    if header.kind in _NO_CONTENT or name.endswith("/"):
        return
    if header.kind == _SPARSE:
        sentence = "It is a sparse file, which is stored in pieces. Unpack the TAR and check the folder."
        yield Refused(name, InputError(sentence, code="input.unsupported"))
    elif data + header.size > reader.size_bytes:
        yield Refused(name, damaged("The archive ends before the end of this file."))
    else:
        part = PartSource(source, data, header.size)
        yield Member(
            name=name,
            size_bytes=header.size,
            modified_ns=header.modified_s * 10**9,
            mark=f"{data}/{header.size}/{header.modified_s}",
            chunks=part.chunks,
            part=part,
        )


def _say_what_is_missing(lost: int, *, is_cut: bool, has_end: bool) -> None:
    if is_cut:
        raise damaged("The archive ends in the middle of a file; nothing after it can be read.")
    if lost:
        raise damaged(f"The archive is damaged: {lost:,} bytes in it are neither a file nor padding.")
    if not has_end:
        raise damaged("The archive has no end mark: files that came after the last one may be missing.")
