"""Conflicts: which unsettled series are worked on in two or more countries at once.

Read from what the authority was told, so that it costs little however large the node is, and looked at again
as things are now: a claim runs out, a series is settled, a handling changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import Authority
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.alerting.same_work import UNSETTLED, Signs, workers

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Conflict:
    """A series that several work on.

    Attributes:
        series: Its name.
        owner: The code of its owner.
        lead: The code of who leads it.
        status: How far the work has come.
        status_since: Since when.
        authorities: The codes of those who work on it, by country, as far as the actor may know.
        countries: Their countries.
    """

    series: str
    owner: str
    lead: str
    status: str
    status_since: date
    authorities: tuple[str, ...]
    countries: tuple[str, ...]


@under_lock
def conflicts(*, actor: Actor) -> tuple[Conflict, ...]:
    """Answer the series on which the actor may know two or more countries to work; the look is audited.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_READ)
        told = visible_to(actor, Alert).filter(kind=AlertKind.SAME_WORK, authority=actor.authority)
        rows = visible_series(actor).filter(
            pk__in=told.values("series"), status__in=UNSETTLED, merged_into=None, withdrawn_at=None
        )
        series = {row.pk: row for row in rows.select_related("owner", "lead")}
        at_work = workers(series, Signs.seen_by(actor))
        involved = Authority.objects.in_bulk(set().union(*at_work.values()))
        found = []
        for number, row in series.items():
            there = sorted(
                (involved[each] for each in at_work.get(number, ())), key=lambda one: (one.country, one.code)
            )
            countries = tuple(dict.fromkeys(each.country for each in there))
            if len(countries) > 1:
                found.append(
                    Conflict(
                        series=row.name,
                        owner=row.owner.code,
                        lead=row.lead.code,
                        status=row.status,
                        status_since=row.status_since,
                        authorities=tuple(each.code for each in there),
                        countries=countries,
                    )
                )
        audit.append(audit.AuditTag.CONFLICTS_LISTED, actor=actor, record_ids=list(series))
    return tuple(sorted(found, key=lambda each: (-len(each.countries), each.status_since, each.series)))
