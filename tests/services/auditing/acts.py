"""Fills a log with acts, and changes it behind its back as an administrator of the database could."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connections, transaction

from cairn.records import audit
from cairn.records.audit import AuditEvent, AuditState, AuditTag
from cairn.services.auditing.signing import sign_head
from cairn.transparency import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.services.node.opening import Node


def act(node: Node, times: int = 1, *, tag: AuditTag = AuditTag.SERIES_MET, sign: bool = False) -> None:
    """Append acts, each in a transaction of its own, and sign a head over all of them."""
    for number in range(times):
        with transaction.atomic():
            audit.append(tag, actor=node.operator, case_reference=f"Fall {number}", record_ids=[number])
    if sign:
        sign_head(node.config)


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the protection of the tables away while the block runs."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, statement in guards:
            cursor.execute(statement)


def execute(statement: str, *values: object) -> None:
    """Run a statement on the database with its protection taken away."""
    with unguarded(), connections["default"].cursor() as cursor:
        cursor.execute(statement, values)  # type: ignore[arg-type]  # values of a test


def rewrite(position: int, **columns: object) -> None:
    """Change an entry together with every hash in the database, as somebody who knows how it works would."""
    with unguarded():
        AuditEvent.objects.filter(position=position).update(**columns)
        event = AuditEvent.objects.get(position=position)
        AuditEvent.objects.filter(position=position).update(leaf_hash=event.entry.leaf())
        leaves = AuditEvent.objects.order_by("position").values_list("leaf_hash", flat=True)
        tree = Frontier().extend(map(bytes, leaves))
        AuditState.objects.update(size=tree.size, frontier=tree.to_bytes())
