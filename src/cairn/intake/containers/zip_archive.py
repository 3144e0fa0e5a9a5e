"""ZIP: members are unpacked at random, so nothing is unpacked that is not opened.

The directory decides what is listed. Where it is missing, because the file was cut off, the headers before
the members are followed from the start. Overlapping members, false sizes and checksums that do not hold are
named and not passed on.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers import decoders, zip_crypto
from cairn.intake.containers.members import Member, Refused
from cairn.intake.containers.reading import CHUNK_BYTES, PartSource, damaged
from cairn.intake.containers.scratch import over_limit
from cairn.intake.containers.zip_directory import (
    EXTRA_AES,
    LOCAL,
    Entry,
    entries,
    find_directory,
    find_overlaps,
    local_header,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.rules import ContainerRules

_ENCRYPTED, _SIZES_FOLLOW = 1, 8
_STORED, _DEFLATED, _BZIP2, _LZMA, _ZSTD, _XZ, _AES = 0, 8, 12, 14, 93, 95, 99
_READ_METHODS = {_STORED, _DEFLATED, _BZIP2, _LZMA, _ZSTD, _XZ}
_METHOD_NAMES = {1: "Shrink", 6: "Implode", 9: "Deflate64", 96: "JPEG", 97: "WavPack", 98: "PPMd"}
_LZMA_HEADER_BYTES = 9
_FIRST_LOOK_BYTES = 64
_MOST_READINGS = 4
"""How often a ZIP without directory is read to find where its members end; once, unless they overlap."""


def members(reader: Reader, source: Source, rules: ContainerRules) -> Iterator[Member | Refused]:
    """Yield the files of a ZIP in the order of its directory.

    Args:
        reader: The whole ZIP.
        source: Opens the same ZIP again, when a member is unpacked.
        rules: Passwords, and the limits that a member without a size is measured against.

    Raises:
        InputError: A part could not be read (``input.damaged``); raised after all that could.
    """
    directory = find_directory(reader)
    if directory is None or (directory.size_bytes == 0 and reader.read_at(0, 4) == LOCAL):
        yield from _without_directory(reader, source, rules)
        return
    overlaps = find_overlaps(reader, directory, most_entries=rules.members)
    for number, entry in enumerate(entries(reader, directory)):
        if number in overlaps:
            yield Refused(entry.name, damaged("Its bytes overlap another member's, as in a ZIP bomb."))
        elif not _is_folder(entry):
            yield _member(entry, reader, source, rules)


def _is_folder(entry: Entry) -> bool:
    return entry.size_bytes == 0 and entry.name.endswith(("/", "\\"))


def _member(entry: Entry, reader: Reader, source: Source, rules: ContainerRules) -> Member | Refused:
    header = local_header(reader, entry.offset)
    if header is None:
        return Refused(entry.name, damaged("The ZIP's directory points at something else."))
    if header.data_offset + entry.stored_bytes > reader.size_bytes:
        return Refused(entry.name, damaged("The ZIP ends before the end of this member."))
    part = PartSource(source, header.data_offset, entry.stored_bytes)
    try:
        chunks = _unlocked(entry, part, rules)
    except InputError as error:
        return Refused(entry.name, error)
    is_plain = entry.method == _STORED and not entry.flags & _ENCRYPTED
    return Member(
        name=entry.name,
        size_bytes=entry.size_bytes,
        modified_ns=entry.modified_ns,
        mark=f"{entry.offset}/{entry.size_bytes}/{entry.crc:08x}",
        chunks=chunks,
        stored_bytes=None if is_plain else entry.stored_bytes,
        part=part if is_plain and entry.size_bytes == entry.stored_bytes else None,
    )


def _unlocked(entry: Entry, part: PartSource, rules: ContainerRules) -> Callable[[], Iterator[bytes]]:
    """Answer how the member is unpacked, with the password that fits where it needs one.

    Raises:
        InputError: No password fits, or the way of packing is not known.
    """
    if not entry.flags & _ENCRYPTED:
        _require_known(entry.method)
        return functools.partial(_unpacked, entry, part.chunks, rules, check_crc=True)
    ways = _aes_ways(entry, part, rules) if entry.method == _AES else _pkzip_ways(entry, part, rules)
    fitting = list(ways)
    for way in fitting:
        if len(fitting) == 1 or _holds(way):
            return way
    raise InputError(
        "It is encrypted, and none of the passwords fits." if rules.passwords else "It is encrypted.",
        code="input.encrypted",
    )


def _holds(way: Callable[[], Iterator[bytes]]) -> bool:
    """Answer whether the member unpacks without damage; asked only where two passwords seem to fit."""
    try:
        for _ in way():
            pass
    except InputError:
        return False
    return True


def _pkzip_ways(
    entry: Entry, part: PartSource, rules: ContainerRules
) -> Iterator[Callable[[], Iterator[bytes]]]:
    with part.reader() as reader:
        header = reader.read_at(0, zip_crypto.PKZIP_HEADER_BYTES)
    _require_known(entry.method)
    check = (entry.clock >> 8 if entry.flags & _SIZES_FOLLOW else entry.crc >> 24) & 0xFF
    data = PartSource(part.whole, part.offset + len(header), part.length - len(header))
    for password in rules.passwords:
        keys = zip_crypto.pkzip_keys(password.encode(), header, check)
        if keys is not None:
            decrypt = functools.partial(_pkzip_chunks, data, keys)
            yield functools.partial(_unpacked, entry, decrypt, rules, check_crc=True)


def _pkzip_chunks(data: PartSource, keys: NDArray[np.uint32]) -> Iterator[bytes]:
    yield from zip_crypto.pkzip_decrypt(data.chunks(), keys)


def _aes_ways(
    entry: Entry, part: PartSource, rules: ContainerRules
) -> Iterator[Callable[[], Iterator[bytes]]]:
    layout = zip_crypto.aes_layout(entry.extra.get(EXTRA_AES, b""))
    if layout is None or part.length < layout.overhead_bytes:
        raise damaged("The settings of its encryption make no sense.")
    _require_known(layout.method)
    before = layout.salt_bytes + 2
    with part.reader() as reader:
        head = reader.read_at(0, before)
    data = PartSource(part.whole, part.offset + before, part.length - layout.overhead_bytes)
    plain = replace(entry, method=layout.method)
    for password in rules.passwords:
        keys = zip_crypto.aes_keys(password.encode(), head, layout)
        if keys is not None:
            decrypt = functools.partial(_aes_chunks, data, keys)
            yield functools.partial(_unpacked, plain, decrypt, rules, check_crc=layout.has_crc)


def _aes_chunks(data: PartSource, keys: zip_crypto.AesKeys) -> Iterator[bytes]:
    def code() -> bytes:
        with data.whole.reader() as reader:
            return reader.read_at(data.offset + data.length, zip_crypto.AES_CODE_BYTES)

    yield from zip_crypto.aes_decrypt(data.chunks(), keys, code)


def _unpacked(
    entry: Entry, read: Callable[[], Iterator[bytes]], rules: ContainerRules, *, check_crc: bool
) -> Iterator[bytes]:
    """Yield the member's bytes, and check their checksum at the end."""
    crc, packed = 0, read()
    for piece in _decoded(entry, packed, rules):
        crc = zlib.crc32(piece, crc)
        yield piece
    for _ in packed:
        pass  # A decoder stops at its own end mark; the authentication code comes after all bytes.
    if check_crc and crc != entry.crc:
        raise damaged("Its checksum does not hold.")


def _require_known(method: int) -> None:
    if method not in _READ_METHODS:
        name = _METHOD_NAMES.get(method, f"method {method}")
        raise InputError(
            f"It is packed with {name}, which Cairn does not read. Unpack the ZIP and check the folder.",
            code="input.unsupported",
        )


def _decoded(entry: Entry, chunks: Iterator[bytes], rules: ContainerRules) -> Iterator[bytes]:
    """Unpack by the method, which ``_require_known`` has seen before."""
    if entry.method == _STORED or not entry.stored_bytes:
        return chunks
    if entry.method == _BZIP2:
        return decoders.bunzip(chunks)
    if entry.method == _LZMA:
        return _lzma(chunks, entry.size_bytes, rules)
    if entry.method == _ZSTD:
        return decoders.unzstd(chunks)
    if entry.method == _XZ:
        return decoders.unxz_all(chunks, dictionary_bytes=rules.dictionary_bytes)
    return decoders.inflate(chunks)


def _lzma(chunks: Iterator[bytes], size_bytes: int, rules: ContainerRules) -> Iterator[bytes]:
    """Read the settings that stand before an LZMA stream in a ZIP, then unpack it."""
    first = next(chunks, b"")
    filters = decoders.lzma_filter(first[4:_LZMA_HEADER_BYTES], size_bytes, rules.dictionary_bytes)
    return decoders.unlzma(_after(first[_LZMA_HEADER_BYTES:], chunks), filters=[filters], length=size_bytes)


def _after(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _without_directory(reader: Reader, source: Source, rules: ContainerRules) -> Iterator[Member | Refused]:
    """Follow the headers from the start, because the list at the end is lost."""
    offset, effort = 0, _Effort(_MOST_READINGS * reader.size_bytes)
    while (offset := _next_header(reader, offset)) >= 0:
        header = local_header(reader, offset)
        if header is None:
            break
        entry, offset = header.entry, header.data_offset
        if entry.flags & _SIZES_FOLLOW and not entry.stored_bytes:
            measured = _measure(reader, entry, offset=offset, rules=rules, effort=effort)
            if isinstance(measured, InputError):
                yield Refused(entry.name, measured)
                continue
            entry = measured
        if not _is_folder(entry):
            yield _member(entry, reader, source, rules)
        offset += entry.stored_bytes
    raise damaged(
        "The ZIP has lost its directory, as a download that broke off; members after the last one that is "
        "listed may be missing."
    )


def _next_header(reader: Reader, offset: int) -> int:
    """Answer where the next header is, or -1; it is mostly near, so little is read first."""
    length = _FIRST_LOOK_BYTES
    while offset < reader.size_bytes:
        data = reader.read_at(offset, length)
        length = min(2 * length, CHUNK_BYTES)
        at = data.find(LOCAL)
        if at >= 0:
            return offset + at
        offset += max(1, len(data) - len(LOCAL) + 1)
    return -1


@dataclass(slots=True)
class _Effort:
    """How many bytes may still be unpacked to find where members end."""

    left_bytes: int


def _measure(
    reader: Reader, entry: Entry, *, offset: int, rules: ContainerRules, effort: _Effort
) -> Entry | InputError:
    """Unpack a member whose sizes were to follow it, to learn where it ends."""
    if entry.method != _DEFLATED or entry.flags & _ENCRYPTED or effort.left_bytes <= 0:
        return damaged("Its length is lost with the ZIP's directory.")
    decoder, stored, size, crc = zlib.decompressobj(-15), 0, 0, 0
    try:
        for chunk in reader.chunks(offset, reader.size_bytes - offset):
            effort.left_bytes -= len(chunk)
            rest = chunk
            while rest and not decoder.eof:
                piece = decoder.decompress(rest, CHUNK_BYTES)
                size, crc = size + len(piece), zlib.crc32(piece, crc)
                rest = decoder.unconsumed_tail
            stored += len(chunk) - len(decoder.unused_data)
            if decoder.eof:
                return replace(entry, stored_bytes=stored, size_bytes=size, crc=crc)
            if size > max(rules.ratio_grace_bytes, rules.ratio * stored):
                return over_limit(f"It unpacks to more than {rules.ratio} times its packed size.")
    except zlib.error:
        return damaged("The packed data is damaged.")
    return damaged("The ZIP ends before the end of this member.")
