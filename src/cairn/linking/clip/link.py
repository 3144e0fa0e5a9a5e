"""What a file and a known video have in common: the same recording, or only a view.

A span is *the same recording* where enough moments tell (``telling``), and its frames, those that agree and
all that it covers (``covered``), are far nearer than other seconds are, or those that agree change together
(``weighing``). At another speed than 1 more is asked for: there are many. All else that is near as pictures
go is *the same view*: a title, a fixed camera, one room. It says that something is the same, and not that the
recording is; a person must look.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.linking.clip.near_parts import near_parts
from cairn.linking.clip.spans import Span, aligned_spans
from cairn.linking.clip.whole import whole_span
from cairn.types import Orientation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.frames import Frames
    from cairn.linking.clip.policy import ClipPolicy
    from cairn.linking.clip.spans import Seconds


class Grade(StrEnum):
    """What a span shows."""

    RECORDING = "recording"
    """The same seconds of the same recording."""
    VIEW = "view"
    """Frames that look the same; another recording of the same place looks so, too."""


@dataclass(frozen=True, slots=True)
class ClipLink:
    """What a file and a known video have in common.

    Attributes:
        recording: Spans of the same recording, by their begin in the file.
        views: Spans that show the same view and are not told apart from another recording.
        share_of_file: Share of the file's seconds that lie in ``recording``, 0 to 1.
        share_of_known: Share of the known video's seconds that do.
        policy: The name of the policy that made the link.
    """

    recording: tuple[Span, ...]
    views: tuple[Span, ...]
    share_of_file: float
    share_of_known: float
    policy: str

    @property
    def grade(self) -> Grade:
        """The most that can be said."""
        return Grade.RECORDING if self.recording else Grade.VIEW

    @property
    def moments(self) -> int:
        """How many moments agree in the best span."""
        return max(span.moments for span in (*self.recording, *self.views))


def clip_link(
    file: Frames, known: Frames, *, file_s: float, known_s: float, policy: ClipPolicy
) -> ClipLink | None:
    """Answer what a file and a known video have in common, or ``None`` where nothing is.

    Args:
        file: With ``turned`` and ``inside_turned``. Sample it more densely than what is recorded, four frames
            a second say: a trimmed copy else meets no second of the known video in its phase.
        known: As recorded, neighbours collapsed or not.
        file_s: How long the file lasts, in seconds.
        known_s: How long the known video lasts.
        policy: The thresholds, by name.
    """
    spans = shared_spans(file, known, policy=policy)
    link = linked(spans, file_s=file_s, known_s=known_s, policy=policy)
    if link is None or link.grade is Grade.VIEW:
        return linked_as_a_whole(file, known, file_s=file_s, known_s=known_s, policy=policy) or link
    return link


def shared_spans(file: Frames, known: Frames, *, policy: ClipPolicy) -> tuple[Span, ...]:
    """Answer the aligned spans, by their begin in the file, and the near parts of those that only look alike.

    A view stays beside a part that lies in it: its other seconds may be another owner's, who is to be told.

    Args:
        file: As for ``clip_link``.
        known: As for ``clip_link``.
        policy: The thresholds, by name.
    """
    spans = aligned_spans(file, known, policy=policy)
    told = [span for span in spans if graded_by(span, policy) is Grade.RECORDING]
    parts = near_parts(file, known, spans, told=told, policy=policy)
    return tuple(sorted((*spans, *parts), key=lambda span: span.file_from_s))


def linked_as_a_whole(
    file: Frames, known: Frames, *, file_s: float, known_s: float, policy: ClipPolicy
) -> ClipLink | None:
    """Answer the link of a file that is the whole of a known video; else ``None``.

    Args:
        file: As for ``clip_link``.
        known: As for ``clip_link``.
        file_s: As for ``clip_link``.
        known_s: As for ``clip_link``.
        policy: The thresholds, by name.
    """
    span = whole_span(file, known, file_s=file_s, known_s=known_s, policy=policy)
    if span is None:
        return None
    return ClipLink((span,), (), share_of_file=1.0, share_of_known=1.0, policy=policy.name)


def linked(spans: Iterable[Span], *, file_s: float, known_s: float, policy: ClipPolicy) -> ClipLink | None:
    """Answer what spans come to, or ``None`` where they are worth nothing."""
    graded = [(span, graded_by(span, policy)) for span in spans]
    recording = tuple(span for span, grade in graded if grade is Grade.RECORDING)
    views = tuple(span for span, grade in graded if grade is Grade.VIEW)
    if not recording and not views:
        return None
    return ClipLink(
        recording,
        views,
        share_of_file=_share([(span.file_from_s, span.file_to_s) for span in recording], file_s),
        share_of_known=_share([(span.known_from_s, span.known_to_s) for span in recording], known_s),
        policy=policy.name,
    )


def graded_by(span: Span, policy: ClipPolicy) -> Grade | None:
    """Answer what a span shows under a policy; ``None`` where that may be chance."""
    lasts_s = span.known_to_s - span.known_from_s
    permitted = policy.permitted_bits(span.moments, span.elsewhere_bits, lasts_s=lasts_s, speed=span.speed)
    is_near = max(span.distance_bits, span.covered_bits) <= permitted
    changes = span.together >= policy.together_at(span.speed, lasts_s=lasts_s)
    if span.moments >= policy.least_moments and (is_near or changes):
        return Grade.RECORDING
    return Grade.VIEW if span.distance_bits <= policy.candidate_bits else None


def _share(stretches: list[Seconds], whole_s: float) -> float:
    """Answer the share of a length that stretches cover together, 0 to 1."""
    covered = sum(end - begin for begin, end in joined(stretches))
    return min(1.0, covered / whole_s) if whole_s > 0 else 0.0


def the_same(*, covered_s: float, frames: int) -> ClipLink:
    """Answer the link of a video with itself: every second is that second.

    Args:
        covered_s: How long it is.
        frames: How many frames of it can be compared; each is a moment.
    """
    whole = Span(
        file_from_s=0.0,
        file_to_s=covered_s,
        known_from_s=0.0,
        known_to_s=covered_s,
        speed=1.0,
        orientation=Orientation.ORIGINAL,
        frames=frames,
        moments=frames,
        distance_bits=0,
        covered_bits=0,
        elsewhere_bits=0,
        together=0.0,
    )
    return ClipLink((whole,), (), share_of_file=1.0, share_of_known=1.0, policy="digest")


def joined(stretches: Iterable[Seconds]) -> list[Seconds]:
    """Answer stretches of time with those that touch joined into one, in their order."""
    found: list[Seconds] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found
