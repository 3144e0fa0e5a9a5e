"""Following the frames of one video: which are taken, when they are told, and how it ends.

Frames come in the order in which they are shown. One is taken where it is due, or where a shot begins. Rows
are told in parts, so that what was found remains where the decoder fails.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import av.error

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.decode import DECODER_ERRORS, too_large
from cairn.fingerprints.details_due import DetailsDue
from cairn.fingerprints.frame_rows import FrameRows
from cairn.fingerprints.moving import VideoShown
from cairn.fingerprints.shots import Shots
from cairn.fingerprints.video_listener import Ending
from cairn.frames import VideoMode, clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.fingerprints.moving import Shown
    from cairn.fingerprints.video_listener import Bounds, Listener
    from cairn.fingerprints.wanted import Wanted
    from cairn.frames import VideoFacts
    from cairn.types import LocalFeatures

PART_FRAMES: Final = 32
PART_S: Final = 1.0
"""A part is told when it has so many frames, or after this time, though it be empty: it shows that the
decoder is at work."""

_LEAST_SHOT_S: Final = 0.25
"""Shots that are shorter are flashes; without this, flicker would make every frame one."""

_SMALLEST_STEP_S: Final = 0.001
_LONGEST_S: Final = 10_000_000.0
_UNSTATED_STEP_S: Final = 0.04
_MISSING_SHARE: Final = 0.02
_MISSING_S: Final = 3.0
_GAP_OF_KEY_FRAMES_S: Final = 30.0

_SHORT_MISSING_S: Final = 0.5
_SHORT_MISSING_SHARE: Final = 0.1
"""More than both is missing where a short video was cut off; of whole ones at most 0.1 s is
(``docs/method/video.md``)."""

_LEFT_OUT: Final = 4
"""The last frames may be such that no other depends on, which are not decoded."""

ERRORS: Final = (av.error.FFmpegError, *DECODER_ERRORS)
"""What a decoder raises on what it cannot read."""


@dataclass(slots=True)
class Following:
    """Follows the frames of one video."""

    listener: Listener
    bounds: Bounds
    wanted: Wanted
    facts: VideoFacts
    _has_begun: bool = False
    _rows: FrameRows = field(init=False)
    _details: DetailsDue = field(default_factory=DetailsDue)
    _shots: Shots = field(default_factory=Shots)
    _first_s: float | None = None
    _last_s: float = -1.0
    _due_s: float = 0.0
    _shot_s: float = float("-inf")
    _met: int = 0
    _taken: int = 0
    _told_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Prepare the rows."""
        self._rows = FrameRows(with_cells=self.wanted.closely)

    def run(self, frames: Iterator[Shown]) -> Ending:
        """Follow them to an end."""
        work_ends = time.process_time() + self.bounds.work_s
        stopped = None
        try:
            for each in frames:
                self._meet(each)
                if self._taken >= self.bounds.frames or time.process_time() > work_ends:
                    stopped = self._bounded()
                    break
        except MemoryError:
            stopped = too_large("it needs more memory than there is")
        except ERRORS as error:
            stopped = self._damaged(type(error).__name__)
        self._begin(0)
        self.listener.goes_on(self._rows.take())
        if not self._taken and stopped is None:
            stopped = NotComparable(Reason.UNDECODABLE, "The video has no frame that can be decoded.")
        return Ending(max(0.0, self._last_s), stopped)

    def _meet(self, each: Shown) -> None:
        """Look at one frame, and take it where it is due."""
        self._begin(each.rotation)
        self._met += 1
        if self.wanted.mode is VideoMode.VPDQ and isinstance(each, VideoShown):
            self._count(each)
        else:
            self._time(each)
        if len(self._rows) >= PART_FRAMES or time.monotonic() - self._told_at > PART_S:
            self.listener.goes_on(self._rows.take())
            self._told_at = time.monotonic()

    def _begin(self, rotation: int) -> None:
        """Tell what the file says of itself, once; how it is turned stands on its first frame."""
        if not self._has_begun:
            self._has_begun = True
            self.listener.begins(replace(self.facts, rotation=rotation), self.wanted.mode)

    def _count(self, each: VideoShown) -> None:
        """Take every so manieth frame. Source: vPDQ; ``docs/method/video.md``."""
        number = self._met - 1
        rate = self.facts.frame_rate or 1 / _UNSTATED_STEP_S
        self._last_s = number / rate
        if number % max(1, int(self.wanted.every_s * rate)) == 0:
            self._rows.add(each.full_luma(), at_s=self._last_s, shot=number == 0, trim=False)
            self._taken += 1

    def _time(self, each: Shown) -> None:
        """Take the first frame of every step of time, and of every shot."""
        stated = each.at_s
        if stated is None or not math.isfinite(stated):
            stated = (self._first_s or 0.0) + max(0.0, self._last_s) + _UNSTATED_STEP_S
        if self._first_s is None:
            self._first_s = stated
        at_s = stated - self._first_s
        if at_s < self._last_s + _SMALLEST_STEP_S or at_s > _LONGEST_S:
            return  # a clock that stands still, runs back or leaps years shows nothing new
        self._last_s = at_s
        cut = self._shots.begins(each.glance()) and at_s - self._shot_s >= _LEAST_SHOT_S
        if cut:
            self._shot_s = at_s
        if cut or at_s >= self._due_s or self.wanted.mode is VideoMode.KEY_FRAMES:
            self._rows.add(each.luma(), at_s=at_s, shot=cut)
            if self.wanted.closely and self._details.wants(at_s, is_shot=cut):
                self._rows.add_details(_features(each), at_s=at_s)
            self._taken += 1
            self._due_s = (math.floor(at_s / self.wanted.every_s + 1e-6) + 1) * self.wanted.every_s

    def _bounded(self) -> NotComparable:
        return NotComparable(
            Reason.TOO_LARGE,
            f"The video was followed to {clock(self._last_s)} and no further: it takes too long to decode.",
        )

    def _damaged(self, error: str) -> NotComparable:
        where = f"from {clock(self._last_s)} on" if self._taken else "at its beginning"
        return NotComparable(
            Reason.UNDECODABLE, f"The video is damaged {where}: its decoder gave up ({error})."
        )


def _features(each: Shown) -> LocalFeatures:
    from cairn.fingerprints.local import local_features  # noqa: PLC0415 - OpenCV, where it is needed

    return local_features(each.grey())


def checked(ending: Ending, facts: VideoFacts, wanted: Wanted, *, held_s: float, is_exact: bool) -> Ending:
    """Say where a file ends well before the length that it states.

    Args:
        ending: How it ended, by its last frame.
        facts: With the stated length.
        wanted: Which frames were looked for.
        held_s: What of that length is without further frames: before the first, and while the last is shown.
        is_exact: The stated length is that of the pictures, and every frame was looked for.
    """
    stated_s = facts.duration_s or 0.0
    missing_s = stated_s - ending.covered_s - held_s
    spared_s = max(_MISSING_S, wanted.every_s, _MISSING_SHARE * stated_s)
    if wanted.mode is VideoMode.KEY_FRAMES:
        spared_s += _GAP_OF_KEY_FRAMES_S
    if is_exact:
        step_s = 1 / (facts.frame_rate or 1 / _UNSTATED_STEP_S)
        short_s = max(_SHORT_MISSING_S, _SHORT_MISSING_SHARE * stated_s)
        spared_s = min(spared_s, short_s + _LEFT_OUT * step_s)
    if missing_s <= spared_s:
        return ending
    why = NotComparable(
        Reason.UNDECODABLE,
        f"The video ends at {_moment(ending.covered_s)} though it states {_moment(stated_s)}: "
        "it is cut off or damaged.",
    )
    return Ending(ending.covered_s, why)


def _moment(seconds: float) -> str:
    """Answer a time with its tenth: of a short video, seconds say too little."""
    return f"{clock(seconds)}.{int(seconds * 10) % 10}"
