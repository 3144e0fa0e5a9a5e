"""Small files that claim, or unfold to, far more than a machine has; made here, harmless to keep."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pillow_heif
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

SIDE = 30_000
"""Of a square of 900 megapixels."""


def png_of_900_megapixels() -> bytes:
    """One grey bit a pixel, all zero: a row is 3,751 bytes, and a thousandth of that compressed."""
    return _png(SIDE, SIDE, depth=1, colour=0, row=bytes(SIDE // 8 + 1))


def png_just_under_the_pixel_limit() -> bytes:
    """268 megapixels in colour with transparency, 16 bits each: 2 GiB once unfolded, if it went on."""
    side = 16_384
    return _png(side, side, depth=16, colour=6, row=bytes(1 + side * 8), rows=side // 32)


def _png(width: int, height: int, *, depth: int, colour: int, row: bytes, rows: int = 0) -> bytes:
    """A PNG whose rows are all the same; with ``rows`` it ends after as many."""
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(rows or height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with_a_text_bomb() -> bytes:
    """A small picture with a compressed comment that unfolds to 100 MB."""
    packer = zlib.compressobj(9)
    text = b"".join(packer.compress(bytes(1 << 20)) for _ in range(100)) + packer.flush()
    stream = BytesIO()
    Image.new("L", (64, 64)).save(stream, "PNG")
    whole = stream.getvalue()
    return whole[:33] + _chunk(b"zTXt", b"Comment\0\0" + text) + whole[33:]


def gif_of_900_megapixels() -> bytes:
    """LZW at its best: once the table is full, every 12 bits stand for 4,091 pixels more."""
    return _gif(SIDE, SIDE, _run(SIDE * SIDE), frames=1)


def gif_just_under_the_pixel_limit() -> bytes:
    """256 megapixels in about 100 KB, each of them really there."""
    return _gif(16_000, 16_000, _run(16_000 * 16_000), frames=1)


def endless_gif() -> bytes:
    """Ten thousand frames of 16 megapixels each, one pixel of which is there, and no end."""
    return _gif(4000, 4000, _packed([_LZW_CLEAR, 0]), frames=10_000)[:-1]


def _run(pixels: int) -> bytes:
    """Packed codes for as many equal pixels: each new code stands for one pixel more than the last."""
    codes, done = [_LZW_CLEAR, 0, *range(_LZW_CLEAR + 2, 4096)], 4091 * 4092 // 2
    return _packed(codes + [4095] * ((pixels - done) // 4091 + 1))


_LZW_CLEAR = 4


def _packed(codes: list[int]) -> bytes:
    """Codes of a two-bit alphabet as a GIF packs them, with widths growing as the table fills."""
    bits = count = 0
    width, known = 3, _LZW_CLEAR + 2
    out = bytearray()
    for code in codes:
        bits |= code << count
        count += width
        if code == _LZW_CLEAR:
            width, known = 3, _LZW_CLEAR + 1
        else:
            known += 1
            if known == 1 << width and width < 12:
                width += 1
        while count >= 8:
            out.append(bits & 255)
            bits >>= 8
            count -= 8
    out.append(bits & 255)
    return bytes(out)


def _gif(width: int, height: int, data: bytes, *, frames: int) -> bytes:
    """A GIF with the same frame again and again."""
    blocks = b"".join(
        bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255)
    )
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02" + blocks + b"\0"
    screen = struct.pack("<HHBBB", width, height, 0x81, 0, 0) + bytes(12)
    return b"GIF89a" + screen + frame * frames + b";"


def tiff_with_a_deep_chain() -> bytes:
    """A chain of 20,000 directories, the last of which points to the first."""
    count, size = 20_000, 2 + 12 + 4
    chain = b"".join(
        struct.pack("<HHHII", 1, 256, 4, 1, 64) + struct.pack("<I", 8 + (at + 1) % count * size)
        for at in range(count)
    )
    return b"II*\0" + struct.pack("<I", 8) + chain


def tiff_that_points_to_itself() -> bytes:
    """A directory with 65,535 entries of four gigabytes each, followed by itself."""
    entry = struct.pack("<HHII", 270, 2, 0xFFFFFFFF, 8)
    return b"II*\0" + struct.pack("<IH", 8, 0xFFFF) + entry * 0xFFFF + struct.pack("<I", 8)


def tiff_of_one_huge_strip() -> bytes:
    """16,000 pixels square, with a strip that says it has four gigabytes and has none."""
    entries = [(256, 16_000), (257, 16_000), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 16_000)]
    entries += [(279, 0xFFFFFFF0)]
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(4)


def jpeg_of_65535_pixels_and_no_data() -> bytes:
    """A JPEG header with the largest sides there are, and then nothing."""
    return _with_jpeg_sides(65_535, 65_535)


def jpeg_of_64_megapixels_and_little_data() -> bytes:
    """Sides that some cameras have, progressive, and the coefficients of a small picture."""
    return _with_jpeg_sides(8_000, 8_000)


def _with_jpeg_sides(width: int, height: int) -> bytes:
    """A small progressive JPEG whose header claims other sides."""
    stream = BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(stream, "JPEG", progressive=True)
    whole = bytearray(stream.getvalue())
    at = whole.index(b"\xff\xc2")
    whole[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


def jpeg_of_300_scans() -> bytes:
    """A progressive JPEG of 4 megapixels that repeats a scan over and over: each costs a whole pass."""
    stream = BytesIO()
    Image.new("L", (2000, 2000), 128).save(stream, "JPEG", progressive=True)
    whole = stream.getvalue()
    first = whole.index(b"\xff\xda")
    second = whole.index(b"\xff\xda", first + 2)
    return whole[:first] + whole[first:second] * 300 + whole[second:]


def webp_with_a_false_size() -> bytes:
    """A lossless WebP of 64 pixels square whose header claims 16,384."""
    stream = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(stream, "WEBP", lossless=True)
    whole = bytearray(stream.getvalue())
    at = whole.index(b"VP8L") + 9
    (bits,) = struct.unpack_from("<I", whole, at)
    struct.pack_into("<I", whole, at, bits & ~0xFFFFFFF | 16_383 | 16_383 << 14)
    return bytes(whole)


def webp_with_a_huge_canvas() -> bytes:
    """An animated WebP whose canvas is 16 megapixels on a side by header alone."""
    body = (
        b"VP8X" + struct.pack("<IB", 10, 2) + bytes(3) + b"\xff\xff\xff" * 2 + b"ANIM" + struct.pack("<I", 6)
    )
    body += bytes(6)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def avif_with_a_false_size() -> bytes:
    """An AVIF of 64 pixels square whose property claims 65,535."""
    stream = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(stream, "AVIF", max_threads=1)
    return _with_false_extent(stream.getvalue())


def heic_with_a_false_size() -> bytes:
    """A HEIC of 64 pixels square whose property claims 65,535."""
    stream = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "teal")).save(stream)
    return _with_false_extent(stream.getvalue())


def _with_false_extent(whole: bytes) -> bytes:
    at = whole.index(b"ispe") + 8
    return whole[:at] + struct.pack(">II", 65_535, 65_535) + whole[at + 8 :]


def jpeg2000_of_four_gigapixels() -> bytes:
    """A JPEG 2000 whose header claims 65,535 pixels on a side in one tile."""
    stream = BytesIO()
    Image.fromarray(np.zeros((64, 64), np.uint8)).save(stream, "JPEG2000", no_jp2=True)
    whole = bytearray(stream.getvalue())
    struct.pack_into(">II", whole, 8, 65_535, 65_535)
    struct.pack_into(">II", whole, 24, 65_535, 65_535)
    return bytes(whole)


def bmp_of_four_gigapixels() -> bytes:
    """A run-length coded BMP that claims 65,535 pixels on a side."""
    header = struct.pack("<IiiHHIIiiII", 40, 65_535, 65_535, 1, 8, 1, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 1078, 0, 0, 1078) + header + bytes(1024) + b"\xff\0" * 100


BOMBS: tuple[Callable[[], bytes], ...] = (
    png_of_900_megapixels,
    png_just_under_the_pixel_limit,
    png_with_a_text_bomb,
    gif_of_900_megapixels,
    gif_just_under_the_pixel_limit,
    endless_gif,
    tiff_with_a_deep_chain,
    tiff_that_points_to_itself,
    tiff_of_one_huge_strip,
    jpeg_of_65535_pixels_and_no_data,
    jpeg_of_64_megapixels_and_little_data,
    jpeg_of_300_scans,
    webp_with_a_false_size,
    webp_with_a_huge_canvas,
    avif_with_a_false_size,
    heic_with_a_false_size,
    jpeg2000_of_four_gigapixels,
    bmp_of_four_gigapixels,
)
