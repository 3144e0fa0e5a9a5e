"""How many numbers make a pixel of a picture in a PDF, and what colours they stand for."""

from __future__ import annotations

import binascii
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.intake.containers.pdf_objects import Objects, Stream

_COMPONENTS = {
    **dict.fromkeys((b"DeviceGray", b"CalGray", b"G"), 1),
    **dict.fromkeys((b"DeviceRGB", b"CalRGB", b"RGB", b"Lab"), 3),
    **dict.fromkeys((b"DeviceCMYK", b"CMYK"), 4),
}
_SPACE = re.compile(rb"/(?:ColorSpace|CS)\s*")
_REFERENCE = re.compile(rb"\s*(\d{1,9})\s+\d{1,5}\s+R")
_NAME = re.compile(rb"\s*\[?\s*/([A-Za-z0-9]+)\s*")
_HIGHEST = re.compile(rb"\s*(\d{1,3})\s*")
_COUNT = re.compile(rb"/N\s+([134])\b")
_OCTAL = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MOST_STEPS = 4
_CMYK = 4
_BACKSLASH = 0x5C
_PALETTE_BYTES = 768


@dataclass(frozen=True, slots=True)
class Colours:
    """What the numbers of a pixel mean.

    Attributes:
        components: How many numbers a pixel has: 1, 3 or 4.
        palette: Where the one number points into a table: red, green and blue for each value.
    """

    components: int
    palette: bytes | None = None


def find(stream: Stream, objects: Objects) -> Colours | None:
    """Answer the colours that the picture's object states; ``None`` where they are not found."""
    found = _SPACE.search(stream.words)
    if found is None:
        return Colours(1) if b"/ImageMask true" in stream.words else None
    return _space(stream.words[found.end() :], objects, _MOST_STEPS)


def guess(size_bytes: int, *, width: int, rows: int, bits: int, is_png: bool) -> Colours | None:
    """Answer the number of components from the unpacked size; one could be grey or a table: ``None``."""
    for components in (3, 4):
        row = -(-width * components * bits // 8) + is_png
        if row * rows <= size_bytes < row * rows + row:
            return Colours(components)
    return None


def _space(text: bytes, objects: Objects, steps: int) -> Colours | None:
    """Follow references, a few at most: they may lead in a circle."""
    reference, name = _REFERENCE.match(text), _NAME.match(text)
    if steps == 0:
        return None
    if reference:
        target = objects.text(int(reference[1]))
        return _space(target, objects, steps - 1) if target else None
    if name is None:
        return None
    rest = text[name.end() :]
    if name[1] == b"ICCBased":
        return _profile(rest, objects)
    if name[1] in (b"Indexed", b"I"):
        return _indexed(rest, objects, steps - 1)
    components = _COMPONENTS.get(name[1])
    return Colours(components) if components else None


def _profile(text: bytes, objects: Objects) -> Colours | None:
    reference = _REFERENCE.match(text)
    target = objects.text(int(reference[1])) if reference else None
    count = _COUNT.search(target) if target else None
    return Colours(int(count[1])) if count else None


def _indexed(text: bytes, objects: Objects, steps: int) -> Colours | None:
    """Read the base colours, the highest value, and the table."""
    base = _space(text, objects, steps)
    rest = _after_space(text)
    highest = _HIGHEST.match(rest)
    if base is None or highest is None or base.palette or base.components == _CMYK:
        return None
    table = _table(rest[highest.end() :], objects)
    if table is None:
        return None
    table = table[: (int(highest[1]) + 1) * base.components]
    if base.components == 1:
        table = bytes(value for grey in table for value in (grey, grey, grey))
    return Colours(1, table[:_PALETTE_BYTES])


def _after_space(text: bytes) -> bytes:
    """Answer what follows a colour space: a reference, a name, or something in brackets."""
    reference = _REFERENCE.match(text)
    if reference:
        return text[reference.end() :]
    if text.lstrip().startswith(b"["):
        return text.partition(b"]")[2]
    name = _NAME.match(text)
    return text[name.end() :] if name else b""


def _table(text: bytes, objects: Objects) -> bytes | None:
    reference = _REFERENCE.match(text)
    if reference:
        number = int(reference[1])
        data = objects.stream(number)
        if data is None:
            target = objects.text(number)
            return _string(target.lstrip()) if target else None
        return _unpacked(data, objects.text(number) or b"")
    return _string(text.lstrip())


def _unpacked(data: bytes, words: bytes) -> bytes | None:
    if b"FlateDecode" not in words:
        return data if b"/Filter" not in words else None
    try:
        return zlib.decompressobj().decompress(data, _PALETTE_BYTES)
    except zlib.error:
        return None


def _string(text: bytes) -> bytes | None:
    """Read a string: hexadecimal digits, or letters with escapes."""
    if text.startswith(b"<"):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", text[1:].partition(b">")[0])
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    if not text.startswith(b"("):
        return None
    return _OCTAL.sub(_unescaped, text[1 : _closing(text)])


def _closing(text: bytes) -> int:
    """Answer where the bracket that opens the text is closed."""
    depth, at = 0, 0
    while at < len(text):
        if text[at] == _BACKSLASH:
            at += 1
        else:
            depth += {0x28: 1, 0x29: -1}.get(text[at], 0)
            if depth == 0:
                return at
        at += 1
    return at


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code[:1] in b"01234567":
        return bytes([int(code, 8) & 0xFF])
    return b"" if code in (b"\n", b"\r", b"\r\n") else _ESCAPES.get(code, code)
