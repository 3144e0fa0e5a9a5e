"""From a small picture to the numbers that a model takes.

The picture comes out of the sandbox as plain pixels, so nothing is decoded here. It is turned upright as its
file asks, brought to the model's size, and its brightness to the model's scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

import numpy as np
from PIL import Image, ImageOps

from cairn.fingerprints.learnt.description import Colours, Fit, Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.fingerprints.learnt.description import Input
    from cairn.types import Preview

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by its EXIF orientation; source: TIFF 6.0, tag 274."""

_GREY: Final = (128, 128, 128)


def tensor(previews: Sequence[Preview], takes: Input) -> NDArray[np.float32]:
    """Answer pictures as a model takes them.

    Args:
        previews: As the sandbox hands them out.
        takes: The model's size, order and scale.

    Returns:
        ``(n, 3, height, width)`` or ``(n, height, width, 3)`` float32, contiguous.
    """
    pictures = np.stack([_sized(preview, takes) for preview in previews]).astype(np.float32)
    if takes.colours is Colours.BGR:
        pictures = pictures[..., ::-1]
    scaled = (pictures / takes.scale - np.array(takes.mean, np.float32)) / np.array(takes.std, np.float32)
    ordered = scaled.transpose(0, 3, 1, 2) if takes.layout is Layout.NCHW else scaled
    return np.ascontiguousarray(ordered, np.float32)


def _sized(preview: Preview, takes: Input) -> NDArray[np.uint8]:
    picture = Image.frombytes("RGB", (preview.width, preview.height), preview.pixels)
    turn = _TURNS.get(preview.orientation)
    picture = picture if turn is None else picture.transpose(turn)
    size = takes.width, takes.height
    match takes.fit:
        case Fit.STRETCH:
            made = picture.resize(size, Image.Resampling.BICUBIC)
        case Fit.CROP:
            made = ImageOps.fit(picture, size, Image.Resampling.BICUBIC)
        case Fit.PAD:
            made = ImageOps.pad(picture, size, Image.Resampling.BICUBIC, color=_GREY)
        case _:
            assert_never(takes.fit)
    return np.asarray(made, np.uint8)
