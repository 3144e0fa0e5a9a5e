"""Local features of the frames of a video: as bytes for the records, and under which ids in the index.

They are many times what the hashes of the frames take, so few frames are kept, and the strongest points of
each: one frame that shows how the picture of a file lies in the video is enough.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.errors import IntegrityError
from cairn.types import DESCRIPTOR_BYTES, POINT_BYTES, LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.frames import FramePoints, Frames

Detailed = tuple[float, LocalFeatures]
"""The second of a frame, and its local features."""

MOST_FRAMES: Final = 60
"""Frames of a video that are kept with their features, evenly over its time."""

MOST_FEATURES: Final = 500
"""Of each; a file that is asked about has all of its own, and meets them well: ``docs/method/video.md``."""

MOST_ASKED: Final = 12
"""Frames of a file whose points are looked for, evenly over its time; asking takes some 30 ms each."""

_MEDIA_BITS: Final = 40
_MEDIA: Final = np.uint64((1 << _MEDIA_BITS) - 1)
FIRST_FRAME_ID: Final = 1 << _MEDIA_BITS
"""From here on an id in the index is of a frame; below, of the picture that a media is."""

_COUNT: Final = struct.Struct("<H")
_HEAD: Final = struct.Struct("<dHHH")


def frame_ids(media: int, frames: int) -> list[int]:
    """Answer the ids of the frames of a media in the index."""
    return [media | (number + 1) << _MEDIA_BITS for number in range(frames)]


def media_of(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Answer the media whose frames these ids are of."""
    found: NDArray[np.uint64] = ids & _MEDIA
    return found


def number_of(frame: int) -> int:
    """Answer which frame of its media an id is of, from 0 on."""
    return (frame >> _MEDIA_BITS) - 1


def worth_keeping(details: Sequence[FramePoints]) -> list[FramePoints]:
    """Answer the frames whose features are kept: evenly over the time, those without any left out."""
    some = [each for each in details if each.points]
    if len(some) <= MOST_FRAMES:
        return some
    return [some[at] for at in np.linspace(0, len(some) - 1, MOST_FRAMES).round().astype(int).tolist()]


def asked_rows(file: Frames) -> list[int]:
    """Answer which of a file's details are looked for: evenly over its time."""
    some = [row for row, each in enumerate(file.details) if each.points]
    if len(some) <= MOST_ASKED:
        return some
    return [some[at] for at in np.linspace(0, len(some) - 1, MOST_ASKED).round().astype(int).tolist()]


def features_at(file: Frames, row: int) -> LocalFeatures:
    """Answer one of a file's details as local features."""
    each = file.details[row]
    return LocalFeatures(each.width, each.height, each.points, each.descriptors)


def as_bytes(details: Sequence[FramePoints]) -> bytes:
    """Answer features of frames as bytes, the strongest of each."""
    rows = [_COUNT.pack(len(details))]
    for each in details:
        count = min(len(each.points) // POINT_BYTES, MOST_FEATURES)
        rows.append(_HEAD.pack(each.at_s, each.width, each.height, count))
        rows += [each.points[: count * POINT_BYTES], each.descriptors[: count * DESCRIPTOR_BYTES]]
    return b"".join(rows)


def from_bytes(data: bytes) -> tuple[Detailed, ...]:
    """Answer what ``as_bytes`` wrote.

    Raises:
        IntegrityError: It is not of that form.
    """
    try:
        (frames,) = _COUNT.unpack_from(data)
        at = _COUNT.size
        found = []
        for _ in range(frames):
            at_s, width, height, count = _HEAD.unpack_from(data, at)
            at += _HEAD.size
            middle, end = at + count * POINT_BYTES, at + count * (POINT_BYTES + DESCRIPTOR_BYTES)
            found.append((at_s, LocalFeatures(width, height, data[at:middle], data[middle:end])))
            at = end
    except struct.error as error:
        raise IntegrityError("The details of a video are not of the agreed form.", code="footage") from error
    if at != len(data):
        raise IntegrityError("The details of a video are not of the agreed form.", code="footage")
    return tuple(found)
