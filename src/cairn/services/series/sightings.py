"""Where and when the media of a series have been seen: listed by the database in one question, and added up.

A sighting is counted on the day on which it was found; where that is not known, on the day its exhibit was
seized, and else on the day it was recorded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cairn.records.access import visible_sightings
from cairn.records.lock import as_the_node, under_lock
from cairn.records.met_on import met_on
from cairn.records.series import SeriesMedia

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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


_Met = tuple[str, str, str]
"""The country, the source and the day of a sighting."""


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
    met = _met(rows)
    if identified_on is None:
        return _seen(met), None
    day = str(identified_on)
    return _seen(met), _seen({each: number for each, number in met.items() if each[2] > day})


@under_lock
def sightings_of_media(media: int, *, actor: Actor) -> Seen:
    """Answer where and when one media was seen, as far as the actor may see it."""
    return _seen(_met(visible_sightings(actor).filter(media=media)))


def _met(rows: QuerySet[Sighting]) -> Counter[_Met]:
    """Count the sightings of each country, source and day.

    The database only lists them: nearly every sighting has a day of its own, so that it would sort as many
    groups as there are rows.
    """
    listed = rows.annotate(day=met_on()).order_by().values_list("authority__country", "source", "day")
    with as_the_node("the day of a seizure is told of every sighting that is seen, its exhibit is not"):
        return Counter(listed)


def _seen(met: Mapping[_Met, int]) -> Seen:
    countries, sources, months = Counter[str](), Counter[str](), Counter[str]()
    for (country, source, day), number in met.items():
        countries[country] += number
        sources[source] += number
        months[day[:_MONTH]] += number
    days = [day for _, _, day in met]
    return Seen(
        sightings=countries.total(),
        first=date.fromisoformat(min(days)) if days else None,
        last=date.fromisoformat(max(days)) if days else None,
        by_country=dict(countries.most_common()),
        by_source=dict(sources.most_common()),
        by_month=dict(sorted(months.items())),
    )
