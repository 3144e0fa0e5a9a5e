"""Whose queue a report goes to. These are all the rules there are, in their order; the first that leads wins.

1. The country that the report says it belongs to.
2. The country where it was seen: the one that is named most often; of several, the first by its code.
3. The country of the authority that hands it in.
4. The hub. 5. The authority that runs the node.

A country's queue is that of its unit: the first that took part through a node; else the first by its code.
A country without a unit leads nowhere, and the next rule is asked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.records.authorities import Authority, AuthorityKind
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.reports import Report


class Route(StrEnum):
    """The rule that led."""

    STATED = "stated-country"
    SEEN = "country-where-seen"
    REPORTER = "country-of-reporter"
    HUB = "hub"
    NODE = "node"


ROUTES = {
    Route.STATED: Sentence("the report says that it belongs to this country"),
    Route.SEEN: Sentence("it was seen in this country most"),
    Route.REPORTER: Sentence("whoever handed it in is in this country"),
    Route.HUB: Sentence("no country of it has a unit here"),
    Route.NODE: Sentence("no country of it has a unit here, and there is no hub"),
}


@dataclass(frozen=True, slots=True)
class Routed:
    """Whose queue it is, and by which rule."""

    queue: Authority
    route: Route


def route(report: Report, *, handed_in_by: Authority, node: Authority) -> Routed:
    """Answer whose queue the report goes to.

    Args:
        report: As it was read.
        handed_in_by: Whose report it is.
        node: The authority that runs the node.
    """
    for rule, country in _countries(report, handed_in_by):
        unit = unit_of(country)
        if unit is not None:
            return Routed(unit, rule)
    hub = Authority.objects.filter(kind=AuthorityKind.HUB).order_by("code").first()
    return Routed(node, Route.NODE) if hub is None else Routed(hub, Route.HUB)


def unit_of(country: str) -> Authority | None:
    """Answer the unit whose queue a country's reports go to; ``None`` where it has none."""
    units = Authority.objects.filter(kind=AuthorityKind.UNIT, country=country)
    return min(units, key=lambda unit: (unit.connected_since or date.max, unit.code), default=None)


def _countries(report: Report, handed_in_by: Authority) -> Iterator[tuple[Route, str]]:
    if report.country:
        yield Route.STATED, report.country
    places = [*report.seen, *(place for item in report.items for place in item.seen)]
    named = Counter(place.country for place in places if place.country)
    for country, _ in sorted(named.items(), key=lambda row: (-row[1], row[0])):
        yield Route.SEEN, country
    yield Route.REPORTER, handed_in_by.country
