"""What has a status: series, victims and offenders; how each keeps it, and in whose hands it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cairn.records.access import Act
from cairn.records.audit import AuditTag
from cairn.records.people import Offender, Victim
from cairn.records.series import Series
from cairn.records.status import StatusChange
from cairn.services.status.rules import OFFENDER, SERIES, VICTIM, Ladder
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from cairn.services.status.rules import Move

Subject: TypeAlias = Series | Victim | Offender


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between the kinds of subjects.

    Attributes:
        field: The name of the subject in a ``StatusChange``.
        ladder: Its steps.
        days: For a person, the field that keeps the day of each step but the lowest.
        look: The act of looking at one.
        changed: How the audit names that its status has changed.
    """

    field: str
    ladder: Ladder
    days: tuple[str, ...]
    look: Act
    changed: AuditTag


_KINDS: Mapping[type[Subject], Kind] = {
    Series: Kind("series", SERIES, (), Act.SERIES_READ, AuditTag.SERIES_STATUS_CHANGED),
    Victim: Kind(
        "victim", VICTIM, ("identified_on", "safeguarded_on"), Act.PERSON_READ, AuditTag.VICTIM_STATUS_CHANGED
    ),
    Offender: Kind(
        "offender",
        OFFENDER,
        ("identified_on", "arrested_on"),
        Act.PERSON_READ,
        AuditTag.OFFENDER_STATUS_CHANGED,
    ),
}


def kind_of(subject: Subject) -> Kind:
    """Answer what kind of subject it is."""
    return _KINDS[type(subject)]


def status_of(subject: Subject) -> str:
    """Answer the status that holds: a series keeps it as a word, a person as days."""
    if isinstance(subject, Series):
        return subject.status
    kind = kind_of(subject)
    reached = [
        number for number, field in enumerate(kind.days, start=1) if getattr(subject, field) is not None
    ]
    return kind.ladder.steps[max(reached, default=0)]


def proposers(subject: Subject) -> set[int]:
    """Answer the authorities whose people may change a status or propose it: owner, and lead of a series."""
    return {subject.owner_id, subject.lead_id} if isinstance(subject, Series) else {subject.owner_id}


def confirmers(subject: Subject) -> set[int]:
    """Answer the authorities whose people may be the second person.

    A unit can be one person. For a victim or an offender, the leads of their series may be asked too.
    """
    if isinstance(subject, Series):
        return proposers(subject)
    return {subject.owner_id, *subject.series.values_list("lead", flat=True)}


def days_before(subject: Subject, move: Move) -> tuple[date | None, ...]:
    """Answer the days of what comes before a move up, so that they can be kept in order."""
    if move.is_down:
        return ()
    if isinstance(subject, Series):
        return (identification_day(subject),)
    kind = kind_of(subject)
    reached = kind.ladder.steps.index(move.after)
    return tuple(getattr(subject, field) for field in kind.days[: reached - 1])


def identification_day(series: Series) -> date | None:
    """Answer the day from which the victims of a settled series are identified; else ``None``."""
    if not SeriesStatus(series.status).is_settled:
        return None
    settled = SERIES.steps[SERIES.settled_from :]
    crossing = StatusChange.objects.filter(series=series, to_status__in=settled).exclude(confirmed_at=None)
    last = crossing.exclude(from_status__in=settled).order_by("-confirmed_at", "-pk").first()
    return series.status_since if last is None else last.holds_since


def put_status(subject: Subject, move: Move, day: date) -> None:
    """Write a status that holds into its subject."""
    if isinstance(subject, Series):
        subject.status, subject.status_since = move.after, day
        subject.save(update_fields=["status", "status_since"])
        return
    kind = kind_of(subject)
    reached = kind.ladder.steps.index(move.after)
    for number, field in enumerate(kind.days, start=1):
        known = getattr(subject, field)
        if number > reached:
            setattr(subject, field, None)
        elif number == reached and not move.is_down:
            setattr(subject, field, day)
        else:
            setattr(subject, field, known or day)
    subject.save(update_fields=list(kind.days))
