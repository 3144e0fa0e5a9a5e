"""Motion photos: a still picture with some seconds of video behind it, in one file.

Phones write the video after the picture and say so in the picture's XMP, or in a trailer of their own. The
position that they state is not believed: the video is where an ISO media file begins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mmap import mmap

CARRIERS: Final = frozenset({"image/jpeg", "image/heic", "image/heif"})

_HEAD_BYTES: Final = 1 << 17
"""XMP stands before the pixels, in the first segments."""

_TRAILER: Final = b"SEFT"
"""The last four bytes where a trailer lists what was appended."""

_ANNOUNCED: Final = re.compile(rb"MotionPhoto|MicroVideo")
_START: Final = re.compile(rb"\x00\x00\x00[\x10-\x80]ftyp(?:mp4|isom|iso[2-6]|avc1|qt  |3gp|M4V|MSNV)")
_AFTER: Final = 512
"""The picture's own head, which in a HEIC looks the same."""


def video_start(data: bytes | memoryview | mmap, kind: str | None) -> int | None:
    """Answer where the video within a picture begins, or ``None`` where it has none.

    Args:
        data: The whole file.
        kind: Its media type.
    """
    if kind not in CARRIERS or len(data) <= _AFTER:
        return None
    if bytes(data[-len(_TRAILER) :]) != _TRAILER and not _ANNOUNCED.search(data, 0, _HEAD_BYTES):
        return None
    found = _START.search(data, _AFTER)
    return None if found is None else found.start()
