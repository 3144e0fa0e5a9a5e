"""The quick way through a JPEG: only its brightness, and no more of it than a hash needs.

A JPEG stores brightness apart from colour, in blocks of 8×8 cosine coefficients. A decoder that is asked
for half, a quarter or an eighth of the size stops the inverse transform early, so a large photo costs
little more than reading its compressed bytes. ``operator`` turns the samples into the cells that the full
picture would give, up to a few bits of the hash (measured in ``docs/method/pdq.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import simplejpeg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Buffer

SCALES = (8, 4, 2)
"""The reductions that the decoder's inverse transform does at no cost."""

SMALLEST_DECODED_SIDE = 300
"""Samples that the shorter side keeps after scaling; with fewer, hashes drift away from the full decode."""

_GREY_SPACES = frozenset({"YCbCr", "Gray"})
"""Colour spaces whose first channel is the brightness; others take the slow way, through RGB."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a JPEG says of itself before its pixels are decoded.

    Attributes:
        width: Pixels as stored.
        height: As width.
        has_brightness: True where brightness can be decoded without the colours.
    """

    width: int
    height: int
    has_brightness: bool


def header(data: Buffer) -> Header:
    """Read the header of a JPEG.

    Raises:
        ValueError: The header is damaged.
    """
    height, width, space, _subsampling = simplejpeg.decode_jpeg_header(data)
    return Header(width=int(width), height=int(height), has_brightness=space in _GREY_SPACES)


def scale_for(*, width: int, height: int) -> int:
    """Answer by how much a JPEG of this size may be reduced while it is decoded: 1, 2, 4 or 8."""
    for scale in SCALES:
        if min(width, height) >= SMALLEST_DECODED_SIDE * scale:
            return scale
    return 1


def brightness(data: Buffer, *, width: int, height: int, scale: int) -> NDArray[np.uint8]:
    """Decode the brightness of a JPEG at 1/``scale`` of its size.

    Args:
        data: The whole file.
        width: As its header says.
        height: As its header says.
        scale: 1, 2, 4 or 8.

    Returns:
        (ceil(height/scale), ceil(width/scale)) uint8.

    Raises:
        ValueError: The data is damaged or ends early, however little of it is missing.
    """
    decoded = simplejpeg.decode_jpeg(
        data,
        colorspace="GRAY",
        min_height=-(-height // scale),
        min_width=-(-width // scale),
    )
    samples: NDArray[np.uint8] = decoded[:, :, 0]
    return samples
