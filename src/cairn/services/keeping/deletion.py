"""Deleting a record: hidden at once, taken away in batches, and a tombstone stays.

The kinds of records differ in what goes with them; they say so in a ``Deletion``. The record's own row goes
last, so that a deletion that was stopped anywhere goes on when it is asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work, under_lock
from cairn.services.keeping.forgetting import forget
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.tombstones import begin, begun, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from cairn.records.audit import AuditTag
    from cairn.records.authorities import Authority
    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor, User
    from cairn.services.node.opening import Node

R = TypeVar("R", bound=Model)

BATCH_ROWS = 400
"""Rows a transaction: below the number of values that SQLite takes at once."""


@dataclass(frozen=True, slots=True)
class Deletion(Generic[R]):
    """What differs between the kinds of records that are deleted.

    Attributes:
        act: What the actor must be allowed.
        shown: How the log names a look at what would go.
        deleted: How it names the beginning and the end of a deletion.
        owner: Answers whose the record is.
        effect: Counts what goes with it, as far as the actor may know; refuses where something stands in the
            way.
        hide: Tells those who had received it, and hides it, as of a moment.
        steps: Each takes one batch away, and answers whether there was one.
        take: Takes away the record itself, and whatever still belongs to it.
        case: Answers the reference of the case that the log is to name.
    """

    act: Act
    shown: AuditTag
    deleted: AuditTag
    owner: Callable[[R], Authority]
    effect: Callable[[R, Actor], Mapping[str, int]]
    hide: Callable[[R, datetime], None]
    take: Callable[[R], None]
    steps: tuple[Callable[[R], bool], ...] = ()
    case: Callable[[R], str] = lambda _: ""


@under_lock
def preview(kind: Deletion[R], record: R, *, actor: Actor) -> Mapping[str, int]:
    """Answer how much a deletion takes away; nothing is changed.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: Something stands in the way of deleting it, as its kind says.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, kind.act, record)
        counts = kind.effect(record, actor)
        audit.append(kind.shown, actor=actor, case_reference=kind.case(record), record_ids=[record.pk])
    return counts


@under_lock
def delete(
    node: Node,
    kind: Deletion[R],
    record: R,
    *,
    reason: str,
    actor: Actor,
    proposed_by: User | None = None,
) -> Tombstone:
    """Delete the record and what goes with it; a tombstone stays, and the audit log.

    Args:
        node: The open node.
        kind: What differs.
        record: Which.
        reason: Why.
        actor: Who deletes, or confirms what another person proposed.
        proposed_by: That other person, where there is one.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: Something stands in the way, or there is no reason (``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words():
        stone = _begin(kind, record, reason=reason, actor=actor, proposed_by=proposed_by)
        for step in kind.steps:
            while step(record):
                pass
        if kind.steps:
            forget(node)
        _end(kind, record, stone, actor=actor)
    return stone


def next_batch(rows: QuerySet[Any], *fields: str) -> Sequence[tuple[Any, ...]]:
    """Answer these fields of the next rows to be taken away."""
    return list(rows.order_by("pk").values_list(*fields)[:BATCH_ROWS])


@transaction.atomic()
def _begin(kind: Deletion[R], record: R, *, reason: str, actor: Actor, proposed_by: User | None) -> Tombstone:
    """Hide the record and write its tombstone; a deletion that was begun goes on."""
    require(actor, kind.act, record)  # Before it is locked: the second lock does not find what is hidden.
    held = _locked(record)
    stone = begun(held)
    if stone is not None:
        return stone
    counts = kind.effect(held, actor)
    kind.hide(held, timezone.now())
    people = (proposed_by, actor.user)
    stone = begin(held, owner=kind.owner(held), reason=reason, counts=counts, people=people)
    _note(kind, held, counts, reason=reason, actor=actor)
    return stone


@node_work("a deletion leaves what others have said, and has to see it for that")
@transaction.atomic()
def _end(kind: Deletion[R], record: R, stone: Tombstone, *, actor: Actor) -> None:
    kind.take(_locked(record))
    finish(stone)
    _note(kind, record, {"finished": 1}, reason=stone.reason, actor=actor)


def _locked(record: R) -> R:
    rows = type(record)._default_manager.select_for_update()  # noqa: SLF001 - Django's own name for it
    return rows.get(pk=record.pk)


def _note(kind: Deletion[R], record: R, counts: Mapping[str, int], *, reason: str, actor: Actor) -> None:
    audit.append(
        kind.deleted,
        actor=actor,
        case_reference=kind.case(record),
        purpose=reason,
        record_ids=[record.pk],
        counts=dict(counts),
    )
