"""The list of series as it is browsed: a page at a time, with how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from cairn.records import audit
from cairn.records.access import Act, require, visible_series
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.series import Marker, Priority, Series, SeriesMedia
from cairn.services.series.how_many import counted, counted_by_marker
from cairn.services.series.in_order import in_order, places_after
from cairn.services.series.opening import ALL, SeriesFilter, asked
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from cairn.records.users import Actor
    from cairn.services.series.how_many import Groups

PAGE = 50
"""Series on a page: two screens."""


@dataclass(frozen=True, slots=True)
class FoundSeries:
    """One series of the list.

    Attributes:
        number: What its page is found by.
        name: As its owner calls it.
        owner: The code of its owner.
        country: The owner's country.
        status: The status that holds.
        status_since: Since when.
        handling: Who may learn of it.
        priority: How urgent.
        media: How many media are in it.
    """

    number: int
    name: str
    owner: str
    country: str
    status: SeriesStatus
    status_since: date
    handling: Handling
    priority: Priority
    media: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many series there would be with another choice in one of the filters, the others as they are."""

    statuses: Mapping[SeriesStatus, int]
    countries: Mapping[str, int]
    markers: Mapping[Marker, int]


@dataclass(frozen=True, slots=True)
class SeriesListing:
    """One page of the list.

    Attributes:
        rows: Most urgent first.
        total: How many series there are in all, with these filters.
        facets: See there.
        after: The number after which the next page begins; ``None`` on the last.
    """

    rows: tuple[FoundSeries, ...]
    total: int
    facets: Facets
    after: int | None


@under_lock
def find_series_page(
    actor: Actor, wanted: SeriesFilter = ALL, *, after: int | None = None, most: int = PAGE
) -> SeriesListing:
    """Answer a page of the series that the actor may learn of; the look at what it shows is audited.

    Args:
        actor: Who asks.
        wanted: Which series; its ``most`` counts for nothing here.
        after: The number of the last series of the page before; one that is not seen begins anew.
        most: Series on the page.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), look():
        require(actor, Act.SERIES_READ)
        groups = counted(actor, wanted)
        these = _of(groups, status=wanted.status, country=wanted.country)
        places = places_after(_last_of(actor, after), these, most + 1)
        found = list(in_order(_listed(actor, wanted), places)[: most + 1])
        members = _members(found)
        listing = SeriesListing(
            rows=tuple(_row(series, members[series.pk]) for series in found[:most]),
            total=these.total(),
            facets=_facets(actor, wanted, groups),
            after=found[most - 1].pk if len(found) > most else None,
        )
        audit.append(
            audit.AuditTag.SERIES_LISTED, actor=actor, record_ids=[row.number for row in listing.rows]
        )
    return listing


def _last_of(actor: Actor, after: int | None) -> Series | None:
    if after is None:
        return None
    return visible_series(actor).filter(pk=after).select_related("owner").first()


def _of(groups: Groups, *, status: SeriesStatus | None = None, country: str | None = None) -> Groups:
    return Counter(
        {
            group: number
            for group, number in groups.items()
            if status in {None, group.status} and country in {None, group.country}
        }
    )


def _listed(actor: Actor, wanted: SeriesFilter) -> QuerySet[Series]:
    """Answer the series of the list, whatever their order."""
    rows = visible_series(actor).filter(asked(wanted, actor)).select_related("owner")
    # Asked whether it was merged into one "above zero", a database does not begin with all that were not.
    return rows.exclude(merged_into__gt=0)


def _members(series: list[Series]) -> Counter[int]:
    """Answer how many media are in each of these series."""
    rows = SeriesMedia.objects.filter(series__in=series).order_by().values_list("series")
    return Counter(dict(rows.annotate(Count("pk"))))


def _row(series: Series, members: int) -> FoundSeries:
    return FoundSeries(
        number=series.pk,
        name=series.name,
        owner=series.owner.code,
        country=series.owner.country,
        status=SeriesStatus(series.status),
        status_since=series.status_since,
        handling=Handling(series.handling),
        priority=Priority(series.priority),
        media=members,
    )


def _facets(actor: Actor, wanted: SeriesFilter, groups: Groups) -> Facets:
    statuses, countries = Counter[SeriesStatus](), Counter[str]()
    for group, number in _of(groups, country=wanted.country).items():
        statuses[group.status] += number
    for group, number in _of(groups, status=wanted.status).items():
        countries[group.country] += number
    by_marker = counted_by_marker(actor, wanted)
    return Facets(
        statuses={each: statuses[each] for each in SeriesStatus if statuses[each]},
        countries=dict(sorted(countries.items())),
        markers={each: by_marker[each] for each in Marker if by_marker.get(each)},
    )
