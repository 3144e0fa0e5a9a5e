"""Every format but the everyday JPEG, through the one decoder that is made for it.

Each decoder is called directly and not by trying one after another, because the content has already said
which it is, and fewer decoders are then open to crafted bytes. Only the pixels that the hash is made of are
converted to luma, so that a palette, CMYK or alpha picture of any size costs no second copy.

Conversions follow the reference table: palette, 1-bit, alpha and CMYK become RGB first; alpha is dropped and
not blended, since blending would need a background that the file does not have.
"""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL.Image import Resampling, Transform, Transpose, fromarray

from cairn.fingerprints.operator import SAMPLES
from cairn.fingerprints.quiet import silence_decoders

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

_DECODERS: Final = {
    "image/avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "image/bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "image/heic": ("pillow_heif.as_plugin", "HeifImageFile"),
    "image/heif": ("pillow_heif.as_plugin", "HeifImageFile"),
    "image/j2c": ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "image/jp2": ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "image/jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
}

SMALL_SIDE: Final = 1024
"""Twice the working size of local features: what is averaged down to here by a whole factor loses nothing."""

_AVERAGED_AS: Final = {"L": "L", "LA": "L", "1": "L"} | dict.fromkeys(
    ("RGB", "RGBA", "P", "PA", "CMYK"), "RGB"
)
"""The layout in which pixels of each other layout have an average; the rest are picked from."""

_COPIED_PIXELS: Final = 1 << 26
"""Up to 67 million pixels a copy in colour fits beside the picture, 256 MiB of the sandbox's 1 GiB."""

_LUMA_WEIGHTS: Final = np.array([0.299, 0.587, 0.114], np.float32)

_ORIENTATION_TAG: Final = 0x0112

_BACK_TO_STORED: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}
"""What undoes each EXIF orientation; source: TIFF 6.0, tag 274."""


def open_picture(data: bytes | memoryview, media_type: str) -> Image:
    """Open a picture with the one decoder for its type, reading no more than its header.

    Args:
        data: The whole file.
        media_type: One of ``media_type.PICTURE_TYPES``.

    Raises:
        Exception: Whatever the decoder raises on damage; ``decode.DECODER_ERRORS`` lists it.
    """
    silence_decoders()
    module, name = _DECODERS[media_type]
    picture: Image = getattr(import_module(module), name)(BytesIO(data))
    return picture


def luma(picture: Image) -> NDArray[np.float32]:
    """Decode a picture and answer the luma, 0 to 255, of the pixels that the hash is made of.

    Args:
        picture: As ``open_picture`` gave it.

    Returns:
        (512, 512) float32 where a side is above 512, else (height, width).

    Raises:
        Exception: As ``open_picture``.
    """
    orientation = _stored_orientation(picture)
    picture.load()
    # Left in, it would only make the conversion warn.
    picture.info.pop("transparency", None)
    return _luma(_sampled(picture if orientation is None else picture.transpose(orientation)))


def small_grey(picture: Image) -> NDArray[np.uint8]:
    """Answer the brightness of a loaded picture, averaged down while it stays above the working size.

    Args:
        picture: As ``luma`` left it.

    Returns:
        (height, width) uint8, as large as the picture or smaller by a whole factor; the longer side is at
        least ``SMALL_SIDE`` where the picture's is. It lies as its decoder laid it: features do not mind.
    """
    factor = max(picture.size) // SMALL_SIDE
    return np.rint(_luma(_reduced(picture, factor) if factor > 1 else picture)).astype(np.uint8)


def orientation_of(picture: Image) -> int:
    """Answer the EXIF orientation that an opened picture asks for, 1 to 8; 1 where it asks for none."""
    asked = picture.getexif().get(_ORIENTATION_TAG, 1)
    return asked if asked in range(1, 9) else 1


def small_rgb(picture: Image, side: int) -> Image:
    """Decode an opened picture and answer it in colour, averaged down by a whole factor, as it is stored.

    Args:
        picture: As ``open_picture`` gave it.
        side: What the longer side is to stay above, where the picture's is.
    """
    back = _stored_orientation(picture)
    picture.load()
    picture.info.pop("transparency", None)
    stored = picture if back is None else picture.transpose(back)
    factor = max(stored.size) // side
    small = _reduced(stored, factor) if factor > 1 else stored
    if small.mode.startswith("I") or small.mode == "F":
        return fromarray(np.rint(_luma(small)).astype(np.uint8)).convert("RGB")
    return small.convert("RGB")


def _reduced(picture: Image, factor: int) -> Image:
    """Answer a picture made smaller by a factor: averaged, or picked from where a copy would be too large."""
    width, height = picture.size
    plain = _AVERAGED_AS.get(picture.mode)
    if plain is None or (plain != picture.mode and width * height > _COPIED_PIXELS):
        return picture.resize((max(1, width // factor), max(1, height // factor)), Resampling.NEAREST)
    return picture.convert(plain).reduce(factor)


def _stored_orientation(picture: Image) -> Transpose | None:
    """Answer what undoes the turn that the TIFF decoder alone makes while loading; hashes ignore EXIF."""
    orientation: int = getattr(picture, "tag_v2", {}).get(_ORIENTATION_TAG, 1)
    return _BACK_TO_STORED.get(orientation)


def _sampled(picture: Image) -> Image:
    """Take the pixels floor(k·n/512) of both axes where a side is above 512, else all of them."""
    width, height = picture.size
    if max(width, height) <= SAMPLES:
        return picture
    step_x, step_y = width / SAMPLES, height / SAMPLES
    # The transform reads at the middle of each target pixel; half a step back lands on floor(k·n/512)
    # exactly, since n/512 has nine binary places.
    return picture.transform(
        (SAMPLES, SAMPLES),
        Transform.AFFINE,
        (step_x, 0, -step_x / 2, 0, step_y, -step_y / 2),
        Resampling.NEAREST,
    )


def _luma(picture: Image) -> NDArray[np.float32]:
    """Answer the luma of a small picture of any mode."""
    if picture.mode == "L":
        return np.asarray(picture, np.float32)
    if picture.mode.startswith("I;16"):
        # The upper byte, as PNG's own reduction to 8 bits takes it.
        return (np.asarray(picture) >> 8).astype(np.float32)
    if picture.mode in {"I", "F"}:
        return _stretched(np.asarray(picture, np.float32))
    return rgb_luma(np.asarray(picture.convert("RGB")))


def rgb_luma(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Answer the (height, width) float32 luma of (height, width, 3) RGB, with the reference's weights."""
    mixed: NDArray[np.float32] = pixels.astype(np.float32) @ _LUMA_WEIGHTS
    return mixed


def _stretched(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Stretch 32-bit values to 0 to 255; they do not say what white is, and no bit depends on it."""
    low, high = float(values.min()), float(values.max())
    return (values - np.float32(low)) * np.float32(255 / (high - low if high > low else 1))
