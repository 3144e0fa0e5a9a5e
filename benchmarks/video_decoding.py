"""Decoding alone, as fast as FFmpeg can be made to, and what the hashes of what it leaves out differ in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import av
import numpy as np

from cairn.fingerprints import operator, pdq
from cairn.fingerprints.moving import VideoShown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HASHED_S: Final = 10.0
_HASHED_EVERY: Final = 4
_LEAST_QUALITY: Final = 50

NEEDED: Final = "decode what others depend on"
KEYS: Final = "decode key frames"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a decoder leaves out.

    Attributes:
        frames: Which frames, as FFmpeg's ``skip_frame`` names them.
        loop_filter: Whose loop filter, as ``skip_loop_filter`` does.
    """

    frames: Literal["DEFAULT", "NONREF", "BIDIR", "NONKEY"] = "DEFAULT"
    loop_filter: Literal["default", "bidir", "all"] = "default"


LEFT_OUT: Final = {
    "decode every frame": Leaving(),
    NEEDED: Leaving("NONREF"),
    "and no loop filter of those between": Leaving("NONREF", "bidir"),
    "and no loop filter": Leaving("NONREF", "all"),
    "decode no frame that looks both ways": Leaving("BIDIR"),
    KEYS: Leaving("NONKEY"),
    "key frames, no loop filter": Leaving("NONKEY", "all"),
}


def decode(path: Path, leaving: Leaving) -> float:
    """Decode a video and answer when its last frame is shown, in seconds."""
    return max(frame.time or 0.0 for frame in _frames(path, leaving))


def hashes_of(path: Path, leaving: Leaving) -> dict[int, bytes]:
    """Answer the hashes of some comparable frames of the first seconds, by their time stamp.

    They are decided by their stamp, so that they are the same whatever is left out.
    """
    found: dict[int, bytes] = {}
    for frame in _frames(path, leaving):
        if (frame.time or 0.0) > _HASHED_S:
            break
        number = round((frame.time or 0.0) * 30)
        if number % _HASHED_EVERY and not frame.key_frame:
            continue
        cells = operator.cells(VideoShown(frame, frame.time, 0).luma())
        if pdq.quality(cells) >= _LEAST_QUALITY and frame.pts is not None:
            found[frame.pts] = pdq.hashes(pdq.coefficients(cells))[0]
    return found


def distance(one: bytes, other: bytes) -> int:
    """Answer how many bits differ."""
    return int(np.bitwise_count(np.frombuffer(one, np.uint8) ^ np.frombuffer(other, np.uint8)).sum())


def _frames(path: Path, leaving: Leaving) -> Iterator[av.VideoFrame]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        context.thread_count = 1
        context.skip_frame = leaving.frames
        context.options = {"skip_loop_filter": leaving.loop_filter}
        for packet in container.demux(stream):
            if leaving.frames != "NONKEY" or packet.is_keyframe or not packet.size:
                yield from packet.decode()
