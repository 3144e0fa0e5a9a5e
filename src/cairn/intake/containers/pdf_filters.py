"""The filters of PDF streams that only carry bytes: Deflate, and two ways of writing bytes as letters."""

from __future__ import annotations

import binascii
import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers import decoders
from cairn.intake.containers.reading import damaged

if TYPE_CHECKING:
    from cairn.intake.containers.reading import PartSource

Chunks = Callable[[], Iterator[bytes]]

_ZLIB = 15
_NOT_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_NOT_ASCII85 = bytes(set(range(256)) - set(range(0x21, 0x76)) - set(b"z~"))


def inflate(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Undo FlateDecode."""
    return decoders.inflate(chunks, wbits=_ZLIB)


def from_hex(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Undo ASCIIHexDecode: digits up to ``>``; a last single digit is followed by a zero."""
    rest = b""
    for chunk in chunks:
        text, end, _ = chunk.partition(b">")
        rest += text.translate(None, _NOT_HEX)
        whole = len(rest) // 2 * 2
        yield binascii.unhexlify(rest[:whole])
        rest = rest[whole:]
        if end:
            break
    yield binascii.unhexlify(rest + b"0" * (len(rest) % 2))


def from_ascii85(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Undo ASCII85Decode: five letters are four bytes, ``z`` is four zeroes, ``~>`` is the end."""
    rest = b""
    for chunk in chunks:
        text, end, _ = chunk.partition(b"~")
        rest += text.translate(None, _NOT_ASCII85).replace(b"z", b"!!!!!")
        whole = len(rest) // 5 * 5
        yield _groups(rest[:whole])
        rest = rest[whole:]
        if end:
            break
    if rest:
        yield _groups(rest + b"u" * (5 - len(rest)))[: len(rest) - 1]


def _groups(letters: bytes) -> bytes:
    try:
        return b"".join(struct.pack(">I", _value(letters[at : at + 5])) for at in range(0, len(letters), 5))
    except struct.error as error:
        raise damaged("The packed data is damaged.") from error


def _value(group: bytes) -> int:
    value = 0
    for letter in group:
        value = value * 85 + letter - 0x21
    return value


_STEPS: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "FlateDecode": inflate,
    "Fl": inflate,
    "ASCIIHexDecode": from_hex,
    "AHx": from_hex,
    "ASCII85Decode": from_ascii85,
    "A85": from_ascii85,
}


def decode(part: PartSource, steps: tuple[str, ...]) -> Iterator[bytes]:
    """Yield what the filters make of the stream.

    Raises:
        InputError: A filter is not read (``input.unsupported``), or the data is damaged.
    """
    chunks = part.chunks()
    for step in steps:
        if step not in _STEPS:
            raise InputError(
                f"It is packed with {step}, which Cairn does not read.", code="input.unsupported"
            )
        chunks = _STEPS[step](chunks)
    yield from chunks


def split(filters: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Answer the filters that only carry bytes, and the last, which packs pixels; ``None`` for none."""
    if not filters or _STEPS.get(filters[-1]) in {from_hex, from_ascii85}:
        return filters, None
    return filters[:-1], filters[-1]
