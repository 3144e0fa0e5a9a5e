"""The list of series as it is browsed: a page at a time, with how many there are of each kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.series import Marker, Priority, Series, SeriesMarker, SeriesMedia
from cairn.services.series.opening import ALL, SeriesFilter, asked
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from cairn.records.users import Actor

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


Counts = dict[tuple[SeriesStatus, str], int]
"""How many series there are of each status, by the country of their owner."""


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
        shown = _shown(actor, wanted)
        found = _page(shown, _last_of(actor, after), most + 1)
        counts = _counts(actor, wanted)
        listing = SeriesListing(
            rows=tuple(_row(series, members) for series, members in found[:most]),
            total=_sum(counts, status=wanted.status, country=wanted.country),
            facets=_facets(actor, wanted, counts),
            after=found[most - 1][0].pk if len(found) > most else None,
        )
        audit.append(
            audit.AuditTag.SERIES_LISTED, actor=actor, record_ids=[row.number for row in listing.rows]
        )
    return listing


def _shown(actor: Actor, wanted: SeriesFilter) -> QuerySet[Series]:
    return visible_series(actor).filter(asked(wanted, actor), merged_into=None)


def _last_of(actor: Actor, after: int | None) -> Series | None:
    if after is None:
        return None
    return visible_series(actor).filter(pk=after).select_related("owner").first()


def _page(shown: QuerySet[Series], last: Series | None, most: int) -> list[tuple[Series, int]]:
    """Answer the series that come after the last one, each with how many media are in it."""
    members = SeriesMedia.objects.filter(series=OuterRef("pk")).order_by().values("series")
    count = Subquery(members.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    if last is not None:
        same, owner = Q(priority=last.priority), Q(owner__code=last.owner.code)
        later = Q(owner__code__gt=last.owner.code) | (owner & Q(name__gt=last.name))
        shown = shown.filter(Q(priority__lt=last.priority) | (same & later))
    ordered = shown.select_related("owner").annotate(members=Coalesce(count, 0))
    return [(row, row.members) for row in ordered.order_by("-priority", "owner__code", "name")[:most]]


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


def _counts(actor: Actor, wanted: SeriesFilter) -> Counts:
    """Answer how many series there are by status and country, whatever of the two is chosen: one question."""
    shown = _shown(actor, replace(wanted, status=None, country=None)).order_by()
    rows = shown.values_list("status", "owner__country").annotate(Count("pk"))
    return {(SeriesStatus(status), country): number for status, country, number in rows}


def _sum(counts: Counts, *, status: SeriesStatus | None = None, country: str | None = None) -> int:
    return sum(
        number
        for (of_status, of_country), number in counts.items()
        if status in {None, of_status} and country in {None, of_country}
    )


def _facets(actor: Actor, wanted: SeriesFilter, counts: Counts) -> Facets:
    statuses = {each: _sum(counts, status=each, country=wanted.country) for each in SeriesStatus}
    countries = sorted({country for _, country in counts})
    by_country = {each: _sum(counts, status=wanted.status, country=each) for each in countries}
    by_marker = _by_marker(actor, wanted)
    return Facets(
        statuses={each: number for each, number in statuses.items() if number},
        countries={each: number for each, number in by_country.items() if number},
        markers={each: by_marker[each] for each in Marker if by_marker.get(each)},
    )


def _by_marker(actor: Actor, wanted: SeriesFilter) -> Mapping[Marker, int]:
    """Answer how many series have each marker; a merged series' marker counts for the one it became."""
    markers = visible_to(actor, SeriesMarker)
    if markers.exclude(series__merged_into=None).exists():
        return {each: _shown(actor, replace(wanted, marker=each)).count() for each in Marker}
    shown = _shown(actor, replace(wanted, marker=None)).order_by()
    rows = markers.filter(series__in=shown.values("pk")).order_by().values_list("marker")
    return {Marker(marker): number for marker, number in rows.annotate(Count("series", distinct=True))}
