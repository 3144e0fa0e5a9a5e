"""How many series an asker sees, by owner, urgency and status, counted from an index alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q

from cairn.records.access import visible_series, visible_to
from cairn.records.authorities import Authority
from cairn.records.lock import under_lock
from cairn.records.series import Marker, Priority, Series, SeriesMarker
from cairn.services.series.opening import asked
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from cairn.records.users import Actor
    from cairn.services.series.opening import SeriesFilter


class Group(NamedTuple):
    """Series of one owner, one urgency and one status."""

    owner: int
    code: str
    country: str
    priority: Priority
    status: SeriesStatus


Groups = Counter[Group]


@under_lock
def shown(actor: Actor, wanted: SeriesFilter) -> QuerySet[Series]:
    """Answer the series that the actor sees and asks for, without those that became another one."""
    return visible_series(actor).filter(asked(wanted, actor), merged_into=None)


@under_lock
def counted(actor: Actor, wanted: SeriesFilter) -> Groups:
    """Answer how many series there are in each group, whatever status and country are chosen."""
    owners = {row.pk: row for row in Authority.objects.only("code", "country")}
    groups: Groups = Counter()
    for rows in _parts(actor, replace(wanted, status=None, country=None)):
        by = rows.order_by().values_list("owner", "priority", "status").annotate(Count("pk"))
        for owner, priority, status, number in by:
            code, country = owners[owner].code, owners[owner].country
            groups[Group(owner, code, country, Priority(priority), SeriesStatus(status))] += number
    return groups


def _parts(actor: Actor, wanted: SeriesFilter) -> Iterator[QuerySet[Series]]:
    """Yield what is to be counted, in parts that have nothing in common.

    Most series are told to the whole alliance. That police see each of these is the rule itself; to ask it of
    a hundred thousand of them would take most of a page's time.
    """
    rows = shown(actor, wanted)
    if wanted.words is not None or wanted.marker is not None or not actor.authority.is_police:
        yield rows
        return
    yield Series.objects.filter(merged_into=None, handling=Handling.ALLIANCE, withdrawn_at=None)
    # Of the others the rule is asked as well; that they are one's own, or told to one, says where to look.
    mine = Q(owner=actor.authority)
    yield rows.filter(mine, handling=Handling.ALLIANCE, withdrawn_at__isnull=False)
    named = Series.named.through.objects.filter(authority=actor.authority).values("series")
    told = mine | Q(lead=actor.authority) | Q(pk__in=named)
    yield rows.filter(told, handling__in=[each for each in Handling if each is not Handling.ALLIANCE])


@under_lock
def counted_by_marker(actor: Actor, wanted: SeriesFilter) -> Mapping[Marker, int]:
    """Answer how many series have each marker; a merged series' marker counts for the one it became."""
    markers = visible_to(actor, SeriesMarker)
    if markers.filter(series__merged_into__isnull=False).exists():
        return {each: shown(actor, replace(wanted, marker=each)).count() for each in Marker}
    if wanted.words is not None:
        markers = markers.filter(series__in=shown(actor, replace(wanted, marker=None)).values("pk"))
    if wanted.status is not None:
        markers = markers.filter(series__status=wanted.status)
    if wanted.country is not None:
        markers = markers.filter(series__owner__country=wanted.country)
    rows = markers.order_by().values_list("marker").annotate(Count("series", distinct=True))
    return {Marker(marker): number for marker, number in rows}
