"""Writing an act into the log, in the transaction of the act. The only way in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import IntegrityError
from cairn.records.audit.entry import SALT_BYTES, Entry
from cairn.records.audit.events import AuditEvent
from cairn.records.audit.stored import stored_bytes
from cairn.records.lock import node_work
from cairn.transparency import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.records.audit.tags import AuditTag
    from cairn.records.users import Actor


_READ = {
    "sqlite": "SELECT size, frontier FROM records_auditstate",
    "postgresql": "SELECT size, frontier FROM records_auditstate FOR UPDATE",
}


@node_work("an act is written into the log")
def append(
    tag: AuditTag,
    *,
    actor: Actor,
    case_reference: str = "",
    purpose: str = "",
    record_ids: Iterable[int] = (),
    counts: dict[str, int] | None = None,
) -> AuditEvent:
    """Write one act into the log, in the transaction of the act; call it as late in the act as possible.

    From here to the end of the transaction nobody else can append, so that positions have no gaps. An act
    that locks other rows afterwards may wait for one that waits for it. It costs one row read, one written
    and one changed, and at most two hashes on average, however long the log is.

    Raises:
        IntegrityError: No transaction is open, so the act and its entry could part (``audit.unbound``), or
            the log's state does not fit its length (``log.frontier``).
    """
    if not transaction.get_connection().in_atomic_block:
        raise IntegrityError("An act is audited in its own transaction.", code="audit.unbound")
    tree = locked_tree()
    entry = Entry(
        position=tree.size,
        at=timezone.now(),
        tag=tag.value,
        authority=actor.authority.code,
        user=None if actor.user is None else actor.user.pk,
        case=case_reference,
        purpose=purpose,
        records=sorted(record_ids),
        counts=counts or {},
        salt=os.urandom(SALT_BYTES),
    )
    leaf = entry.leaf()
    event = AuditEvent.objects.create(
        position=entry.position,
        at=entry.at,
        tag=tag,
        actor=actor.authority,
        actor_code=entry.authority,
        user=actor.user,
        case_reference=case_reference,
        purpose=purpose,
        record_ids=entry.records,
        counts=entry.counts,
        salt=entry.salt,
        leaf_hash=leaf,
    )
    _grow(tree.append(leaf))
    return event


def locked_tree() -> Frontier:
    """Answer the tree of the log; until the end of the transaction nobody else can append.

    Raises:
        IntegrityError: The log's state is missing, or does not fit its length (``log.frontier``).
    """
    # Written out, as in _grow: put together by Django, the two statements took as long as the insert itself.
    # SQLite needs no lock on the row, because a transaction holds the whole database from its beginning.
    connection = transaction.get_connection()
    with connection.cursor() as cursor:
        cursor.execute(_READ[connection.vendor])
        row = cursor.fetchone()
    if row is None:
        raise IntegrityError("The state of the log is missing.", code="log.frontier")
    return Frontier.from_bytes(row[0], stored_bytes(row[1]))


def _grow(tree: Frontier) -> None:
    """Write the grown tree, which the next act starts from."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "UPDATE records_auditstate SET size = %s, frontier = %s WHERE size = %s",
            [tree.size, tree.to_bytes(), tree.size - 1],
        )
        if cursor.rowcount != 1:
            raise IntegrityError("Somebody else has written to the log meanwhile.", code="audit.raced")
