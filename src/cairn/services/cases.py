"""Cases: opened by an authority under its own reference, with what was found in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max, Min

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.cases import PURPOSE_LENGTH, REFERENCE_LENGTH, Case, Exhibit
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence
from cairn.services.typed_text import is_recordable, require_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as listed: its values, and how much was found in it."""

    reference: str
    purpose: str
    opened_at: datetime
    review_on: date | None
    exhibits: int
    sightings: int


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """One exhibit of a case, with what was found in it, how it came, and when it was recorded."""

    label: str
    source: str
    sightings: int
    media: int
    first_recorded_at: datetime
    last_recorded_at: datetime


@under_lock
def open_case(reference: str, *, purpose: str, review_on: date | None, actor: Actor) -> Case:
    """Open a case of the actor's authority, or say its purpose and its review anew where it is open.

    Raises:
        AccessError: The actor may not.
        InputError: A value cannot be recorded (``case.invalid``).
    """
    require_text(reference, what="A case reference", longest=REFERENCE_LENGTH, code="case.invalid")
    if purpose:
        require_text(purpose, what="A purpose", longest=PURPOSE_LENGTH, code="case.invalid")
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.CASE_WORK)
        case, is_new = Case.objects.get_or_create(
            authority=actor.authority, reference=reference, defaults={"opened_by": actor.user}
        )
        case.purpose, case.review_on = purpose or case.purpose, review_on or case.review_on
        case.save(update_fields=["purpose", "review_on"])
        audit.append(
            audit.AuditTag.CASE_CHANGED,
            actor=actor,
            case_reference=reference,
            record_ids=[case.pk],
            counts={"opened": int(is_new)},
        )
    return case


@under_lock
def case_of_check(reference: str, *, actor: Actor) -> Case:
    """Answer the case in which somebody checks, opened where their authority has none of that reference.

    Args:
        reference: One that can be recorded.
        actor: One who may check, or report, in a case.
    """
    with transaction.atomic():
        case, is_new = Case.objects.get_or_create(
            authority=actor.authority, reference=reference, defaults={"opened_by": actor.user}
        )
        if is_new:
            audit.append(
                audit.AuditTag.CASE_CHANGED,
                actor=actor,
                case_reference=reference,
                record_ids=[case.pk],
                counts={"opened": 1},
            )
    return case


@under_lock
def list_cases(actor: Actor) -> tuple[CaseRow, ...]:
    """Answer the cases of the actor's authority, newest first; the look is audited."""
    with database_errors_in_words(), look():
        require(actor, Act.CASE_READ)
        cases = visible_to(actor, Case).annotate(labels=Count("exhibit")).order_by("-pk")
        found = Sighting.objects.filter(exhibit__case__in=visible_to(actor, Case))
        counts = dict(found.values_list("exhibit__case").annotate(Count("pk")).order_by())
        rows = tuple(
            CaseRow(
                reference=case.reference,
                purpose=case.purpose,
                opened_at=case.created_at,
                review_on=case.review_on,
                exhibits=case.labels,
                sightings=counts.get(case.pk, 0),
            )
            for case in cases
        )
        audit.append(audit.AuditTag.CASE_LISTED, actor=actor, counts={"cases": len(rows)})
    return rows


@under_lock
def show_case(reference: str, actor: Actor) -> tuple[Case, Sequence[ExhibitRow]]:
    """Answer a case of the actor's authority and its exhibits; the look is audited.

    Raises:
        AccessError: The actor may not.
        InputError: The authority has no such case (``case.missing``).
    """
    with database_errors_in_words(), look():
        case = own_case(reference, actor=actor)
        found = Sighting.objects.filter(exhibit__in=Exhibit.objects.filter(case=case))
        groups = (
            found.values_list("exhibit__label", "source")
            .annotate(Count("pk"), Count("media", distinct=True), Min("recorded_at"), Max("recorded_at"))
            .order_by("exhibit__label", "source")
        )
        rows = [ExhibitRow(*group) for group in groups]
        audit.append(audit.AuditTag.CASE_SHOWN, actor=actor, case_reference=reference, record_ids=[case.pk])
    return case, rows


@under_lock
def own_case(reference: str, *, actor: Actor) -> Case:
    """Answer the case of that reference of the actor's authority.

    Raises:
        AccessError: The actor may not.
        InputError: There is none (``case.missing``).
    """
    require(actor, Act.CASE_READ)
    rows = visible_to(actor, Case).filter(authority=actor.authority, reference=reference)
    case = rows.first() if is_recordable(reference) else None
    if case is None:
        raise InputError(
            Sentence(
                "%(code)s has no case '%(reference)s'. See: cairn case list",
                code=actor.authority.code,
                reference=reference,
            ),
            code="case.missing",
        )
    return case


@under_lock
def require_occasion(case: str, purpose: str = "", *, actor: Actor) -> None:
    """Make sure that a look is tied to a case of the actor's own, where one is named, for a purpose in words.

    Args:
        case: A case reference; empty where the look belongs to none.
        purpose: Why; empty where nothing more is said.
        actor: Who looks.

    Raises:
        AccessError: The actor may not work on cases.
        InputError: There is no such case, or the purpose cannot be recorded (``case.missing``,
            ``case.invalid``).
    """
    if case:
        own_case(case, actor=actor)
    if purpose:
        require_text(purpose, what="A purpose", longest=PURPOSE_LENGTH, code="case.invalid")
