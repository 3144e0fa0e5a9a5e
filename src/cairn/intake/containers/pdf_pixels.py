"""Bare pixels of a PDF, given the header of a PNG or TIFF file, so that any decoder can read them.

Both formats pack pixels in the ways of PDF: Deflate with or without prediction, LZW, run lengths and fax
codes. So the packed bytes stay as they are, and a header of some hundred bytes says what they mean.
Source: PNG (Third Edition), TIFF 6.0 and its Technical Note 2; ISO 32000-1:2008, 7.4 and 8.6.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers import pdf_colours
from cairn.intake.containers.reading import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.intake.containers.pdf_colours import Colours
    from cairn.intake.containers.pdf_filters import Chunks
    from cairn.intake.containers.pdf_objects import Objects, Stream

_COMPRESSIONS = {
    None: 1,
    "LZWDecode": 5,
    "LZW": 5,
    "FlateDecode": 8,
    "Fl": 8,
    "RunLengthDecode": 32773,
    "RL": 32773,
}
_FAX = ("CCITTFaxDecode", "CCF")
_FLATE = ("FlateDecode", "Fl")
_DIFFERENCES, _FIRST_PNG_PREDICTOR = 2, 10
_PNG_GREY, _PNG_RGB, _PNG_PALETTE = 0, 2, 3
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK = 0, 1, 2, 3, 5
_SHORT_TAGS = {258, 259, 262, 277, 317, 320}
_FIELD_BYTES = 4
_FAX_COLUMNS = 1728
_BITS = {1, 2, 4, 8, 16}
_LARGEST_SIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A picture file made of a header, the packed pixels, and an end."""

    ending: str
    head: Callable[[int], bytes]
    wrap: Callable[[bytes], bytes]
    tail: bytes

    def chunks(self, packed: Chunks, length: int) -> Iterator[bytes]:
        """Yield the file."""
        yield self.head(length)
        for chunk in packed():
            yield self.wrap(chunk)
        yield self.tail


@dataclass(frozen=True, slots=True)
class _Shape:
    width: int
    height: int
    bits: int
    colours: Colours
    is_inverted: bool


def picture(
    stream: Stream, last: str | None, objects: Objects, inflated_length: Callable[[], int]
) -> Wrapped:
    """Answer the file that the pixels of a stream become.

    Args:
        stream: The picture's object.
        last: The filter that packs its pixels.
        objects: To follow references to colours.
        inflated_length: Unpacks the stream to learn the number of colours, where it is not stated.

    Raises:
        InputError: Its filter or its colours are not read (``input.unsupported``), or its size is missing
            (``input.damaged``).
    """
    width, height = stream.integer("Width", "W") or 0, stream.integer("Height", "H") or 0
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise damaged("The picture's width and height are missing or make no sense.")
    is_inverted = re.search(rb"/(Decode|D)\s*\[\s*1(\.0*)?\s+0", stream.words) is not None
    if last in _FAX:
        return _fax(stream, height, is_inverted=is_inverted)
    if last not in _COMPRESSIONS:
        raise _not_read(f"It is packed with {last}, which Cairn does not read.")
    bits = 1 if b"/ImageMask true" in stream.words else stream.integer("BitsPerComponent", "BPC") or 8
    if bits not in _BITS:
        raise damaged("The picture's number of bits makes no sense.")
    predictor = stream.integer("Predictor") or 1
    colours = pdf_colours.find(stream, objects)
    if colours is None and last in _FLATE:
        is_png = predictor >= _FIRST_PNG_PREDICTOR
        length = inflated_length()
        colours = pdf_colours.guess(length, width=width, rows=height, bits=bits, is_png=is_png)
    if colours is None:
        raise _not_read("Its colours are described in a part of the PDF that Cairn does not read.")
    shape = _Shape(width, height, bits, colours, is_inverted)
    if predictor >= _FIRST_PNG_PREDICTOR:
        return _png(shape, last)
    return _tiff(shape, _COMPRESSIONS[last], predictor)


def _not_read(sentence: str) -> InputError:
    return InputError(sentence, code="input.unsupported")


def _png(shape: _Shape, last: str | None) -> Wrapped:
    kinds = {1: _PNG_GREY, 3: _PNG_RGB}
    palette = shape.colours.palette
    kind = _PNG_PALETTE if palette else kinds.get(shape.colours.components)
    if kind is None or last not in _FLATE or shape.is_inverted:
        raise _not_read("Its pixels are packed in a way that no picture file has, which Cairn does not read.")
    header = struct.pack(">2L5B", shape.width, shape.height, shape.bits, kind, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n" + _png_chunk(b"IHDR", header)
    if palette:
        head += _png_chunk(b"PLTE", palette[: 3 << shape.bits])
    return Wrapped("png", lambda _: head, lambda data: _png_chunk(b"IDAT", data), _png_chunk(b"IEND", b""))


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def _tiff(shape: _Shape, compression: int, predictor: int) -> Wrapped:
    colours = shape.colours
    grey = _WHITE_IS_ZERO if shape.is_inverted else _BLACK_IS_ZERO
    photometric = _PALETTE if colours.palette else {1: grey, 3: _RGB, 4: _CMYK}[colours.components]
    tags = {
        256: [shape.width],
        257: [shape.height],
        258: [shape.bits] * colours.components,
        259: [compression],
        262: [photometric],
        277: [colours.components],
        317: [_DIFFERENCES if predictor == _DIFFERENCES else 1],
    }
    if colours.palette:
        tags[320] = _colour_map(colours.palette, shape.bits)
    return _tiff_file(tags)


def _colour_map(palette: bytes, bits: int) -> list[int]:
    """Answer all reds, all greens, all blues, each as 16 bits."""
    padded = palette[: 3 << bits].ljust(3 << bits, b"\0")
    return [value * 257 for channel in range(3) for value in padded[channel::3]]


def _fax(stream: Stream, height: int, *, is_inverted: bool) -> Wrapped:
    """Wrap a fax page: K below zero is Group 4, zero is Group 3, above zero is Group 3 in two dimensions."""
    k = stream.integer("K") or 0
    is_black_one = re.search(rb"/BlackIs1\s+true", stream.words) is not None
    columns = stream.integer("Columns") or _FAX_COLUMNS
    if not 0 < columns <= _LARGEST_SIDE:
        raise damaged("The fax page's width makes no sense.")
    tags = {
        256: [columns],
        257: [height],
        258: [1],
        259: [4 if k < 0 else 3],
        262: [_BLACK_IS_ZERO if is_black_one != is_inverted else _WHITE_IS_ZERO],
        277: [1],
        (293 if k < 0 else 292): [1 if k > 0 else 0],
    }
    return _tiff_file(tags)


def _tiff_file(tags: dict[int, list[int]]) -> Wrapped:
    """Answer a TIFF of one strip: the header and the tags before it, the packed pixels after them."""

    def head(length: int) -> bytes:
        every = {**tags, 273: [0], 278: tags[257], 279: [min(length, 0xFFFFFFFF)]}
        every[273] = [len(_tiff_head(every))]
        return _tiff_head(every)

    return Wrapped("tif", head, lambda data: data, b"")


def _tiff_head(tags: dict[int, list[int]]) -> bytes:
    values_at = 8 + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for number in sorted(tags):
        kind, code = ("H", 3) if number in _SHORT_TAGS else ("L", 4)
        data = struct.pack(f"<{len(tags[number])}{kind}", *tags[number])
        if len(data) <= _FIELD_BYTES:
            field = data.ljust(_FIELD_BYTES, b"\0")
        else:
            field = struct.pack("<L", values_at + len(values))
            values += data
        entries += struct.pack("<HHL", number, code, len(tags[number])) + field
    return b"II*\0" + struct.pack("<LH", 8, len(tags)) + entries + bytes(4) + values
