"""Which frames of a video are worth recording: enough to meet every copy, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip.collapse import collapsed
from cairn.linking.clip.frames_alike import LEAST_QUALITY

if TYPE_CHECKING:
    from cairn.frames import Frames

KEPT_EVERY_S: Final = 1.0
"""How often a frame is kept, beside the first of every shot; a file is asked about four times as densely."""

LEAST_KEPT: Final = 16
"""Of a video that is shorter than so many seconds so many frames are kept, as far as it was looked at."""

SHORTEST_STEP_S: Final = 0.125
"""A file that is asked about is looked at no more often (``cairn.fingerprints.wanted``)."""

_ROUNDING: Final = 1e-6

RUN_BITS: Final = 8
"""Neighbouring frames within so many bits are kept once. ``docs/method/video.md`` has the rate."""


def worth_keeping(frames: Frames) -> Frames:
    """Answer the frames that are kept and indexed: one a second and every shot; of a still stretch one.

    Of a short video they are denser, so that its moments can be told apart.
    """
    return collapsed(thinned_out(frames), run_bits=RUN_BITS)


def thinned_out(frames: Frames) -> Frames:
    """Answer the same before those that look like their neighbours are left out."""
    comparable = frames.only((frames.quality >= LEAST_QUALITY) | (frames.inside_quality >= LEAST_QUALITY))
    lasts_s = float(frames.at[-1]) if len(frames) else 0.0
    every_s = KEPT_EVERY_S
    while lasts_s / every_s < LEAST_KEPT and every_s > SHORTEST_STEP_S:
        every_s /= 2  # whole seconds stay among them
    step = np.floor(comparable.at / every_s + _ROUNDING)
    fresh = np.ones(len(comparable), np.bool_)
    fresh[1:] = step[1:] != step[:-1]
    return comparable.only(fresh | comparable.shot)
