"""Pictures that the tests draw themselves, and the files that Pillow writes of them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pillow_heif
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WAVES = 30


def pixels(seed: int, *, width: int, height: int) -> NDArray[np.uint8]:
    """Answer (height, width, 3) uint8: many soft waves in each colour, so that a hash has much to hold."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    planes = np.zeros((3, height, width))
    for _ in range(_WAVES):
        down, across = random.uniform(-8, 8, 2)
        phase = random.uniform(0, 2 * np.pi, (3, 1, 1))
        planes += random.uniform(6, 20) * np.sin(2 * np.pi * (down * y + across * x) + phase)
    return np.ascontiguousarray(np.clip(np.moveaxis(planes, 0, 2) + 128, 0, 255).astype(np.uint8))


def picture(seed: int = 1, *, width: int = 240, height: int = 160) -> Image.Image:
    """Answer an RGB picture with much to compare; large ones are drawn small and enlarged, to be quick."""
    drawn = Image.fromarray(pixels(seed, width=min(width, 320), height=min(height, 320)))
    return drawn.resize((width, height), Image.Resampling.BICUBIC)


def as_file(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Answer the file that Pillow writes of a picture; ``kind`` is Pillow's word for the format."""
    stream = BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(stream, **options)
    else:
        image.save(stream, kind, **options)
    return stream.getvalue()


def distance_bits(one: bytes, other: bytes) -> int:
    """Answer in how many bits two hashes differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
