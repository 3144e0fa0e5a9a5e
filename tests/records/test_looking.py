"""A look holds nobody up while it reads, and is in the log or was not had."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.db import OperationalError, connections, transaction

from cairn.records import audit
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority
from cairn.records.connection import disconnect
from cairn.records.lock import as_the_node
from cairn.records.looking import look

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_others_write_while_a_look_reads(node: Node) -> None:
    before = AuditEvent.objects.count()
    with look():
        assert Authority.objects.filter(pk=node.authority.pk).exists()
        other = Thread(target=_act, args=(node,))
        other.start()
        other.join(5)
        assert not other.is_alive(), "the other waits for the look"
        assert AuditEvent.objects.count() == before + 1, "and what it wrote is seen at once"
        audit.append(AuditTag.SERIES_LISTED, actor=node.operator)
    tags = list(AuditEvent.objects.order_by("position").values_list("tag", flat=True))
    assert tags[before:] == [AuditTag.CASE_LISTED, AuditTag.SERIES_LISTED]


def test_from_its_entry_on_others_wait(sqlite_node: Node) -> None:
    with look():
        audit.append(AuditTag.SERIES_LISTED, actor=sqlite_node.operator)
        other = Thread(target=_act, args=(sqlite_node,))
        other.start()
        other.join(0.2)
        assert other.is_alive()
    other.join(5)
    assert not other.is_alive()


@pytest.mark.parametrize("nested", [False, True])
def test_a_look_that_fails_is_not_in_the_log(node: Node, nested: bool) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(ZeroDivisionError), look():
        assert Authority.objects.exists()
        if nested:
            with look(), transaction.atomic():
                audit.append(AuditTag.SERIES_LISTED, actor=node.operator)
        else:
            audit.append(AuditTag.SERIES_LISTED, actor=node.operator)
        raise ZeroDivisionError
    assert AuditEvent.objects.count() == before
    _act(node)
    assert AuditEvent.objects.count() == before + 1, "and the next act is as ever"


def test_a_look_that_writes_nothing_ends_well(node: Node) -> None:
    with look():
        assert Authority.objects.filter(pk=node.authority.pk).exists()
    with pytest.raises(ZeroDivisionError), look():
        raise ZeroDivisionError
    with transaction.atomic():
        audit.append(AuditTag.SERIES_LISTED, actor=node.operator)


def _act(node: Node) -> None:
    with as_the_node("a test acts beside a look"), transaction.atomic():
        audit.append(AuditTag.CASE_LISTED, actor=node.operator)
    disconnect()


def test_after_a_look_that_could_not_begin_an_act_holds_others_up_from_its_beginning(
    sqlite_node: Node,
) -> None:
    refuses = patch.object(connections["default"], "set_autocommit", side_effect=OperationalError)
    with refuses, pytest.raises(OperationalError), look():
        pass
    with transaction.atomic():
        other = Thread(target=_act, args=(sqlite_node,))
        other.start()
        other.join(0.2)
        assert other.is_alive()
    other.join(5)
    assert not other.is_alive()
