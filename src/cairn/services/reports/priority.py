"""How early a report is looked at. These are all the rules there are; each that holds is kept as a sentence.

The level is the highest of those that hold, and a report of which everything is known never gets above
``KNOWN``, unless it is marked as ongoing: an abuse that goes on is looked at first, whatever is known of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from cairn.intake.reports import Classification, Marker
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.reports import Report


class Level(IntEnum):
    """What comes first; the values sort."""

    LAST = 0
    KNOWN = 1
    ORDINARY = 2
    HIGH = 3
    FIRST = 4


ONGOING = frozenset({Marker.ONGOING_ABUSE, Marker.LIVE_STREAMING})
GRAVE = frozenset({Marker.SEXTORTION, Marker.SOLICITATION, Marker.PHYSICAL_HARM, Marker.INFANT})
LIGHT = frozenset({Marker.SPAM, Marker.MEME, Marker.DRAWN})


@dataclass(frozen=True, slots=True)
class Priority:
    """The level, and why."""

    level: Level
    reasons: tuple[Sentence, ...]


def markers_of(report: Report) -> frozenset[Marker]:
    """Answer the markers of a report and of all its items."""
    return frozenset({*report.markers, *(marker for item in report.items for marker in item.markers)})


def prioritise(report: Report, *, known: int) -> Priority:
    """Answer how early the report is looked at.

    Args:
        report: As it was read.
        known: How many of its items are recorded already, as the authority of the queue may know.
    """
    markers = markers_of(report)
    rules = list(_rules(report, markers, new=len(report.items) - known))
    level = max((level for level, _ in rules), default=Level.ORDINARY)
    if report.items and known == len(report.items):
        rules.append((Level.KNOWN, Sentence("Everything in it is recorded already.")))
        level = level if markers & ONGOING else Level.KNOWN
    if markers and markers <= LIGHT and level <= Level.ORDINARY:
        only = Sentence("It is marked %(markers)s, and with nothing else.", markers=_named(markers))
        rules.append((Level.LAST, only))
        level = Level.LAST
    return Priority(level, tuple(sentence for _, sentence in rules))


def _rules(report: Report, markers: frozenset[Marker], *, new: int) -> Iterator[tuple[Level, Sentence]]:
    if markers & ONGOING:
        yield Level.FIRST, Sentence("It is marked %(markers)s.", markers=_named(markers & ONGOING))
    if report.is_urgent:
        yield Level.FIRST, Sentence("Its sender asks for high priority.")
    if markers & GRAVE:
        yield Level.HIGH, Sentence("It is marked %(markers)s.", markers=_named(markers & GRAVE))
    if Classification.A1 in {report.classification, *(item.classification for item in report.items)}:
        yield Level.HIGH, Sentence("Its sender classifies something in it as A1.")
    if new:
        count = len(report.items)
        yield Level.ORDINARY, Sentence("%(new)s of its %(count)s items are new.", new=new, count=count)


def _named(markers: frozenset[Marker]) -> str:
    return ", ".join(sorted(markers))
