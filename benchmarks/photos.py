"""Pictures for the benchmarks that need no file beside the checkout: they look, and compress, like photos.

A photo's detail falls off with its frequency, it has edges, and its sensor adds noise. Such pictures are
drawn here from a seed, so that every run measures the same bytes.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

EDGES = 40
"""Rectangles and ellipses a picture, as things in a room have outlines."""

SENSOR_NOISE = 3.0
"""Standard deviation in steps of 255; with it, file sizes are those of phone photos."""


def jpegs(count: int, *, width: int, height: int, quality: int, first_seed: int = 0) -> list[bytes]:
    """Answer ``count`` different JPEG files of one size, the same in every run."""
    return [
        jpeg(picture(first_seed + number, width=width, height=height), quality) for number in range(count)
    ]


def jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    """Answer the JPEG file of (height, width, 3) pixels, with colours at half the resolution."""
    return as_file(Image.fromarray(pixels), "JPEG", {"quality": quality, "subsampling": "4:2:0"})


def as_file(image: Image.Image, kind: str, options: Mapping[str, int | bool | str]) -> bytes:
    """Answer the file that Pillow writes of a picture; ``kind`` is Pillow's word for the format."""
    stream = BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(stream, **options)
    else:
        image.save(stream, kind, **options)
    return stream.getvalue()


def picture(seed: int, *, width: int, height: int, detail: float = 1.6) -> NDArray[np.uint8]:
    """Answer (height, width, 3) uint8 pixels of a picture with a natural look.

    Args:
        seed: Which picture.
        width: Pixels.
        height: Pixels.
        detail: How quickly amplitude falls with frequency; photos lie near 1 to 2, and less is rougher.
    """
    random = np.random.default_rng(seed)
    canvas = Image.fromarray(_cloud(random, width, height, detail))
    draw = ImageDraw.Draw(canvas)
    for _ in range(EDGES):
        left, top = random.integers(0, width), random.integers(0, height)
        right, bottom = left + random.integers(8, width // 3), top + random.integers(8, height // 3)
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        shape = draw.rectangle if random.random() < 0.5 else draw.ellipse
        shape((int(left), int(top), int(right), int(bottom)), outline=colour, width=max(2, width // 200))
    noisy = np.asarray(canvas, np.float32) + random.normal(0, SENSOR_NOISE, (height, width, 1))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _cloud(random: np.random.Generator, width: int, height: int, detail: float) -> NDArray[np.uint8]:
    """Answer coloured noise whose amplitude falls with frequency."""
    vertical = np.fft.fftfreq(height)[:, np.newaxis]
    horizontal = np.fft.rfftfreq(width)[np.newaxis, :]
    falloff = np.hypot(vertical, horizontal).astype(np.float32)
    falloff[0, 0] = 1
    falloff **= -detail
    brightness, red, blue = (_plane(random, falloff, (height, width)) for _ in range(3))
    mixed = np.stack((brightness + red / 4, brightness - red / 8 - blue / 8, brightness + blue / 4), axis=2)
    return np.clip(mixed * 45 + 128, 0, 255).astype(np.uint8)


def _plane(
    random: np.random.Generator, falloff: NDArray[np.float32], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Answer one plane of noise, of mean 0 and standard deviation 1."""
    waves = np.fft.rfft2(random.standard_normal(shape, dtype=np.float32)) * falloff
    plane = np.fft.irfft2(waves, shape).astype(np.float32)
    standard: NDArray[np.float32] = (plane - plane.mean()) / plane.std()
    return standard
