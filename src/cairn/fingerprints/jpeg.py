"""JPEG, by far the most frequent format of a seizure, decoded no further than a hash needs.

A JPEG stores brightness apart from colour. Brightness alone is decoded in three quarters of the time, and
differs from the luma of the decoded colours only by rounding, except where strong colours are clipped; so all
but thumbnails are decoded without their colours unless the exact hash is asked for. Decoding at a half or an
eighth of the size would save little more and cost up to 14 bits, because the reference reads single pixels
of the full size (``docs/method/pdq.md`` has both measured).

A damaged JPEG is taken as every viewer shows it. Only where its lower rows are absent is it refused: the
decoder fills them with grey, and the hash would be one of the grey. Where the decoder stops half-way it
leaves rows as they were in memory; those never reach a hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import simplejpeg

from cairn.errors import NotComparable, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOUR_PIXELS: Final = 1 << 17
"""Up to 131 072 pixels the colours are always decoded: it costs little there, and brightness alone was up to
8 bits off in strongly coloured thumbnails, where it is at most 4 in larger pictures."""

MAXIMUM_MISSING_SHARE: Final = 1 / 64
"""A truncated JPEG may lack this share of its height, less than one row of the hash's 64 cells."""

_FILLER: Final = 128
"""The decoder's grey for blocks that are absent: a coefficient of zero."""

_STRIPES: Final = (0, 255)
"""What columns hold in turn before a damaged file is decoded; no transform of 8 pixels leaves a row so."""

_WITH_BRIGHTNESS: Final = frozenset({"YCbCr", "Gray"})


@dataclass(frozen=True, slots=True)
class Header:
    """What a JPEG says of itself before its pixels are decoded.

    Attributes:
        width: Pixels as stored.
        height: As width.
        space: The colour space: ``YCbCr``, ``Gray``, ``RGB``, ``CMYK`` or ``YCCK``.
    """

    width: int
    height: int
    space: str

    @property
    def is_supported(self) -> bool:
        """True for the colour spaces that are decoded here; CMYK is converted elsewhere."""
        return self.space in _WITH_BRIGHTNESS or self.space == "RGB"


def header(data: bytes | memoryview) -> Header:
    """Read the header of a JPEG.

    Raises:
        ValueError: The header is damaged, or uses an unusual subsampling of the colours.
    """
    height, width, space, _subsampling = simplejpeg.decode_jpeg_header(data)
    return Header(width=int(width), height=int(height), space=str(space))


def pixels(data: bytes | memoryview, head: Header, *, exact: bool) -> NDArray[np.uint8] | NotComparable:
    """Decode a JPEG of a supported colour space.

    Args:
        data: The whole file.
        head: Its header.
        exact: Decode the colours even of more than a thumbnail.

    Returns:
        (height, width, 3) uint8 RGB, or (height, width, 1) uint8 brightness of a grey picture or a large one;
        or why the file cannot be compared.

    Raises:
        ValueError: The decoder gave up.
    """
    in_colour = head.space == "RGB" or (
        head.space == "YCbCr" and (exact or head.width * head.height <= COLOUR_PIXELS)
    )
    space = "RGB" if in_colour else "GRAY"
    try:
        return _decode(data, space, strict=True)
    except ValueError as error:
        complaint = str(error).lower()
    decoded = _decode_damaged(data, head, space)
    if "premature end" in complaint:
        return _refused_if_truncated(decoded)
    return decoded


def _decode(
    data: bytes | memoryview, space: str, *, strict: bool, into: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Decode all pixels; when strict, complain of any damage even where pixels were found."""
    decoded: NDArray[np.uint8] = simplejpeg.decode_jpeg(
        data, colorspace=space, fastdct=False, fastupsample=False, buffer=into, strict=strict
    )
    return decoded


def _decode_damaged(data: bytes | memoryview, head: Header, space: str) -> NDArray[np.uint8]:
    """Decode what a damaged file still shows.

    The decoder keeps quiet about giving up if it has complained of something harmless before, and the rows
    that it did not reach keep what the memory held: at worst, another file's pixels. So the memory is filled
    with stripes first. Rows are written from the top, so stripes in the last one say that it was not reached.

    Raises:
        ValueError: The decoder gave up.
    """
    memory = np.empty((head.height, head.width, 1 if space == "GRAY" else 3), np.uint8)
    memory[:, 0::2], memory[:, 1::2] = _STRIPES
    last_row = memory[-1].copy()
    decoded = _decode(data, space, strict=False, into=memory)
    if np.array_equal(decoded[-1], last_row):
        raise ValueError("the decoder gave up before the last row")
    return decoded


def _refused_if_truncated(decoded: NDArray[np.uint8]) -> NDArray[np.uint8] | NotComparable:
    """Answer the pixels, or a refusal where too many of the lower rows are the decoder's filler."""
    found_rows = np.flatnonzero((decoded != _FILLER).any(axis=(1, 2)))
    missing_rows = len(decoded) - (int(found_rows[-1]) + 1 if found_rows.size else 0)
    if missing_rows <= len(decoded) * MAXIMUM_MISSING_SHARE:
        return decoded
    percent = round(100 * missing_rows / len(decoded))
    return NotComparable(
        Reason.UNDECODABLE,
        f"The picture is truncated: the file ends early, and the lower {percent} % of the rows is missing.",
    )
