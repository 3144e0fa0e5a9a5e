"""What is told of a pair of media: a row of a list, and everything that one may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.linking.judgement import LinkKind, Outcome
    from cairn.linking.points import PlaceAgrees, PointsAgree
    from cairn.services.answering.matches import Said


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One pair as listed.

    Attributes:
        first: The first digits of a SHA-256, by which the media can be named.
        second: Those of the other.
        kind: In which way they may be the same.
        method: Which method suggests it; ``None`` where only people have said something of the pair.
        score: 0 to 1, larger for nearer; its meaning is the method's.
        evidence: In words.
        said: What people say.
        series: The series that one of the two lies in, as ``name (owner)``.
    """

    first: str
    second: str
    kind: LinkKind
    method: str | None
    score: float | None
    evidence: str
    said: Said
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one version of a method says of a pair.

    When it was suggested is told to nobody: it is the day on which the second of the two was recorded by
    anybody, also by one of whom the asker must not learn.

    Attributes:
        method: Name and version of the policy.
        score: Larger for nearer; its meaning is the method's.
        evidence: In words.
        points: What agrees, to be drawn; ``None`` where points were not compared.
    """

    method: str
    score: float
    evidence: str
    points: PointsAgree | PlaceAgrees | None


@dataclass(frozen=True, slots=True)
class WordRow:
    """One judgement, with its reason; one that was taken back is shown to its own authority only."""

    authority: str
    outcome: Outcome
    reason: str
    judged_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Everything that the asker may know of a pair, in one kind of link.

    Attributes:
        first: The SHA-256 of one media.
        second: That of the other.
        kind: In which way they may be the same.
        said: What people say, summed up.
        suggestions: Those of all methods, the newest first.
        words: Every judgement, the newest first.
        first_series: The series that the first lies in, as ``name (owner)``.
        second_series: Those of the second.
    """

    first: str
    second: str
    kind: LinkKind
    said: Said
    suggestions: tuple[Suggestion, ...]
    words: tuple[WordRow, ...]
    first_series: tuple[str, ...]
    second_series: tuple[str, ...]
