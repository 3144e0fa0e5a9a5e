"""Neighbouring frames that look the same are kept once, as a frame that holds for a while.

A camera that stands still, a title, a black screen give hundreds of frames with nearly one hash. Kept one by
one they fill the index and say nothing more. So of every run of such frames the first is kept; it holds until
the next kept one. ``docs/method/video.md`` has the rate, and what it costs in recall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames


def collapsed(frames: Frames, *, run_bits: int) -> Frames:
    """Answer the first frame of every run, and every first frame of a shot.

    Args:
        frames: One video's frames.
        run_bits: A frame of which the whole, or what lies within the borders, differs from the first of its
            run in more bits than this begins another.
    """
    kept: list[int] = []
    for row in range(len(frames)):
        if not kept or frames.shot[row] or _differ(frames, row, kept[-1]) > run_bits:
            kept.append(row)
    return frames.only(np.array(kept, np.intp))


def _differ(frames: Frames, one: int, other: int) -> int:
    """Answer in how many bits two frames differ, whole or inside, whichever is more."""
    pairs = ((side[one], side[other]) for side in (frames.hashes, frames.inside))
    return max(int(np.bitwise_count(first ^ second).sum()) for first, second in pairs)


def until(at: NDArray[np.float64], *, step_s: float) -> NDArray[np.float64]:
    """Answer for every kept frame until when it is known to hold.

    Args:
        at: ``(n,)`` seconds of the kept frames, increasing.
        step_s: The time between two frames before collapsing: a frame that was left out lies no nearer than
            this to the next one that was kept.
    """
    if not len(at):
        return at
    following = np.append(at[1:], at[-1] + step_s)
    return np.maximum(at, following - step_s)
