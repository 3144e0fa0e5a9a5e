"""Reviews: until when somebody must decide whether a case or a series is still kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.records import audit
from cairn.records.access import Act, find, require, visible_to
from cairn.records.cases import Case
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.series import Series
from cairn.services.alerting import review_due

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A record that is due: ``case`` or ``series``, how its owner calls it, and since when."""

    kind: str
    name: str
    due_on: date
    is_withdrawn: bool


@under_lock
def set_case_review(case: Case, on: date | None, *, actor: Actor) -> Case:
    """Say until when somebody decides whether the case is still kept; ``None`` for no such day.

    Raises:
        AccessError: The actor may not (``access.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = find(actor, Case, pk=case.pk)
        require(actor, Act.CASE_WORK, held)
        held.review_on = on
        held.save(update_fields=["review_on"])
        audit.append(
            audit.AuditTag.CASE_REVIEW, actor=actor, case_reference=held.reference, record_ids=[held.pk]
        )
    return held


@under_lock
def set_series_review(series: Series, on: date | None, *, actor: Actor) -> Series:
    """Say until when its owner decides whether the series is still kept; ``None`` for no such day.

    Raises:
        AccessError: The actor may not (``access.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = find(actor, Series, pk=series.pk)
        require(actor, Act.SERIES_SHARE, held)
        held.review_on = on
        held.save(update_fields=["review_on"])
        audit.append(audit.AuditTag.SERIES_REVIEW, actor=actor, record_ids=[held.pk])
    return held


@under_lock
def due_reviews(actor: Actor) -> tuple[ReviewRow, ...]:
    """Answer the cases and series of the actor's authority that are due, oldest day first; audited.

    The authority is told of each by an alert, once for each day that was set, however often this is asked.

    Raises:
        AccessError: The actor may not.
    """
    today = timezone.now().date()
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.CASE_READ)
        cases = list(visible_to(actor, Case).filter(review_on__lte=today).select_related("authority"))
        owned = visible_to(actor, Series).filter(owner=actor.authority, review_on__lte=today)
        series = list(owned.select_related("owner"))
        due: tuple[Case | Series, ...] = (*cases, *series)
        for each in due:
            review_due(each)
        counts = {"cases": len(cases), "series": len(series)}
        audit.append(audit.AuditTag.REVIEWS_LISTED, actor=actor, counts=counts)
    return tuple(sorted(_rows(cases, series), key=lambda row: (row.due_on, row.kind, row.name)))


def _rows(cases: list[Case], series: list[Series]) -> list[ReviewRow]:
    found = [
        ReviewRow("case", each.reference, each.review_on, is_withdrawn=False)
        for each in cases
        if each.review_on
    ]
    return found + [
        ReviewRow("series", each.name, each.review_on, is_withdrawn=each.withdrawn_at is not None)
        for each in series
        if each.review_on
    ]
