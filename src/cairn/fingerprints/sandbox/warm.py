"""Loading every decoder before the doors close, by letting each decode a small picture.

Codecs load libraries and Python modules at their first use, and a process that may no longer open a file
could not. Each is told to use one thread: the pool runs one process a core.
"""

from __future__ import annotations

import random
from io import BytesIO

import PIL.AvifImagePlugin
import PIL.Image
import pillow_heif

from cairn.fingerprints.measure import examine
from cairn.fingerprints.preview import preview
from cairn.types import PdqMode

_SIDE = 64
_PICTURES = (
    ("JPEG", "RGB"),
    ("JPEG", "L"),
    ("JPEG", "CMYK"),
    ("PNG", "RGB"),
    ("PNG", "RGBA"),
    ("PNG", "LA"),
    ("PNG", "P"),
    ("PNG", "1"),
    ("PNG", "I;16"),
    ("GIF", "P"),
    ("BMP", "RGB"),
    ("TIFF", "RGB"),
    ("TIFF", "I;16"),
    ("TIFF", "F"),
    ("WEBP", "RGB"),
    ("WEBP", "RGBA"),
    ("AVIF", "RGB"),
    ("JPEG2000", "RGB"),
    ("HEIF", "RGB"),
)
"""Each format, and each way of storing pixels that takes another way through the decoders."""


def load_every_decoder(*, with_features: bool = False) -> None:
    """Import and use every decoder once; afterwards decoding opens no file.

    Args:
        with_features: Load what looks for local features too.
    """
    PIL.AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.options.DECODE_THREADS = 1
    for name, layout in _PICTURES:
        data = _encoded(name, layout)
        for mode in PdqMode:
            examine(data, mode=mode, with_features=with_features)
            # Errors take ways of their own.
            examine(data[: len(data) // 2], mode=mode, with_features=with_features)


def load_every_preview() -> None:
    """Let a preview be made of each once; afterwards that opens no file either."""
    for name, layout in _PICTURES:
        data = _encoded(name, layout)
        for each in (data, data[: len(data) // 2]):
            preview(each)


def _encoded(name: str, layout: str) -> bytes:
    """Answer a small picture of noise in one format."""
    noise = random.Random(0).randbytes(_SIDE * _SIDE * 3)  # noqa: S311 - a picture, not a secret
    colour = PIL.Image.frombytes("RGB", (_SIDE, _SIDE), noise)
    picture = (colour.convert("L") if layout in {"I;16", "F"} else colour).convert(layout)
    stream = BytesIO()
    if name == "HEIF":
        pillow_heif.from_pillow(picture).save(stream)
    else:
        picture.save(stream, name)
    return stream.getvalue()
