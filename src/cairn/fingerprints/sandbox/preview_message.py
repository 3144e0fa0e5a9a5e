"""The words about a small picture to look at: its sizes, which way it is turned, and its pixels."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.pieces import LARGEST_SIDE
from cairn.types import PREVIEW_SIDE, Preview

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.body import Body

MAXIMUM_PREVIEW_BYTES = 3 * PREVIEW_SIDE * PREVIEW_SIDE
"""Of the pixels alone: the few bytes of the sizes fit beside a picture's own words."""

_PREVIEW = struct.Struct(">HHBII")
_ORIENTATIONS_OF_EXIF = range(1, 9)


def pack_preview(preview: Preview) -> bytes:
    """Answer the part of a body that holds a small picture."""
    sizes = (preview.width, preview.height, preview.orientation, preview.full_width, preview.full_height)
    return _PREVIEW.pack(*sizes) + preview.pixels


def parse_preview(body: Body) -> Preview:
    """Read a small picture: exactly as many pixels as it says, and no more than are agreed."""
    width, height, orientation, full_width, full_height = _PREVIEW.unpack(body.take(_PREVIEW.size))
    if not (0 < width <= PREVIEW_SIDE and 0 < height <= PREVIEW_SIDE):
        raise MessageError("An answer gives a small picture an impossible size.")
    if orientation not in _ORIENTATIONS_OF_EXIF or full_width > LARGEST_SIDE or full_height > LARGEST_SIDE:
        raise MessageError("An answer turns a small picture in an impossible way.")
    return Preview(width, height, orientation, body.take(3 * width * height), full_width, full_height)
