"""Claims: who works on a series now. A claim ends by itself unless it is renewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.series import Claim
from cairn.sentences import Sentence
from cairn.services.alerting import work_changed
from cairn.services.cases import own_case
from cairn.services.series.family import family, visible_family
from cairn.services.status.changing import locked, require_standing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from cairn.records.series import Series
    from cairn.records.users import Actor

STANDARD_DAYS = 30
MOST_DAYS = 180
"""Half a year: who still works on it then can say so again."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One authority that works on a series now.

    Attributes:
        authority: Its code.
        country: ISO 3166-1 alpha-2.
        contact: Whom to ask, and how.
        since: Since when it has worked on it without a break.
        ends_at: When the claim ends unless it is renewed.
        person: The login of who claimed it; told to the person's own authority alone.
        case: The reference of the case; told to its own authority alone.
    """

    authority: str
    country: str
    contact: str
    since: datetime
    ends_at: datetime
    person: str | None
    case: str | None


@under_lock
def claim(series: Series, *, days: int = STANDARD_DAYS, case: str | None = None, actor: Actor) -> Claim:
    """Say that the actor's authority works on the series now; again, it renews the claim.

    Args:
        series: Any that the actor sees.
        days: From now on, 1 to 180.
        case: The reference of the authority's own case, where there is one.
        actor: Who says so.

    Raises:
        AccessError: The actor may not.
        InputError: The days do not hold, or there is no such case (``claim.days``, ``case.missing``).
    """
    _require_days(days)
    with database_errors_in_words(), transaction.atomic():
        held = locked(series)
        require(actor, Act.SERIES_NOTE, held)
        require_standing(held)
        now = timezone.now()
        found = None if case is None else own_case(case, actor=actor)
        row = (
            _own_claims(held, actor).first()
            or Claim.objects.get_or_create(
                series=held, authority=actor.authority, defaults={"user": actor.user, "ends_at": now}
            )[0]
        )
        row.since = row.since if row.ends_at > now else now
        row.ends_at, row.user, row.case = now + timedelta(days=days), actor.user, found or row.case
        row.save(update_fields=["since", "ends_at", "user", "case"])
        work_changed([held.pk])
        audit.append(
            audit.AuditTag.SERIES_CLAIMED,
            actor=actor,
            case_reference=case or "",
            record_ids=[held.pk],
            counts={"days": days},
        )
    return row


@under_lock
def renew(series: Series, *, days: int = STANDARD_DAYS, actor: Actor) -> Claim:
    """Let the claim of the actor's authority end later than it would.

    Raises:
        AccessError: The actor may not.
        InputError: The days do not hold, or there is no claim that still stands (``claim.days``,
            ``claim.missing``).
    """
    _require_days(days)
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_NOTE, series)
        _require_claim(series, actor)
        return claim(series, days=days, actor=actor)


@under_lock
def release(series: Series, *, actor: Actor) -> None:
    """End the claim of the actor's authority now.

    Raises:
        AccessError: The actor may not.
        InputError: There is no claim that still stands (``claim.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_NOTE, series)
        _require_claim(series, actor)
        _own_claims(series, actor).update(ends_at=timezone.now())
        audit.append(audit.AuditTag.SERIES_RELEASED, actor=actor, record_ids=[series.pk])


@under_lock
def workers_of(series: Series, *, actor: Actor) -> tuple[ClaimRow, ...]:
    """Answer who works on a series now, and on what was merged into it.

    Raises:
        AccessError: The actor may not see it.
    """
    require(actor, Act.SERIES_READ, series)
    return standing_claims(visible_family(series, actor=actor), actor=actor)


@under_lock
def standing_claims(series: Collection[int], *, actor: Actor) -> tuple[ClaimRow, ...]:
    """Answer who works on these series now, longest first; the actor sees all of them."""
    rows = Claim.objects.filter(series__in=series, ends_at__gt=timezone.now())
    newest: dict[int, Claim] = {}
    since: dict[int, datetime] = {}
    told = rows.select_related("authority", "user", "case").only(*_TOLD)
    for row in told.order_by("ends_at", "pk"):
        newest[row.authority_id] = row
        since[row.authority_id] = min(row.since, since.get(row.authority_id, row.since))
    return tuple(
        ClaimRow(
            authority=row.authority.code,
            country=row.authority.country,
            contact=row.authority.contact,
            since=since[row.authority_id],
            ends_at=row.ends_at,
            person=str(row.user) if row.user and row.authority == actor.authority else None,
            case=str(row.case) if row.case and row.authority == actor.authority else None,
        )
        for row in sorted(newest.values(), key=lambda each: (since[each.authority_id], each.pk))
    )


_TOLD = (
    *("since", "ends_at", "user__login", "case__reference"),
    *("authority__code", "authority__country", "authority__contact"),
)


def _require_days(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise InputError(
            Sentence("A claim lasts 1 to %(most_days)s days, and can be renewed.", most_days=MOST_DAYS),
            code="claim.days",
        )


def _own_claims(series: Series, actor: Actor) -> QuerySet[Claim]:
    """Answer the claims of the actor's authority in the family that still stand, the one held longest first.

    A claim on what was merged into the series stays where it was made, so that it is there when the merge is
    undone; it is that one which is renewed.
    """
    rows = Claim.objects.filter(series__in=family(series), authority=actor.authority)
    return rows.filter(ends_at__gt=timezone.now()).order_by("since", "pk")


def _require_claim(series: Series, actor: Actor) -> None:
    if not _own_claims(series, actor).exists():
        raise InputError(
            Sentence(
                "%(code)s has no claim on this series that still stands. Claim it with: cairn series claim",
                code=actor.authority.code,
            ),
            code="claim.missing",
        )
