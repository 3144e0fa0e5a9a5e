"""Which seconds of a recorded media are a series', and which of them a match meets.

A series may own the whole of a video, or only stretches of it: a compilation shows many victims, and each of
its stretches is another's. A match of a compilation then names the series of the seconds that agree, and no
other.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.linking.clip.link import ClipLink, joined
from cairn.linking.footage import FrameNear
from cairn.linking.sound_spans import SoundAgrees

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cairn.linking.clip.spans import Seconds
    from cairn.linking.evidence import Evidence

Owned = tuple["Seconds", ...] | None
"""The stretches of a media that are a series', disjoint and in the order of time; ``None`` for all of it."""

FRAME_S: Final = 1.0
"""For how long the last recorded frame stands: one is looked at every second."""

_ROUNDED_S: Final = 0.001
"""The index tells the time of a frame in milliseconds."""


@dataclass(frozen=True, slots=True)
class Owners:
    """The series that a recorded media lies in.

    Attributes:
        owned: By series what of the media is its own.
        frames: When the recorded frames are shown, increasing: each stands until the next.
    """

    owned: Mapping[int, Owned]
    frames: Sequence[float] = ()

    def met_by(self, evidence: Evidence) -> tuple[int, ...]:
        """Answer the series that own some of what agrees."""
        return tuple(
            series for series, owned in self.owned.items() if meets(evidence, owned, frames=self.frames)
        )


def meets(evidence: Evidence, owned: Owned, *, frames: Sequence[float] = ()) -> bool:
    """Answer whether what agrees lies in what is owned.

    Args:
        evidence: What a file and the recorded media have in common.
        owned: What is a series' of the recorded media.
        frames: When its recorded frames are shown, increasing: each stands until the next.
    """
    if owned is None:
        return True
    agreeing = seconds_met(evidence, frames=frames)
    return agreeing is None or any(overlap(one, other) for one in agreeing for other in owned)


def seconds_met(evidence: Evidence, *, frames: Sequence[float] = ()) -> list[Seconds] | None:
    """Answer the seconds of the recorded media that agree; ``None`` where it agrees as a whole.

    Args:
        evidence: As above.
        frames: As above.
    """
    if isinstance(evidence, ClipLink):
        return [(span.known_from_s, span.known_to_s) for span in (*evidence.recording, *evidence.views)]
    if isinstance(evidence, SoundAgrees):
        return [(span.known_begin_ms / 1000, span.known_end_ms / 1000) for span in evidence.spans]
    if isinstance(evidence, FrameNear) and not evidence.in_file:
        following = bisect_right(frames, evidence.at_s + _ROUNDED_S)
        until = frames[following] if following < len(frames) else evidence.at_s + FRAME_S
        return [(evidence.at_s, until)]
    return None


def overlap(one: Seconds, other: Seconds) -> bool:
    """Answer whether two stretches share time, or the one, a moment, lies in the other.

    >>> overlap((0.0, 5.0), (5.0, 9.0)), overlap((5.0, 5.0), (5.0, 9.0))
    (False, True)
    """
    begin, end = max(one[0], other[0]), min(one[1], other[1])
    return begin < end or (begin == end and one[0] == one[1])


def put_together(one: Owned, other: Owned) -> Owned:
    """Answer what is owned by either; all of it where either owns all."""
    return None if one is None or other is None else tuple(joined((*one, *other)))


def without(owned: Iterable[Seconds], taken: Iterable[Seconds]) -> tuple[Seconds, ...]:
    """Answer what stays owned once these stretches are taken out.

    >>> without([(0.0, 10.0)], [(2.0, 3.0), (9.0, 20.0)])
    ((0.0, 2.0), (3.0, 9.0))
    """
    left = joined(owned)
    for begin, end in joined(taken):
        pieces = [((one, min(other, begin)), (max(one, end), other)) for one, other in left]
        left = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return tuple(left)
