"""The audit log is written with the act, and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from cairn.errors import IntegrityError
from cairn.records import audit
from cairn.records.audit import AuditEvent, AuditTag

if TYPE_CHECKING:
    from cairn.services.node import Node


def test_an_act_is_audited_only_within_its_transaction(node: Node) -> None:
    with pytest.raises(IntegrityError, match="own transaction"):
        audit.append(AuditTag.CHECK_ANSWERED, actor=node.operator)


def test_an_act_that_is_undone_leaves_no_entry(node: Node) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.append(AuditTag.CHECK_ANSWERED, actor=node.operator)
        raise RuntimeError
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_the_log(node: Node, act: str) -> None:
    events = AuditEvent.objects.filter(tag=AuditTag.NODE_CREATED)
    assert events.count() == 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if act == "update":
            events.update(tag="other")
        else:
            events.delete()
    assert events.count() == 1


def test_tags_read_source_subject_action() -> None:
    assert all(len(tag.split(":")) == 3 for tag in AuditTag)
