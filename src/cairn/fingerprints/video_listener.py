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
