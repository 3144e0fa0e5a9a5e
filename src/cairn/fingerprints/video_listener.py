"""Who is told what is found while a video is followed, how far it is followed, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from cairn.frames import Frames, VideoFacts, VideoFingerprint, VideoMode, joined

if TYPE_CHECKING:
    from cairn.errors import NotComparable


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a video is followed.

    Attributes:
        frames: Frames that are taken.
        work_s: Processor seconds.
    """

    frames: int = 100_000
    work_s: float = 3_000.0


USUAL_BOUNDS: Final = Bounds()

_FRAMES_A_SECOND: Final = 200
"""Of processor time: four times what film at 1080p takes, so that a tiny picture cannot bring frames without
end, each of which has to be compared."""

_SHARE_OF_LIMIT: Final = 5 / 6
"""A decoder that is told to stop says how far it came; one that is stopped does not."""


def work_within(limit_s: int) -> float:
    """Answer the processor seconds after which a decoder ends by itself, before its limit ends it."""
    return limit_s * _SHARE_OF_LIMIT


def bounds_within(limit_s: int) -> Bounds:
    """Answer how far a video is followed that may take so many processor seconds.

    >>> bounds_within(3_600) == Bounds(100_000, 3_000.0)
    True
    >>> bounds_within(18)
    Bounds(frames=3600, work_s=15.0)
    """
    return Bounds(min(USUAL_BOUNDS.frames, _FRAMES_A_SECOND * limit_s), work_within(limit_s))


@dataclass(frozen=True, slots=True)
class Ending:
    """How a video ended.

    Attributes:
        covered_s: How far it was followed.
        stopped: Why no further; ``None`` at its end.
    """

    covered_s: float
    stopped: NotComparable | None


class Listener(Protocol):
    """Is told what is found while a video is followed."""

    def begins(self, facts: VideoFacts, mode: VideoMode, /) -> object:
        """Take what the file says of itself; called once, before any frame."""
        ...

    def goes_on(self, frames: Frames, /) -> object:
        """Take the next frames; there may be none."""
        ...


@dataclass(slots=True)
class Collected:
    """A listener that keeps everything."""

    facts: VideoFacts | None = None
    mode: VideoMode = VideoMode.EVEN
    parts: list[Frames] = field(default_factory=list)

    def begins(self, facts: VideoFacts, mode: VideoMode, /) -> None:
        """Keep what the file says."""
        self.facts, self.mode = facts, mode

    def goes_on(self, frames: Frames, /) -> None:
        """Keep the frames."""
        if len(frames):
            self.parts.append(frames)

    def fingerprint(self, ending: Ending) -> VideoFingerprint:
        """Answer everything as one; only after ``begins``."""
        if self.facts is None:
            raise ValueError("No video has begun.")
        return VideoFingerprint(self.facts, joined(self.parts), self.mode, ending.covered_s, ending.stopped)
