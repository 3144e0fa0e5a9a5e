"""The history of a status, as those may read it who see its subject; and what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.status import StatusChange
from cairn.services.series.looking import audit_look, series_shown_with

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from cairn.records.users import Actor, User

PROPOSED, HOLDS, REFUSED, TAKEN_BACK = "proposed", "holds", "refused", "taken back"


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One change of a status.

    Attributes:
        before: The status before.
        after: The status that was said.
        on: The day of the event itself.
        state: ``proposed`` while it waits for a second person; ``holds``, ``refused`` or ``taken back``.
        authority: The code of the authority that said so.
        said_at: When.
        said_by: The login of the person; told to their own authority alone, and ``None`` for an operator.
        decided_at: When it was confirmed, refused or taken back; ``None`` while it waits.
        decided_by: As for ``said_by``; ``None`` too where no second person was needed.
        reason: Why.
        refusal: Why it was refused.
    """

    before: str
    after: str
    on: date
    state: str
    authority: str
    said_at: datetime
    said_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that waits: of what, which, and the change itself.

    Attributes:
        kind: ``series``, ``victim`` or ``offender``.
        name: ``OWNER/NAME`` or ``OWNER/REFERENCE``.
        series_number: What the page of a series is found by; ``None`` for people.
        event: The change.
    """

    kind: str
    name: str
    series_number: int | None
    event: StatusEvent


@under_lock
def history_of(rows: QuerySet[StatusChange], *, actor: Actor) -> tuple[StatusEvent, ...]:
    """Answer these changes, oldest first; the caller has asked the door for them."""
    in_order = rows.order_by("proposed_at", "pk")
    found = in_order.select_related(*_PEOPLE).only(*_TOLD)
    return tuple(_event(row, actor) for row in found)


@under_lock
def waiting(actor: Actor) -> tuple[Waiting, ...]:
    """Answer the proposals that somebody of the actor's authority could decide; the look is audited.

    Raises:
        AccessError: The actor may not.
    """
    mine = actor.authority
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.STATUS_PROPOSE)
        rows = visible_to(actor, StatusChange).filter(
            Q(series__owner=mine) | Q(series__lead=mine) | Q(victim__owner=mine) | Q(offender__owner=mine),
            confirmed_at=None,
            refused_at=None,
        )
        found = list(rows.select_related(*_PEOPLE, *_SUBJECTS).order_by("proposed_at", "pk"))
        about = [row.series or row.victim or row.offender for row in found]
        looked_at = series_shown_with((each for each in about if each is not None), actor=actor)
        audit.append(audit.AuditTag.STATUS_LISTED, actor=actor, record_ids=[row.pk for row in found])
        audit_look(looked_at, actor=actor)
    return tuple(Waiting(*_named(row), row.series_id, _event(row, actor)) for row in found)


_PEOPLE = ("authority", "proposed_by", "confirmed_by", "refused_by")
_TOLD = (
    *("from_status", "to_status", "holds_since", "reason", "proposed_at", "confirmed_at", "refused_at"),
    *("refusal_reason", "authority__code"),
    *(f"{person}__{what}" for person in _PEOPLE[1:] for what in ("login", "authority")),
)
_SUBJECTS = ("series__owner", "victim__owner", "offender__owner")


def _named(row: StatusChange) -> tuple[str, str]:
    if row.series is not None:
        return "series", f"{row.series.owner.code}/{row.series.name}"
    person = row.victim or row.offender
    assert person is not None  # noqa: S101 - the database holds that there is exactly one subject
    kind = "offender" if row.victim is None else "victim"
    return kind, f"{person.owner.code}/{person.national_reference}"


def _event(row: StatusChange, actor: Actor) -> StatusEvent:
    decided_by = row.refused_by if row.refused_at else row.confirmed_by
    return StatusEvent(
        before=row.from_status,
        after=row.to_status,
        on=row.holds_since,
        state=_state(row),
        authority=row.authority.code,
        said_at=row.proposed_at,
        said_by=_told(row.proposed_by, actor),
        decided_at=row.refused_at or row.confirmed_at,
        decided_by=_told(decided_by, actor),
        reason=row.reason,
        refusal=row.refusal_reason,
    )


def _state(row: StatusChange) -> str:
    if row.is_pending:
        return PROPOSED
    if row.confirmed_at is not None:
        return HOLDS
    return REFUSED if row.refusal_reason else TAKEN_BACK


def _told(person: User | None, actor: Actor) -> str | None:
    """Answer a person's login to those of the same authority; others are told the authority."""
    return person.login if person is not None and person.authority_id == actor.authority.pk else None
