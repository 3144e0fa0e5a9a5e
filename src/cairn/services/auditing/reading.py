"""Reading the log: by those who oversee it, and by owners who want to know who looked at their series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cairn.records import audit
from cairn.records.access import Act, missing, reads_every_event, require, visible_events
from cairn.records.audit import AuditedSeries, AuditEvent
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node, under_lock
from cairn.records.looking import look
from cairn.services.series.family import family
from cairn.services.series.names import numbered_series, own_series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from cairn.records.series import Series
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which entries are asked for; what is ``None`` does not matter.

    Attributes:
        by: The code of the authority that acted.
        case: Its case reference.
        tag: The act.
        since: From this moment on.
        until: Before this moment.
        before: Before this position.
        most: So many at most, the newest.
    """

    by: str | None = None
    case: str | None = None
    tag: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    most: int = 100


@dataclass(frozen=True, slots=True)
class EventRow:
    """One entry as it is shown.

    Attributes:
        position: Where it stands in the log.
        at: When.
        tag: The act.
        authority: Who acted.
        user: The login of the person; empty where nobody had signed in, or where it is of another authority.
        case: In which case.
        purpose: Why.
        records: Which records, by number.
        counts: What was counted.
    """

    position: int
    at: datetime
    tag: str
    authority: str
    user: str
    case: str
    purpose: str
    records: Sequence[int]
    counts: Mapping[str, int]


@under_lock
def list_events(actor: Actor, wanted: EventFilter) -> Sequence[EventRow]:
    """Answer the newest entries that the actor may read, the oldest of them first; the look is audited.

    Raises:
        AccessError: The actor may not read the log (``access.missing``).
    """
    require(actor, Act.AUDIT_READ)
    with database_errors_in_words(), look():
        rows = _newest(visible_events(actor).filter(**_conditions(wanted)), wanted.most)
        counts = {"shown": len(rows)}
        audit.append(audit.AuditTag.LOG_LISTED, actor=actor, counts=counts)
    return [_row(event, actor) for event in rows]


@dataclass(frozen=True, slots=True)
class Looks:
    """Who did what with a series.

    Attributes:
        series: Its name.
        rows: The newest entries about it, the oldest of them first.
    """

    series: str
    rows: Sequence[EventRow]


@under_lock
def looks(actor: Actor, series: str, *, most: int = 100) -> Sequence[EventRow]:
    """Answer who did what with a series of the actor's own authority, and why; this look is audited too.

    It includes checks that met the series and were told nothing of it.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: The authority owns no series of that name (``series.missing``).
    """
    require(actor, Act.SERIES_READ)
    with database_errors_in_words(), look():
        return _looks(own_series(series, actor=actor), actor, before=None, most=most)


@under_lock
def looks_at(actor: Actor, number: int, *, before: int | None = None, most: int = 100) -> Looks:
    """Answer the same for a series by its number, before a position of the log.

    Raises:
        AccessError: The actor may not, or the authority owns no such series (``access.missing``).
    """
    require(actor, Act.SERIES_READ)
    with database_errors_in_words(), look():
        found = numbered_series(number, actor=actor)
        if found.owner_id != actor.authority.pk:
            raise missing()
        return Looks(found.name, _looks(found, actor, before=before, most=most))


def _looks(series: Series, actor: Actor, *, before: int | None, most: int) -> Sequence[EventRow]:
    with as_the_node("owners learn who looked at their series, and at those merged into it"):
        numbers = frozenset(family(series))
        about = AuditedSeries.objects.filter(series_number__in=numbers)
        events = AuditEvent.objects.filter(pk__in=about.values("event"))
        rows = _newest(events if before is None else events.filter(position__lt=before), most)
    audit.append(audit.AuditTag.SERIES_LOOKS_LISTED, actor=actor, record_ids=[series.pk])
    # What else was shown to the others at the same time is none of the owner's business.
    return [
        replace(_row(event, actor), records=[n for n in event.record_ids if n in numbers], counts={})
        for event in rows
        if numbers.intersection(event.record_ids)
    ]


def _conditions(wanted: EventFilter) -> dict[str, object]:
    named = {
        "actor_code": wanted.by,
        "case_reference": wanted.case,
        "tag": wanted.tag,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "position__lt": wanted.before,
    }
    return {name: value for name, value in named.items() if value is not None}


def _newest(events: QuerySet[AuditEvent], most: int) -> Sequence[AuditEvent]:
    return list(events.select_related("user").order_by("-position")[:most])[::-1]


def _row(event: AuditEvent, actor: Actor) -> EventRow:
    is_ours = event.actor_id == actor.authority.pk or reads_every_event(actor)
    return EventRow(
        position=event.position,
        at=event.at,
        tag=event.tag,
        authority=event.actor_code,
        user=event.user.login if event.user is not None and is_ours else "",
        case=event.case_reference,
        purpose=event.purpose,
        records=event.record_ids,
        counts=event.counts,
    )
