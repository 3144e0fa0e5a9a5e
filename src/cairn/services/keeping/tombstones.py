"""Tombstones: set where a deletion begins, finished where it ends, and listed by the authority's people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work, under_lock
from cairn.records.retention import Tombstone
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import Model

    from cairn.records.authorities import Authority
    from cairn.records.users import Actor, User

WHY = "a deletion says what it has deleted"


@dataclass(frozen=True, slots=True)
class TombstoneRow:
    """What is told of a deleted record; ``finished_at`` is ``None`` while the deletion goes on.

    ``proposed_by`` is ``None`` where one person alone deleted it, with the command line.
    """

    kind: str
    record: int
    proposed_by: str | None
    deleted_by: str | None
    deleted_at: datetime
    finished_at: datetime | None
    reason: str
    counts: Mapping[str, int]


@node_work(WHY)
def begun(record: Model) -> Tombstone | None:
    """Answer the tombstone of a deletion that has begun and not ended."""
    return Tombstone.objects.filter(kind=_kind(record), record_id=record.pk, finished_at=None).first()


@node_work(WHY)
def begin(
    record: Model,
    *,
    owner: Authority,
    reason: str,
    counts: Mapping[str, int],
    people: tuple[User | None, User | None],
) -> Tombstone:
    """Write the tombstone of a record that is deleted from now on; in the transaction that hides it.

    ``people`` are who proposed it, where that was another one, and who deletes it.
    """
    proposed_by, deleted_by = people
    return Tombstone.objects.create(
        kind=_kind(record),
        record_id=record.pk,
        owner=owner,
        proposed_by=proposed_by,
        deleted_by=deleted_by,
        reason=reason,
        counts=dict(counts),
    )


@node_work(WHY)
def finish(stone: Tombstone) -> None:
    """Say that nothing of the record is left."""
    stone.finished_at = timezone.now()
    stone.save(update_fields=["finished_at"])


def require_not_deleting(record: Model) -> None:
    """Make sure that no deletion of the record has begun.

    Raises:
        InputError: One has (``record.deleting``).
    """
    if begun(record) is not None:
        raise InputError(Sentence("It is being deleted, and cannot be taken back."), code="record.deleting")


@under_lock
def list_tombstones(actor: Actor) -> tuple[TombstoneRow, ...]:
    """Answer what the actor's authority has deleted, newest first; the look is audited.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.CASE_READ)
        rows = list(visible_to(actor, Tombstone).select_related("proposed_by", "deleted_by").order_by("-pk"))
        audit.append(audit.AuditTag.TOMBSTONES_LISTED, actor=actor, record_ids=[row.pk for row in rows])
    return tuple(
        TombstoneRow(
            kind=row.kind,
            record=row.record_id,
            proposed_by=None if row.proposed_by is None else row.proposed_by.login,
            deleted_by=None if row.deleted_by is None else row.deleted_by.login,
            deleted_at=row.deleted_at,
            finished_at=row.finished_at,
            reason=row.reason,
            counts=row.counts,
        )
        for row in rows
    )


def _kind(record: Model) -> str:
    return type(record).__name__.lower()
