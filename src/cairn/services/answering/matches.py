"""What one file of an answer was met with: media, lists, and parts of a video."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cairn.errors import NotComparable
    from cairn.linking import Evidence
    from cairn.linking.judgement import Agreement, Outcome
    from cairn.linking.owned import Owners
    from cairn.services.answering.facts import Holder, SeriesFacts


MOST_SHOTS: Final = 60
"""Shots of one video whose beginnings are told: more frames than a person looks through on one page."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a pair, as it is shown.

    Attributes:
        own: The standing word of the asker's authority; ``None`` where it has said nothing.
        agreement: What all words come to that the asker may see.
        confirmed_by: The codes of the authorities that say "the same".
        rejected_by: The codes of those that say "not the same".
    """

    own: Outcome | None
    agreement: Agreement
    confirmed_by: tuple[str, ...]
    rejected_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpanOwned:
    """A stretch of a recorded media that is a series'.

    Attributes:
        series: The series' number within this answer.
        from_s: Where it begins in the recorded media, in seconds.
        to_s: Where it ends there.
    """

    series: int
    from_s: float
    to_s: float


def spans_owned(series: Iterable[SeriesFacts], owners: Owners) -> tuple[SpanOwned, ...]:
    """Answer the stretches of a media that these series have; of one that has all of it none."""
    return tuple(SpanOwned(facts.id, *each) for facts in series for each in owners.owned[facts.id] or ())


@dataclass(frozen=True, slots=True)
class Match:
    """One recorded media that a file meets, why, who holds it, and its series.

    Attributes:
        media: A number within this answer alone: the same media has the same number in every match.
        evidence: Why it is met.
        holders: Who has recorded it, as far as the asker may know.
        series: The numbers within this answer of the series that have what agrees.
        categories: What was said of it, as ``scheme:code``.
        said: What people have said of the file and it as the same picture; ``None`` where nothing.
        spans: The stretches of it that are these series'; a series without any has all of it.
    """

    media: int
    evidence: Evidence
    holders: tuple[Holder, ...]
    series: tuple[int, ...]
    categories: tuple[str, ...]
    said: Said | None = None
    spans: tuple[SpanOwned, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """What one list says of a file; empty where it says nothing.

    Attributes:
        list: The list's number within this answer.
        is_irrelevant: As in ``ListFacts``.
        evidence: Why the entry is met.
        category: In the list's own words.
        series: As above.
        reference: How the list names the entry.
        source: Who within the list says so.
        victim_identified: True where the list says that its victim is identified.
        entry: The entry's number, made of its hashes: for this node's own use, never to be told.
    """

    list: int
    is_irrelevant: bool
    evidence: Evidence
    category: str
    series: str
    reference: str
    source: str
    victim_identified: bool
    entry: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PartKnown:
    """A stretch of a video that the same recorded media explain from its begin to its end.

    Attributes:
        from_s: Where it begins, in seconds.
        to_s: Where it ends.
        media: The numbers of these media within this answer, the best first; none where it is new.
        series: The numbers within this answer of the series that have these seconds, in the same order.
    """

    from_s: float
    to_s: float
    media: tuple[int, ...]
    series: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class VideoAnswer:
    """What was seen of a video, and which seconds of it are known.

    Attributes:
        mode: Which frames were looked at: ``even`` or ``key-frames``.
        frames: How many.
        comparable: How many of these have a hash that means anything.
        covered_s: How far it was followed.
        stopped: Why no further; ``None`` at its end.
        facts: What its container says: ``container``, ``codec``, ``width``, ``height``, ``rotation``,
            ``duration_s``, ``frame_rate``, ``created_at``, ``encoder``, ``make``, ``model``, ``streams``.
        parts: The whole of it, cut where the explanation changes; empty where nothing is known of it.
        shots: When its shots begin, in seconds; of more than ``MOST_SHOTS``, so many spread evenly.
    """

    mode: str
    frames: int
    comparable: int
    covered_s: float
    stopped: NotComparable | None
    facts: Mapping[str, Any]
    parts: tuple[PartKnown, ...] = ()
    shots: tuple[float, ...] = ()
