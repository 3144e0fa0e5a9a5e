"""Withdrawing what was found in a case: all of it, or one exhibit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.batches import parts
from cairn.records.cases import Case, Exhibit
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work, under_lock
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence
from cairn.services.alerting import work_changed
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.telling import tell_of_words, withdrawal_key
from cairn.services.keeping.tombstones import require_not_deleting
from cairn.services.vault.shredding import shred_unheld

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


@under_lock
def withdraw_sightings(case: Case, *, exhibit: str | None = None, reason: str, actor: Actor) -> int:
    """Hide what was found in a case from everybody but its authority; answer how many sightings that were.

    Args:
        case: A case of the actor's authority.
        exhibit: Only of this exhibit; ``None`` for all.
        reason: Why; the log keeps it.
        actor: Who withdraws.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: There is no such exhibit, nothing is left to withdraw, or no reason
            (``exhibit.missing``, ``record.withdrawn``, ``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words(), transaction.atomic():
        rows = _found(case, exhibit, actor).filter(withdrawn_at=None)
        if not rows.exists():
            raise InputError(Sentence("Nothing of it is left to withdraw."), code="record.withdrawn")
        return hide_sightings(case, rows, reason=reason, actor=actor)


@under_lock
def hide_sightings(case: Case, rows: QuerySet[Sighting], *, reason: str, actor: Actor) -> int:
    """Hide these sightings of a case, tell those who were told of them, and answer how many that were.

    Call it in the transaction of the act, by somebody who was found to be allowed to.
    """
    now = timezone.now()
    tell_of_words(rows, owner=case.authority, once=withdrawal_key("sightings", case.pk, now))
    media = set(rows.values_list("media", flat=True).distinct())
    count = rows.update(withdrawn_at=now)
    shred_unheld(media)
    _note(audit.AuditTag.SIGHTINGS_WITHDRAWN, case, count, reason=reason, actor=actor)
    return count


@under_lock
def take_back_sightings(case: Case, *, exhibit: str | None = None, reason: str, actor: Actor) -> int:
    """Let what was withdrawn of a case be seen again; answer how many sightings that were.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: There is no such exhibit, nothing is withdrawn, the case is being deleted, or no reason
            (``exhibit.missing``, ``record.stands``, ``record.deleting``, ``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words(), transaction.atomic():
        rows = _found(case, exhibit, actor).exclude(withdrawn_at=None)
        if not rows.exists():
            raise InputError(Sentence("Nothing of it is withdrawn."), code="record.stands")
        require_not_deleting(case)
        media = set(rows.values_list("media", flat=True).distinct())
        count = rows.update(withdrawn_at=None)
        _tell_of_work(media)
        _note(audit.AuditTag.SIGHTINGS_RESTORED, case, count, reason=reason, actor=actor)
    return count


def _found(case: Case, exhibit: str | None, actor: Actor) -> QuerySet[Sighting]:
    require(actor, Act.RECORD_WITHDRAW, case)
    exhibits = Exhibit.objects.filter(case=case)
    if exhibit is not None:
        exhibits = exhibits.filter(label=exhibit)
        if not exhibits.exists():
            raise InputError(
                Sentence("The case has no exhibit '%(exhibit)s'.", exhibit=exhibit), code="exhibit.missing"
            )
    return Sighting.objects.filter(exhibit__in=exhibits)


@node_work("others are told what they may know")
def _tell_of_work(media: set[int]) -> None:
    """Tell those who work on the same series of each other, as where the sightings were recorded."""
    for some in parts(sorted(media)):
        rows = SeriesMedia.objects.filter(media__in=some)
        work_changed(set(rows.values_list("series", flat=True)))


def _note(tag: audit.AuditTag, case: Case, count: int, *, reason: str, actor: Actor) -> None:
    audit.append(
        tag,
        actor=actor,
        case_reference=case.reference,
        purpose=reason,
        record_ids=[case.pk],
        counts={"sightings": count},
    )
