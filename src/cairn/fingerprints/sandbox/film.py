"""A video that a worker follows, as far as the pool knows it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.video_message import MAXIMUM_DETAILS, MAXIMUM_FRAMES, VideoBegins
from cairn.frames import Frames, VideoFingerprint, joined
from cairn.types import Picture

FRAMES_COUNT = NotComparable(Reason.UNSUPPORTED, "The content is a video: its frames are compared.")
"""Stands where a picture has its hash."""


@dataclass(slots=True)
class Film:
    """What a worker has told of one video, each part checked against what came before.

    Attributes:
        beginning: What the file says of itself.
        ends_at: When the worker must be done with it, on the monotonic clock.
    """

    beginning: VideoBegins
    ends_at: float
    _parts: list[Frames] = field(default_factory=list)
    _count: int = 0
    _details: int = 0
    _last_s: float = -1.0

    def go_on(self, frames: Frames) -> None:
        """Take more frames.

        Raises:
            MessageError: They do not follow the ones before, or are more than agreed.
        """
        self._count += len(frames)
        self._details += len(frames.details)
        are_too_many = self._count > MAXIMUM_FRAMES or self._details > MAXIMUM_DETAILS
        if are_too_many or frames.at[0] <= self._last_s:
            raise MessageError("An answer has more frames than agreed, or out of order.")
        self._last_s = float(frames.at[-1])
        self._parts.append(frames)

    def deadline(self, *, wall_s: float) -> float:
        """Answer when the next sign of life must have come."""
        return min(time.monotonic() + wall_s, self.ends_at)

    @property
    def covered_s(self) -> float:
        """How far the frames reach."""
        return max(0.0, self._last_s)

    def frames(self) -> Frames:
        """Answer all frames that were told so far."""
        return joined(self._parts)

    def picture(self, *, covered_s: float, stopped: NotComparable | None) -> Picture:
        """Answer everything that was told, as what the file shows."""
        video = VideoFingerprint(self.beginning.facts, self.frames(), self.beginning.mode, covered_s, stopped)
        facts = self.beginning.facts
        return Picture(
            self.beginning.media_type, facts.width or None, facts.height or None, FRAMES_COUNT, video=video
        )
