"""Hostile bytes to the pixels that fingerprints are made of; the only place where a decoder meets a file.

Every function here may be handed crafted bytes. A decoder's complaint of any kind becomes a
``NotComparable`` value with a sentence, and limits are looked at before pixels are decoded. A crash inside
a decoder is no error that Python sees; ``sandbox`` is for that.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL.Image import DecompressionBombError

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import jpeg, operator, pillow
from cairn.types import PdqMode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

MINIMUM_SIDE: Final = 5
"""The reference gives pictures with a shorter side no hash."""

MAXIMUM_PIXELS: Final = 1 << 28
"""268 million: above the largest phone sensors of today (200 million), and 1 GiB once decoded."""

DECODER_ERRORS: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
)
"""What decoders raise on damaged files: nearly anything. Memory and interruption are told apart."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a decoder made of a file.

    Attributes:
        width: Pixels as stored; ``None`` where the header could not be read.
        height: As width.
        cells: (64, 64) float32 for the hash, or why there are none.
        grey: (h, w) uint8 at working size for local features; ``None`` where not asked for or not to be had.
    """

    width: int | None
    height: int | None
    cells: NDArray[np.float32] | NotComparable
    grey: NDArray[np.uint8] | None = None


def decode(data: bytes | memoryview, *, media_type: str, mode: PdqMode, with_grey: bool = False) -> Decoded:
    """Decode a picture as far as its fingerprints need; every input ends in an answer.

    Args:
        data: The whole file.
        media_type: One of ``media_type.PICTURE_TYPES``, as found in these bytes.
        mode: Whether the colours of large JPEGs may be left out.
        with_grey: Answer the picture at the working size of local features too.
    """
    if media_type == "image/jpeg":
        decoded = _jpeg(data, mode, with_grey=with_grey)
        if decoded is not None:
            return decoded
    return _other(data, media_type, with_grey=with_grey)


def _jpeg(data: bytes | memoryview, mode: PdqMode, *, with_grey: bool) -> Decoded | None:
    """Decode an everyday JPEG, or answer ``None`` for one that takes the more tolerant decoder."""
    try:
        head = jpeg.header(data)
        if not head.is_supported:
            return None
        refusal = size_refusal(head.width, head.height)
        pixels = refusal or jpeg.pixels(data, head, exact=mode is PdqMode.EXACT)
    except ValueError:
        return None
    except MemoryError:
        return Decoded(None, None, too_large("it needs more memory than there is"))
    if isinstance(pixels, NotComparable):
        return Decoded(head.width, head.height, pixels)
    samples = operator.sampled(pixels)
    is_grey = samples.shape[2] == 1
    luma = samples[:, :, 0] if is_grey else pillow.rgb_luma(samples)
    grey = _working_picture(pixels) if with_grey else None
    return Decoded(head.width, head.height, operator.cells(luma), grey)


def _working_picture(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer a picture at the working size of local features."""
    # OpenCV takes longer to import than all decoders together; who wants no features never needs it.
    from cairn.fingerprints.local import working_picture  # noqa: PLC0415 - late, see above

    return working_picture(pixels)


def _small_working_picture(picture: Image) -> NDArray[np.uint8] | None:
    """Answer the same of a loaded picture; ``None`` where memory does not suffice, which costs no hash."""
    try:
        return _working_picture(pillow.small_grey(picture))
    except MemoryError:
        return None


def _other(data: bytes | memoryview, media_type: str, *, with_grey: bool) -> Decoded:
    """Decode a picture of any supported type with Pillow's decoder for it."""
    width = height = None
    grey = None
    try:
        picture = pillow.open_picture(data, media_type)
        width, height = picture.size
        refusal = size_refusal(width, height)
        cells = refusal or operator.cells(pillow.luma(picture))
        if with_grey and not refusal:
            grey = _small_working_picture(picture)
    except DECODER_ERRORS as error:
        cells = undecodable(error)
    except DecompressionBombError:
        cells = too_large("it is far beyond the size of any camera's")
    except MemoryError:
        cells = too_large("it needs more memory than there is")
    return Decoded(width, height, cells, grey)


def size_refusal(width: int, height: int) -> NotComparable | None:
    """Say why a picture of this size is not decoded, or ``None`` where it is."""
    if min(width, height) < MINIMUM_SIDE:
        return NotComparable(
            Reason.TOO_SMALL,
            f"The picture is {width}×{height} pixels; with a side below {MINIMUM_SIDE} none is compared.",
        )
    if width * height > MAXIMUM_PIXELS:
        return too_large(f"it is {width}×{height} pixels, and the limit is {MAXIMUM_PIXELS:,} in all")
    return None


def too_large(why: str) -> NotComparable:
    """Say that a picture is beyond a limit."""
    return NotComparable(Reason.TOO_LARGE, f"The picture was not decoded because {why}.")


def undecodable(error: Exception) -> NotComparable:
    """Say that the decoder gave up."""
    if "truncated" in str(error).lower():
        return NotComparable(Reason.UNDECODABLE, "The picture is truncated: the file ends early.")
    return NotComparable(
        Reason.UNDECODABLE, f"The picture is damaged: its decoder gave up ({type(error).__name__})."
    )
