"""Hostile bytes to a small picture that a person can look at; run in the sandbox, and nowhere else.

What comes out is plain pixels and no file of any format: whoever receives them has nothing to decode, so a
decoder that was taken over can show a false picture, but cannot hand on a crafted file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL.Image import DecompressionBombError, Resampling

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import pillow
from cairn.fingerprints.decode import DECODER_ERRORS, size_refusal, too_large, undecodable
from cairn.fingerprints.media_type import HEAD_BYTES, PICTURE_TYPES, media_type
from cairn.types import PREVIEW_SIDE, Picture, Preview

if TYPE_CHECKING:
    from mmap import mmap

    from PIL.Image import Image

_DRAFT_SIDE: Final = PREVIEW_SIDE
"""A JPEG decoder may leave out what is smaller than a pixel of the preview."""
SHOWN: Final = NotComparable(Reason.UNSUPPORTED, "It was opened to be looked at, and not compared.")


def preview(data: bytes | memoryview | mmap) -> Picture:
    """Answer a picture with its ``preview``, or why there is none; every input ends in an answer.

    Args:
        data: The whole content.
    """
    with memoryview(data) as view:
        kind = media_type(bytes(view[:HEAD_BYTES]))
        if kind not in PICTURE_TYPES or kind is None:
            refusal = NotComparable(Reason.UNSUPPORTED, "The content is no picture that can be shown.")
            return Picture(kind, None, None, refusal)
        found = _small(view, kind)
    if isinstance(found, NotComparable):
        return Picture(kind, None, None, found)
    return Picture(kind, found.full_width, found.full_height, SHOWN, preview=found)


def _small(data: memoryview, kind: str) -> Preview | NotComparable:
    try:
        picture = pillow.open_picture(data, kind)
        width, height = picture.size
        refusal = size_refusal(width, height)
        return refusal or _pixels(picture, width, height)
    except DECODER_ERRORS as error:
        return undecodable(error)
    except DecompressionBombError:
        return too_large("it is far beyond the size of any camera's")
    except MemoryError:
        return too_large("it needs more memory than there is")


def _pixels(picture: Image, width: int, height: int) -> Preview:
    """Decode, make small, and say how the file wants to be turned; the pixels lie as they are stored."""
    picture.draft("RGB", (_DRAFT_SIDE, _DRAFT_SIDE))
    turned = pillow.orientation_of(picture)
    small = pillow.small_rgb(picture, PREVIEW_SIDE)
    if max(small.size) > PREVIEW_SIDE:
        share = PREVIEW_SIDE / max(small.size)
        size = max(1, round(small.width * share)), max(1, round(small.height * share))
        small = small.resize(size, Resampling.BOX)
    return Preview(*small.size, turned, small.tobytes(), width, height)
