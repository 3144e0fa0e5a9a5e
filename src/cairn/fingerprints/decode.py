"""Hostile bytes to the 64×64 cells of a PDQ hash; the only place where a decoder meets a file.

Every function here may be handed crafted bytes. A decoder's complaint of any kind becomes a
``NotComparable`` value with a sentence, limits are looked at before pixels are decoded, and only the
pixels that the hash samples are converted to RGB, so a palette or CMYK picture of any size costs no second
copy. A crash inside a decoder is not an error that Python sees; ``sandbox`` is for that.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np
import PIL.Image

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import jpeg, operator
from cairn.types import PdqMode

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    PIL.Image.DecompressionBombError,
)
"""What decoders were seen to raise on damaged files; everything but memory and interruption."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a decoder made of a file.

    Attributes:
        width: Pixels as stored; ``None`` where the header could not be read.
        height: As width.
        cells: (64, 64) float32 for the hash, or why there are none.
    """

    width: int | None
    height: int | None
    cells: NDArray[np.float32] | NotComparable


def decode(data: bytes | memoryview, *, media_type: str, mode: PdqMode) -> Decoded:
    """Decode a picture as far as its hash needs; every input ends in an answer.

    Args:
        data: The whole file.
        media_type: One of ``media_type.PICTURE_TYPES``, as found in these bytes.
        mode: Whether large JPEGs may be decoded at a fraction of their size.
    """
    # Decoders warn of odd metadata by Python warnings; the odd file is the everyday case here.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    try:
        if media_type == "image/jpeg" and mode is PdqMode.FAST:
            quick = _decode_brightness(data)
            if quick is not None:
                return quick
        return _decode_fully(data, media_type)
    except MemoryError:
        return Decoded(None, None, _too_large("it needs more memory than this machine allows"))


def _decode_brightness(data: bytes | memoryview) -> Decoded | None:
    """Decode a JPEG the quick way, or answer ``None`` where only the slow way can tell what it is."""
    try:
        head = jpeg.header(data)
        refusal = _size_refusal(head.width, head.height)
        if refusal:
            return Decoded(head.width, head.height, refusal)
        if not head.has_brightness:
            return None
        scale = jpeg.scale_for(width=head.width, height=head.height)
        luma = jpeg.brightness(data, width=head.width, height=head.height, scale=scale)
    except ValueError:
        return None
    return Decoded(head.width, head.height, _scaled_cells(luma, head, scale))


def _scaled_cells(luma: NDArray[np.uint8], head: jpeg.Header, scale: int) -> NDArray[np.float32]:
    """Answer the cells of a brightness decoded at 1/``scale``."""
    if max(head.width, head.height) <= operator.SAMPLES:
        rows, columns = operator.plain_axis(head.height), operator.plain_axis(head.width)
    else:
        rows = operator.scaled_axis(head.height, scale=scale, decoded=luma.shape[0])
        columns = operator.scaled_axis(head.width, scale=scale, decoded=luma.shape[1])
    return operator.cells(luma, rows=rows, columns=columns)


def _decode_fully(data: bytes | memoryview, media_type: str) -> Decoded:
    """Decode all pixels of any supported type and sample them as the reference does."""
    width = height = None
    try:
        picture = open_picture(data, media_type)
        width, height = picture.size
        refusal = _size_refusal(width, height)
        if refusal:
            return Decoded(width, height, refusal)
        picture.load()
        luma = _sampled_luma(picture)
    except DECODER_ERRORS as error:
        return Decoded(width, height, _undecodable(error))
    rows, columns = operator.plain_axis(luma.shape[0]), operator.plain_axis(luma.shape[1])
    return Decoded(width, height, operator.cells(luma, rows=rows, columns=columns))


def open_picture(data: bytes | memoryview, media_type: str) -> PIL.Image.Image:
    """Open a picture with the one decoder for its type, reading no more than its header.

    The decoder is called directly, because ``PIL.Image.open`` tries others and warns of large sizes.
    """
    stream = BytesIO(data)
    match media_type:
        case "image/jpeg":
            from PIL.JpegImagePlugin import JpegImageFile as Plugin
        case "image/png":
            from PIL.PngImagePlugin import PngImageFile as Plugin
        case "image/gif":
            from PIL.GifImagePlugin import GifImageFile as Plugin
        case "image/bmp":
            from PIL.BmpImagePlugin import BmpImageFile as Plugin
        case "image/tiff":
            from PIL.TiffImagePlugin import TiffImageFile as Plugin
        case "image/webp":
            from PIL.WebPImagePlugin import WebPImageFile as Plugin
        case "image/avif":
            from PIL.AvifImagePlugin import AvifImageFile as Plugin
        case "image/jp2" | "image/j2c":
            from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile as Plugin
        case _:
            import pillow_heif

            return pillow_heif.open_heif(stream, convert_hdr_to_8bit=True).to_pillow()
    return Plugin(stream)


def _sampled_luma(picture: PIL.Image.Image) -> NDArray[np.float32]:
    """Answer the luma, 0 to 255, of the pixels that the hash is made of."""
    picture.info.pop("transparency", None)
    sampled = _sample(picture)
    if sampled.mode == "L":
        return np.asarray(sampled, np.float32)
    if sampled.mode in {"I", "F"} or sampled.mode.startswith("I;16"):
        return _deep_luma(sampled)
    red, green, blue = np.moveaxis(np.asarray(sampled.convert("RGB"), np.float32), 2, 0)
    return np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue


def _sample(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Take the pixels floor(k·n/512) of both axes where a side is above 512, else all of them."""
    width, height = picture.size
    if max(width, height) <= operator.SAMPLES:
        return picture
    step_x, step_y = width / operator.SAMPLES, height / operator.SAMPLES
    # The transform reads at the middle of each target pixel; half a step back lands on floor(k·n/512)
    # exactly, since n/512 has nine binary places.
    return picture.transform(
        (operator.SAMPLES, operator.SAMPLES),
        PIL.Image.Transform.AFFINE,
        (step_x, 0, -step_x / 2, 0, step_y, -step_y / 2),
        PIL.Image.Resampling.NEAREST,
    )


def _deep_luma(picture: PIL.Image.Image) -> NDArray[np.float32]:
    """Answer the luma of a grey picture of 16 or 32 bits, on the scale 0 to 255."""
    values = np.asarray(picture).astype(np.float32)
    if picture.mode.startswith("I;16"):
        return np.floor(values / 256)
    # 32-bit pictures do not say what white is, so their own range is stretched; no bit depends on it.
    low, high = float(values.min()), float(values.max())
    return (values - low) * np.float32(255 / (high - low if high > low else 1))


def _size_refusal(width: int, height: int) -> NotComparable | None:
    """Say why a picture of this size is not decoded, or ``None`` where it is."""
    if min(width, height) < MINIMUM_SIDE:
        return NotComparable(
            Reason.TOO_SMALL,
            f"The picture is {width}×{height} pixels; below {MINIMUM_SIDE} on a side there is nothing to compare.",
        )
    if width * height > MAXIMUM_PIXELS:
        return _too_large(f"it is {width}×{height} pixels, and the limit is {MAXIMUM_PIXELS:,} in all")
    return None


def _too_large(why: str) -> NotComparable:
    """Say that a picture is beyond a limit."""
    return NotComparable(Reason.TOO_LARGE, f"The picture was not decoded because {why}.")


def _undecodable(error: Exception) -> NotComparable:
    """Say that the decoder gave up."""
    if "truncated" in str(error).lower():
        return NotComparable(
            Reason.UNDECODABLE, "The picture is truncated: the file ends before its last row."
        )
    return NotComparable(
        Reason.UNDECODABLE, f"The picture is damaged: the decoder gave up ({type(error).__name__})."
    )
