"""A person's own ledger: how much they have looked at. Nobody else is shown it, whatever their role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cairn.records.connection import database_errors_in_words
from cairn.records.exposure import ExposureDay
from cairn.records.lock import as_the_node, under_lock

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.users import Actor

DAYS_KEPT = 90
"""A quarter is what a talk with somebody who helps looks back on; what is older is forgotten."""
LONGEST_LOOK_S = 600
"""What a browser says of one look is believed up to here."""
_WHY = "a person's own ledger, which no authority sees"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One day, as its person sees it."""

    day: date
    looks: int
    minutes: float


@under_lock
def own_exposure(actor: Actor) -> tuple[Exposure, ...]:
    """Answer the days of the person who asks, the newest first; the operator has none."""
    if actor.user is None:
        return ()
    with database_errors_in_words(), as_the_node(_WHY):
        rows = list(ExposureDay.objects.filter(user=actor.user).order_by("-day")[:DAYS_KEPT])
    return tuple(Exposure(row.day, row.looks, row.seconds / 60) for row in rows)


@under_lock
def note_exposure(actor: Actor, *, looks: int = 0, seconds: int = 0) -> None:
    """Add to the person's day."""
    if actor.user is None:
        return
    today = timezone.now().date()
    with database_errors_in_words(), as_the_node(_WHY), transaction.atomic():
        ExposureDay.objects.filter(user=actor.user, day__lt=today - timedelta(days=DAYS_KEPT)).delete()
        ExposureDay.objects.get_or_create(user=actor.user, day=today)
        ExposureDay.objects.filter(user=actor.user, day=today).update(
            looks=F("looks") + looks, seconds=F("seconds") + min(max(seconds, 0), LONGEST_LOOK_S)
        )
