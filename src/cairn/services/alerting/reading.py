"""Reading alerts: by the people of the authority that is told, as far as they may know by now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.connection import database_errors_in_words
from cairn.records.joint import JointInvestigation, JointMember
from cairn.records.lock import as_the_node, under_lock
from cairn.records.looking import look
from cairn.sentences import Sentence
from cairn.services.alerting.words import Names, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from cairn.records.users import Actor

LISTED = 100
"""Alerts that are listed where nobody says how many; who has more has to begin somewhere."""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert as its reader sees it.

    Attributes:
        number: How it is called.
        kind: What happened.
        at: When.
        series: The name of the series, where the reader may still see it.
        series_number: What its page is found by, where there is a name.
        about: The code of the other authority.
        contact: Whom to ask there.
        words: What it says.
        read_at: When somebody of the authority has marked it as read.
        read_by: Their login; ``None`` where the operator did.
    """

    number: int
    kind: AlertKind
    at: datetime
    series: str | None
    series_number: int | None
    about: str | None
    contact: str | None
    words: str
    read_at: datetime | None
    read_by: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which alerts are listed: of one kind, with those read before, how many at most, and before which."""

    kind: AlertKind | None = None
    with_read: bool = False
    most: int = LISTED
    before: int | None = None


@under_lock
def list_alerts(choice: Choice, *, actor: Actor) -> tuple[AlertRow, ...]:
    """Answer the alerts to the actor's authority, the newest first; the look is audited.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), look():
        require(actor, Act.ALERT_READ)
        rows = visible_to(actor, Alert).select_related("about", "read_by")
        rows = rows if choice.kind is None else rows.filter(kind=choice.kind)
        rows = rows if choice.with_read else rows.filter(read_at=None)
        if choice.before is not None:
            last = visible_to(actor, Alert).filter(authority=actor.authority, number=choice.before)
            rows = rows.filter(pk__lt=last.values("pk")[:1])
        found = list(rows.order_by("-pk")[: choice.most])
        audit.append(audit.AuditTag.ALERT_LISTED, actor=actor, record_ids=[row.pk for row in found])
        return rows_of(found, actor)


@under_lock
def show_alert(number: int, *, actor: Actor) -> AlertRow:
    """Answer one alert; the look is audited, and the alert stays unread.

    Raises:
        AccessError: The actor may not.
        InputError: The authority has no alert of that number (``alert.missing``).
    """
    with database_errors_in_words(), look():
        found = find_alert(number, actor=actor)
        audit.append(audit.AuditTag.ALERT_LISTED, actor=actor, record_ids=[found.pk])
        return rows_of([found], actor)[0]


@under_lock
def mark_read(number: int, *, actor: Actor) -> None:
    """Mark an alert as read, for the whole authority; who did it first stays written.

    Raises:
        AccessError: The actor may not.
        InputError: The authority has no alert of that number (``alert.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        found = find_alert(number, actor=actor)
        if found.read_at is None:
            found.read_at, found.read_by = timezone.now(), actor.user
            found.save(update_fields=["read_at", "read_by"])
        audit.append(audit.AuditTag.ALERT_READ, actor=actor, record_ids=[found.pk])


@under_lock
def find_alert(number: int, *, actor: Actor) -> Alert:
    """Answer the alert that the actor's authority calls so.

    Raises:
        AccessError: The actor may not.
        InputError: There is none (``alert.missing``).
    """
    require(actor, Act.ALERT_READ)
    rows = visible_to(actor, Alert).select_related("about", "read_by")
    found = rows.filter(authority=actor.authority, number=number).first()
    if found is None:
        raise InputError(
            Sentence("%(code)s has no alert %(number)s.", code=actor.authority.code, number=str(number)),
            code="alert.missing",
        )
    return found


@under_lock
def rows_of(alerts: Sequence[Alert], actor: Actor) -> tuple[AlertRow, ...]:
    """Answer alerts as the actor may read them now, names looked up in a few questions for all of them."""
    series = dict(
        visible_series(actor)
        .filter(pk__in={alert.series_id for alert in alerts if alert.series_id is not None})
        .values_list("pk", "name")
    )
    known = _known_investigations(actor)
    with as_the_node("an alert names an investigation to the invited, and a case to whom it was told"):
        investigations = _names_of_investigations(alerts, known)
        cases = _cases(alerts, actor)
    involved = {number for alert in alerts for number in _authorities(alert)}
    codes = dict(Authority.objects.filter(pk__in=involved).values_list("pk", "code"))
    return tuple(
        _row(
            alert,
            Names(
                series=series.get(alert.series_id or 0),
                about=None if alert.about is None else alert.about.code,
                country=None if alert.about is None else alert.about.country,
                case=cases.get(_number(alert, "case")),
                investigation=investigations.get(_number(alert, "investigation")),
                authorities=tuple(codes[number] for number in _authorities(alert) if number in codes),
            ),
        )
        for alert in alerts
    )


def _row(alert: Alert, names: Names) -> AlertRow:
    kind = AlertKind(alert.kind)
    return AlertRow(
        number=alert.number,
        kind=kind,
        at=alert.raised_at,
        series=names.series,
        series_number=None if names.series is None else alert.series_id,
        about=names.about,
        contact=None if alert.about is None else alert.about.contact,
        words=sentence(kind, alert.facts, names),
        read_at=alert.read_at,
        read_by=None if alert.read_by is None else alert.read_by.login,
    )


def _names_of_investigations(alerts: Sequence[Alert], known: AbstractSet[int]) -> dict[int, str]:
    rows = JointInvestigation.objects.filter(pk__in=known & _numbers(alerts, "investigation"))
    return dict(rows.values_list("pk", "name"))


def _cases(alerts: Sequence[Alert], actor: Actor) -> dict[int, str]:
    """Answer the references of the cases that the alerts name.

    Another authority's reference is told to police alone, so that they can quote it when they call; it is not
    a record that the reader may open.
    """
    rows = Case.objects.filter(pk__in=_numbers(alerts, "case"))
    if not actor.authority.is_police:
        rows = rows.filter(authority=actor.authority)
    with as_the_node("police are told each other's case references"):
        return dict(rows.values_list("pk", "reference"))


def _known_investigations(actor: Actor) -> set[int]:
    """Answer the investigations whose names the actor may know: its own, and those it is invited to."""
    rows = visible_to(actor, JointMember).filter(authority=actor.authority, left_at=None)
    return set(rows.values_list("investigation", flat=True))


def _authorities(alert: Alert) -> list[int]:
    numbers = alert.facts.get("authorities", [])
    return [number for number in numbers if isinstance(number, int)]


def _numbers(alerts: Sequence[Alert], name: str) -> set[int]:
    return {_number(alert, name) for alert in alerts} - {0}


def _number(alert: Alert, name: str) -> int:
    number = alert.facts.get(name)
    return number if isinstance(number, int) else 0
