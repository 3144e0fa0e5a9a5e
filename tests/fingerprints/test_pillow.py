from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.fingerprints.operator import sampled
from cairn.fingerprints.pillow import luma, open_picture, rgb_luma
from fingerprints.drawn import as_file, picture, pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray


def decoded(
    image: Image.Image, kind: str = "PNG", media_type: str = "image/png", **options: object
) -> NDArray[np.float32]:
    return luma(open_picture(as_file(image, kind, **options), media_type))


LOSSLESS = [
    ("PNG", "image/png", {}),
    ("BMP", "image/bmp", {}),
    ("TIFF", "image/tiff", {}),
    ("TIFF", "image/tiff", {"compression": "tiff_lzw"}),
    ("WEBP", "image/webp", {"lossless": True}),
    ("JPEG2000", "image/jp2", {}),
    ("JPEG2000", "image/j2c", {"no_jp2": True}),
]


@pytest.mark.parametrize(("kind", "media_type", "options"), LOSSLESS)
def test_lossless_formats_give_the_luma_of_the_pixels(
    kind: str, media_type: str, options: dict[str, object]
) -> None:
    rgb = pixels(2, width=100, height=70)

    assert np.array_equal(decoded(Image.fromarray(rgb), kind, media_type, **options), rgb_luma(rgb))


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("AVIF", "image/avif"), ("HEIF", "image/heic"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
def test_lossy_formats_give_nearly_the_luma_of_the_pixels(kind: str, media_type: str) -> None:
    rgb = pixels(2, width=100, height=70)

    assert np.abs(decoded(Image.fromarray(rgb), kind, media_type) - rgb_luma(rgb)).mean() < 8


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize(("width", "height"), [(60, 40), (700, 600)])
def test_modes_are_converted_to_rgb_and_sampled_exactly(mode: str, width: int, height: int) -> None:
    image = picture(width=width, height=height).convert(mode)
    expected = rgb_luma(sampled(np.asarray(image.convert("RGB"))))

    assert np.allclose(decoded(image), expected, atol=1e-3)


def test_alpha_is_dropped_and_not_blended() -> None:
    rgb = pixels(2, width=60, height=40)
    image = Image.fromarray(rgb)
    image.putalpha(Image.new("L", image.size, 0))

    assert np.array_equal(decoded(image), rgb_luma(rgb))


def test_transparency_of_a_palette_is_dropped_without_a_warning() -> None:
    image = picture().convert("P")
    expected = rgb_luma(np.asarray(image.convert("RGB")))

    assert np.array_equal(decoded(image, transparency=bytes(range(256))), expected)


def test_grey_with_alpha_and_cmyk_are_converted() -> None:
    image = picture(width=60, height=40)

    assert np.allclose(decoded(image.convert("LA")), np.asarray(image.convert("L")), atol=1e-3)
    found = decoded(image.convert("CMYK"), "TIFF", "image/tiff")
    assert np.allclose(found, rgb_luma(np.asarray(image)), atol=1e-3)


def test_sixteen_bits_are_reduced_to_the_upper_eight() -> None:
    deep = np.arange(64 * 48, dtype=np.uint16).reshape(48, 64) * 20

    for kind, media_type in (("PNG", "image/png"), ("TIFF", "image/tiff")):
        assert np.array_equal(
            decoded(Image.fromarray(deep), kind, media_type), (deep >> 8).astype(np.float32)
        )


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_values_of_32_bits_are_stretched_from_black_to_white(dtype: type[np.generic]) -> None:
    values = (np.arange(64 * 48).reshape(48, 64) * 3 - 700).astype(dtype)
    found = decoded(Image.fromarray(values), "TIFF", "image/tiff")

    assert found.min() == 0
    assert found.max() == pytest.approx(255)
    assert np.allclose(np.diff(found[0]), 255 / (64 * 48 - 1), atol=1e-3)


def test_flat_values_of_32_bits_stay_finite() -> None:
    flat = np.full((48, 64), 5.5, np.float32)

    assert np.array_equal(decoded(Image.fromarray(flat), "TIFF", "image/tiff"), np.zeros_like(flat))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("kind", "media_type"), [("TIFF", "image/tiff"), ("PNG", "image/png")])
def test_the_orientation_tag_is_ignored(orientation: int, kind: str, media_type: str) -> None:
    rgb = pixels(2, width=100, height=70)
    exif = Image.Exif()
    exif[0x0112] = orientation

    assert np.array_equal(decoded(Image.fromarray(rgb), kind, media_type, exif=exif), rgb_luma(rgb))


def test_the_first_frame_of_an_animation_counts() -> None:
    first, second = picture(1), picture(2)
    data = as_file(first, "GIF", save_all=True, append_images=[second])

    found = luma(open_picture(data, "image/gif"))
    alone = luma(open_picture(as_file(first, "GIF"), "image/gif"))

    assert np.array_equal(found, alone)
