"""Writing an act into the log, in the transaction of the act. The only way in."""

from __future__ import annotations

import json
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
_COLUMNS = (
    "position, at, tag, actor_id, actor_code, user_id, case_reference, purpose, record_ids, counts, salt, "
    "leaf_hash"
)
_GROW = "UPDATE records_auditstate SET size = %s, frontier = %s WHERE size = %s"
_INSERT = f"INSERT INTO records_auditevent ({_COLUMNS}) VALUES ({', '.join(['%s'] * 12)})"  # noqa: S608 - the names above
_GROW_AND_INSERT = (
    f"WITH grown AS ({_GROW} RETURNING 1) INSERT INTO records_auditevent ({_COLUMNS}) "  # noqa: S608 - the names above
    "SELECT %s, %s, %s, %s, %s, %s::bigint, %s, %s, %s::jsonb, %s::jsonb, %s, %s FROM grown RETURNING id"
)
"""One journey to the server: the entry is written where the tree has grown, and nowhere else."""


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
    return _written(entry, tree, actor)


def locked_tree() -> Frontier:
    """Answer the tree of the log; until the end of the transaction nobody else can append.

    Raises:
        IntegrityError: The log's state is missing, or does not fit its length (``log.frontier``).
    """
    # Written out, as is what follows: put together by Django, it took longer than the database did.
    # SQLite needs no lock on the row, because a transaction holds the whole database from its beginning.
    connection = transaction.get_connection()
    if connection.vendor == "sqlite":
        connection.begin_now()  # Of a look, this is the first thing that others must wait for.
    with connection.cursor() as cursor:
        cursor.execute(_READ[connection.vendor])
        row = cursor.fetchone()
    if row is None:
        raise IntegrityError("The state of the log is missing.", code="log.frontier")
    return Frontier.from_bytes(row[0], stored_bytes(row[1]))


def _written(entry: Entry, tree: Frontier, actor: Actor) -> AuditEvent:
    """Write the entry, and the tree that has grown by it, which the next act starts from."""
    connection = transaction.get_connection()
    leaf = entry.leaf()
    grown = tree.append(leaf)
    event = AuditEvent(
        position=entry.position,
        at=entry.at,
        tag=entry.tag,
        actor=actor.authority,
        actor_code=entry.authority,
        user=actor.user,
        case_reference=entry.case,
        purpose=entry.purpose,
        record_ids=entry.records,
        counts=entry.counts,
        salt=entry.salt,
        leaf_hash=leaf,
    )
    row = (
        entry.position,
        connection.ops.adapt_datetimefield_value(entry.at),
        entry.tag,
        actor.authority.pk,
        entry.authority,
        entry.user,
        entry.case,
        entry.purpose,
        json.dumps(entry.records),
        json.dumps(entry.counts),
        entry.salt,
        leaf,
    )
    state = (grown.size, grown.to_bytes(), tree.size)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_GROW_AND_INSERT, (*state, *row))
        else:
            cursor.execute(_GROW, state)
        if cursor.rowcount != 1:
            raise IntegrityError("Somebody else has written to the log meanwhile.", code="audit.raced")
        if connection.vendor == "postgresql":
            (event.pk,) = cursor.fetchone()
        else:
            cursor.execute(_INSERT, row)
            event.pk = cursor.lastrowid
    event._state.adding, event._state.db = False, connection.alias  # noqa: SLF001 - as from_db leaves it
    return event
