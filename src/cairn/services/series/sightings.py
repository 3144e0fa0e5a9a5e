"""Where and when the media of a series have been seen: added up in the database, in one question.

A sighting is counted on the day on which it was found; where that is not known, on the day its exhibit was
seized, and else on the day it was recorded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, Count, Max, Min, When
from django.db.models.functions import Substr

from cairn.records.access import visible_sightings
from cairn.records.lock import as_the_node, under_lock
from cairn.records.met_on import met_on
from cairn.records.series import SeriesMedia

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

    from cairn.records.sightings import Sighting
    from cairn.records.users import Actor

_MONTH = len("2026-03")


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when something was seen.

    Attributes:
        sightings: How many.
        first: The day of the first; ``None`` where there is none.
        last: The day of the last.
        by_country: How many in each country, most first.
        by_source: How many came in each way, most first.
        by_month: How many in each month, such as ``2026-03``, oldest first; months without any are left out.
    """

    sightings: int
    first: date | None
    last: date | None
    by_country: Mapping[str, int]
    by_source: Mapping[str, int]
    by_month: Mapping[str, int]


class _Group(NamedTuple):
    """Sightings of one country, source and month, all before the identification or all after it."""

    country: str
    source: str
    month: str
    is_after: int
    sightings: int
    first: str
    last: str


@under_lock
def sightings_of(
    series: Collection[int], *, identified_on: date | None, actor: Actor
) -> tuple[Seen, Seen | None]:
    """Answer where and when the media of these series were seen, and the same since the identification.

    Returns:
        All sightings that the actor may see; and those of a later day than the identification, or ``None``
        where nobody is identified.
    """
    members = SeriesMedia.objects.filter(series__in=series)
    rows = visible_sightings(actor).filter(media__in=members.values("media"))
    groups = _groups(rows, identified_on)
    since = None if identified_on is None else _seen(group for group in groups if group.is_after)
    return _seen(groups), since


@under_lock
def sightings_of_media(media: int, *, actor: Actor) -> Seen:
    """Answer where and when one media was seen, as far as the actor may see it."""
    return _seen(_groups(visible_sightings(actor).filter(media=media), None))


def _groups(rows: QuerySet[Sighting], identified_on: date | None) -> list[_Group]:
    day = met_on()
    after = Case(When(day__gt=str(identified_on or date.max), then=1), default=0)
    counted = (
        rows.annotate(day=day)
        .annotate(month=Substr("day", 1, _MONTH), after=after)
        .values_list("authority__country", "source", "month", "after")
        .annotate(number=Count("pk"), first=Min("day"), last=Max("day"))
        .order_by()
    )
    with as_the_node("the day of a seizure is told of every sighting that is seen, its exhibit is not"):
        return list(map(_Group._make, counted))


def _seen(groups: Iterable[_Group]) -> Seen:
    countries, sources, months = Counter[str](), Counter[str](), Counter[str]()
    days: list[str] = []
    for group in groups:
        countries[group.country] += group.sightings
        sources[group.source] += group.sightings
        months[group.month] += group.sightings
        days += (group.first, group.last)
    return Seen(
        sightings=countries.total(),
        first=date.fromisoformat(min(days)) if days else None,
        last=date.fromisoformat(max(days)) if days else None,
        by_country=dict(countries.most_common()),
        by_source=dict(sources.most_common()),
        by_month=dict(sorted(months.items())),
    )
