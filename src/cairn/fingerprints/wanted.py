"""Which frames of a video are taken, and how often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cairn.frames import VideoFacts, VideoMode

EVERY_S: Final = 1.0
"""How often a frame is taken, unless the caller says otherwise."""

ASKED_EVERY_S: Final = 0.25
"""The same of a file that is asked about: a trimmed copy of what is recorded meets a second of it in its
phase only by chance, unless it is looked at more densely."""

SHORT_S: Final = 16.0
SHORT_EVERY_S: Final = 0.125
"""A file that is asked about and states no more than the one is looked at as often as the other: it may be
kept, and of what is short more frames are (``services.footage.keeping``)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which frames are taken, and what is measured of them.

    Attributes:
        mode: Which frames.
        every_s: How often one is taken.
        closely: With reduced pictures and local features, and short files more often.
    """

    mode: VideoMode
    every_s: float
    closely: bool

    def of(self, facts: VideoFacts) -> Wanted:
        """Answer the same for a file that says this of itself."""
        if not self.closely or not 0 < (facts.duration_s or 0.0) <= SHORT_S:
            return self
        return replace(self, every_s=min(self.every_s, SHORT_EVERY_S))
