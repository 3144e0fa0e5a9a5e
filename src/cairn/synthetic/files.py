"""Pictures as files: JPEG with what a camera writes beside the pixels, PNG and WebP.

Nothing is ever overwritten: a file that is already there is an error, because a generator that replaces a
file could replace evidence. One seed gives the same pixels in every run; the bytes of a JPEG or WebP
also depend on the version of the codec, so nothing may depend on a digest that was written down elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.synthetic.cameras import Camera

EXIF_MAKE = 0x010F
EXIF_MODEL = 0x0110
EXIF_SUBFOLDER = 0x8769
EXIF_TAKEN = 0x9003
EXIF_SERIAL = 0xA431
EXIF_WIDTH = 0xA002
EXIF_HEIGHT = 0xA003


@dataclass(frozen=True, slots=True)
class JpegSettings:
    """How a JPEG is written.

    Attributes:
        quality: 1 to 95.
        subsampling: Chroma: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0.
    """

    quality: int = 90
    subsampling: int = 2


def camera_exif(camera: Camera, taken: datetime) -> bytes:
    """Answer the EXIF block that a camera writes: maker, model, serial number, time, size."""
    exif = Image.Exif()
    exif[EXIF_MAKE] = camera.model.maker
    exif[EXIF_MODEL] = camera.model.name
    inner = exif.get_ifd(EXIF_SUBFOLDER)
    inner[EXIF_TAKEN] = taken.strftime("%Y:%m:%d %H:%M:%S")
    inner[EXIF_SERIAL] = camera.serial
    inner[EXIF_WIDTH] = camera.model.width
    inner[EXIF_HEIGHT] = camera.model.height
    return exif.tobytes()


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, and the folders above it.

    Args:
        path: Where to.
        content: All of it.

    Raises:
        FileExistsError: Something is already at ``path``; it is left as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)


def jpeg_bytes(pixels: NDArray[np.uint8], settings: JpegSettings, *, exif: bytes = b"") -> bytes:
    """Answer a picture of ``(h, w, 3)`` uint8 RGB as a JPEG."""
    buffer = BytesIO()
    image = Image.fromarray(pixels)
    image.save(buffer, "JPEG", quality=settings.quality, subsampling=settings.subsampling, exif=exif)
    return buffer.getvalue()


def write_jpeg(path: Path, pixels: NDArray[np.uint8], settings: JpegSettings, *, exif: bytes = b"") -> None:
    """Write a picture of ``(h, w, 3)`` uint8 RGB as a new JPEG.

    Args:
        path: Where to; its folders are made.
        pixels: The picture.
        settings: Quality and chroma.
        exif: As ``camera_exif`` makes it, or nothing.

    Raises:
        FileExistsError: Something is already at ``path``; it is left as it is.
    """
    write_new(path, jpeg_bytes(pixels, settings, exif=exif))


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write a picture of ``(h, w, 3)`` uint8 RGB as a new PNG; raises as ``write_new``."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    write_new(path, buffer.getvalue())


def write_webp(path: Path, pixels: NDArray[np.uint8], *, quality: int = 85) -> None:
    """Write a picture of ``(h, w, 3)`` uint8 RGB as a new WebP; raises as ``write_new``."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", quality=quality, method=1)
    write_new(path, buffer.getvalue())


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """Answer the pixels of a picture that this room wrote, ``(h, w, 3)`` uint8 RGB."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
