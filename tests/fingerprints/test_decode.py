from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import decode as decoding
from cairn.fingerprints.decode import Decoded, decode
from cairn.types import PdqMode
from fingerprints.drawn import as_file, picture, pixels
from fingerprints.plain_pdq import plain_cells

if TYPE_CHECKING:
    from collections.abc import Callable


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    end = b"IEND"
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + end + struct.pack(">I", zlib.crc32(end))


def jpeg_of_size(width: int, height: int) -> bytes:
    data = bytearray(as_file(picture(width=64, height=48), "JPEG"))
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def refusal(found: Decoded) -> NotComparable:
    assert isinstance(found.cells, NotComparable)
    return found.cells


@pytest.mark.parametrize("mode", list(PdqMode))
def test_a_small_jpeg_has_the_cells_of_its_pixels_in_both_modes(mode: PdqMode) -> None:
    data = as_file(picture(), "JPEG")
    with Image.open(BytesIO(data)) as reference:
        rgb = np.asarray(reference.convert("RGB"))

    found = decode(data, media_type="image/jpeg", mode=mode)

    assert (found.width, found.height) == (240, 160)
    assert not isinstance(found.cells, NotComparable)
    assert np.allclose(found.cells, plain_cells(rgb), atol=1e-3)


def test_a_large_jpeg_is_nearly_the_same_without_its_colours() -> None:
    data = as_file(picture(width=1600, height=1400), "JPEG")
    exact, fast = (decode(data, media_type="image/jpeg", mode=mode).cells for mode in PdqMode)

    assert not isinstance(exact, NotComparable)
    assert not isinstance(fast, NotComparable)
    assert not np.array_equal(exact, fast)
    assert np.abs(exact - fast).max() < 2


def test_a_cmyk_jpeg_is_converted_to_rgb() -> None:
    rgb = pixels(3, width=90, height=70)
    data = as_file(Image.fromarray(rgb).convert("CMYK"), "JPEG", quality=100)

    found = decode(data, media_type="image/jpeg", mode=PdqMode.FAST)

    assert not isinstance(found.cells, NotComparable)
    assert np.abs(found.cells - plain_cells(rgb)).max() < 6


def test_a_grey_jpeg_is_compared() -> None:
    data = as_file(picture().convert("L"), "JPEG")

    assert not isinstance(decode(data, media_type="image/jpeg", mode=PdqMode.EXACT).cells, NotComparable)


def test_bytes_between_the_markers_of_a_jpeg_are_passed_over() -> None:
    data = as_file(picture(), "JPEG")
    tables = data.index(b"\xff\xdb")
    padded = data[:tables] + b"\x11\x22\x33" + data[tables:]

    found, whole = (decode(one, media_type="image/jpeg", mode=PdqMode.EXACT).cells for one in (padded, data))

    assert not isinstance(found, NotComparable)
    assert not isinstance(whole, NotComparable)
    assert np.array_equal(found, whole)


@pytest.mark.parametrize("size", [(4, 100), (100, 4), (1, 1)])
@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_side_below_five_pixels_is_too_small(size: tuple[int, int], kind: str, media_type: str) -> None:
    found = decode(as_file(Image.new("RGB", size), kind), media_type=media_type, mode=PdqMode.FAST)

    assert (found.width, found.height) == size
    assert refusal(found).reason is Reason.TOO_SMALL
    assert f"{size[0]}×{size[1]}" in refusal(found).sentence


@pytest.mark.parametrize(("make", "media_type"), [(png_header, "image/png"), (jpeg_of_size, "image/jpeg")])
def test_a_size_beyond_the_limit_is_refused_before_decoding(
    make: Callable[[int, int], bytes], media_type: str
) -> None:
    found = decode(make(60_000, 60_000), media_type=media_type, mode=PdqMode.FAST)

    assert (found.width, found.height) == (60_000, 60_000)
    assert refusal(found).reason is Reason.TOO_LARGE


def test_a_decoders_own_limit_is_the_same_answer() -> None:
    animation = as_file(picture(), "GIF")
    # The first frame claims to reach far beyond the canvas.
    start = animation.index(b"\x2c", 13 + 768)
    huge = animation[: start + 5] + b"\xff\xff\xff\xff" + animation[start + 9 :]

    found = decode(huge, media_type="image/gif", mode=PdqMode.FAST)

    assert refusal(found).reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("BMP", "image/bmp"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
        ("HEIF", "image/heic"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_forty_percent_of_a_file_is_undecodable(kind: str, media_type: str) -> None:
    data = as_file(picture(), kind)

    found = decode(data[: len(data) * 4 // 10], media_type=media_type, mode=PdqMode.FAST)

    assert refusal(found).reason is Reason.UNDECODABLE


def test_bytes_that_only_begin_like_a_picture_are_damaged() -> None:
    found = decode(b"GIF89a and then words", media_type="image/gif", mode=PdqMode.FAST)

    assert (found.width, found.height) == (None, None)
    assert refusal(found).reason is Reason.UNDECODABLE


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png"])
def test_too_little_memory_is_an_answer(media_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("cairn.fingerprints.jpeg.header", exhausted)
    monkeypatch.setattr("cairn.fingerprints.pillow.open_picture", exhausted)

    found = decode(as_file(picture(), "PNG"), media_type=media_type, mode=PdqMode.FAST)

    assert refusal(found).reason is Reason.TOO_LARGE
    assert "memory" in refusal(found).sentence


def test_the_limit_on_pixels_is_where_the_page_says() -> None:
    side = 1 << 14
    assert decoding.size_refusal(side, side) is None
    beyond = decoding.size_refusal(side, side + 1)
    assert beyond is not None
    assert beyond.reason is Reason.TOO_LARGE
    assert "268,435,456 in all" in beyond.sentence
