"""Files that a check must answer for although nobody can compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.synthetic.files import JpegSettings, jpeg_bytes
from cairn.synthetic.noise import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXT = "Shopping list\n\n- tea\n- bread\n- two batteries for the clock\n"


def flat_photo(seed: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Answer a photo of nothing: a covered lens, one dark tone with faint sensor noise.

    Args:
        seed: Decides the tone and the noise.
        size: Width and height in pixels.

    Returns:
        ``(height, width, 3)`` uint8 RGB, whose PDQ quality is far below 50.
    """
    rng = stream(seed, 9)
    tone = rng.uniform(15, 90, 3).astype(np.float32)
    noise = rng.standard_normal((size[1], size[0], 3), dtype=np.float32)
    return np.clip(tone + 1.5 * noise, 0, 255).astype(np.uint8)


def tiny_picture(seed: int) -> NDArray[np.uint8]:
    """Answer a picture of 4×3 pixels, too small for any fingerprint of what it shows."""
    return stream(seed, 10).integers(0, 256, (3, 4, 3), dtype=np.uint8)


def truncated_jpeg(pixels: NDArray[np.uint8], *, share: float = 0.4) -> bytes:
    """Answer the first ``share`` of the bytes of a JPEG, as an interrupted copy leaves it."""
    whole = jpeg_bytes(pixels, JpegSettings())
    return whole[: int(len(whole) * share)]
