"""The second of a known video that a single picture was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.frames import Frames
from cairn.linking.clip.frames_alike import frames_alike
from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from cairn.linking.clip.policy import ClipPolicy
    from cairn.types import Orientation, Pdq


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a known video shows a picture.

    Attributes:
        at_s: The second of its nearest frame.
        distance_bits: How many bits differ there.
        orientation: How the picture was turned to meet the video.
        others_s: The seconds of other frames that are as near within the policy's slack; of a shot that
            stands still there are many, and nobody can tell which one it was.
    """

    at_s: float
    distance_bits: int
    orientation: Orientation
    others_s: tuple[float, ...]


def still_in(picture: Pdq, known: Frames, *, policy: ClipPolicy) -> Shown | None:
    """Answer the second at which a known video shows a picture; ``None`` where it is near none of its frames.

    Args:
        picture: Of a file that was just measured.
        known: As recorded.
        policy: The radius of candidates, by name.
    """
    found = frames_alike(
        as_frame(picture), known, radius_bits=policy.candidate_bits, slack_bits=policy.slack_bits
    )
    if not len(found):
        return None
    order = np.lexsort((found.known, found.bits))
    nearest, *others = (float(known.at[row]) for row in found.known[order])
    orientation = ORIENTATIONS[found.orientation]
    return Shown(nearest, int(found.bits[order[0]]), orientation, tuple(sorted(others)))


def as_frame(picture: Pdq) -> Frames:
    """Answer a picture as a video of one frame."""
    turned = np.frombuffer(b"".join(picture.hashes), np.uint8).reshape(1, len(ORIENTATIONS), -1)
    quality = np.array([picture.quality], np.uint8)
    return Frames(
        turned[:, 0], turned[:, 0], quality, quality, np.zeros(1), np.ones(1, np.bool_), turned, turned
    )
