"""The audit log is written with the act, and never changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connections, transaction

from cairn.errors import IntegrityError
from cairn.records import audit
from cairn.records.audit import AuditedSeries, AuditEvent, AuditState, AuditTag, stored_leaves
from cairn.transparency import Frontier

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

TABLES = ("auditevent", "auditedseries", "auditstate", "audithead", "auditcosignature", "witnessedhead")


def tree_over_the_rows() -> Frontier:
    """Answer the tree over what the rows say now, and make sure that there is no gap."""
    events = list(AuditEvent.objects.order_by("position"))
    assert [event.position for event in events] == list(range(len(events)))
    assert [bytes(event.leaf_hash) for event in events] == [event.entry.leaf() for event in events]
    return Frontier().extend(leaf for _, leaf in stored_leaves(end=len(events)))


def act(node: Node, tag: AuditTag = AuditTag.SERIES_MET) -> AuditEvent:
    with transaction.atomic():
        return audit.append(
            tag,
            actor=node.operator,
            case_reference="Fall 1 \u00fc\U0001f4c1",
            purpose="a search",
            record_ids={9, 1 << 40, 2},
            counts={"zwei": 2, "eins": 1},
        )


def test_an_act_is_audited_only_within_its_transaction(node: Node) -> None:
    with pytest.raises(IntegrityError, match="own transaction"):
        audit.append(AuditTag.CHECK_ANSWERED, actor=node.operator)


def test_an_act_that_is_undone_leaves_no_entry_and_no_gap(node: Node) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.append(AuditTag.CHECK_ANSWERED, actor=node.operator)
        raise RuntimeError
    assert AuditEvent.objects.count() == before
    assert act(node).position == before
    assert AuditState.objects.get().tree == tree_over_the_rows()


def test_every_entry_gets_the_next_position_and_the_tree_grows_with_it(node: Node) -> None:
    begin = AuditState.objects.get().size
    assert [act(node).position for _ in range(9)] == list(range(begin, begin + 9))
    assert AuditState.objects.get().tree == tree_over_the_rows()


def test_what_is_read_back_is_what_was_hashed(node: Node) -> None:
    stored = AuditEvent.objects.get(position=act(node).position)
    assert stored.entry.leaf() == bytes(stored.leaf_hash)
    assert (stored.entry.records, stored.entry.counts) == ([2, 9, 1 << 40], {"zwei": 2, "eins": 1})
    assert (stored.entry.case, stored.entry.purpose) == ("Fall 1 \u00fc\U0001f4c1", "a search")
    assert stored.entry.authority == node.authority.code


def test_two_entries_that_say_the_same_have_salts_and_hashes_of_their_own(node: Node) -> None:
    one, other = act(node), act(node)
    assert one.salt != other.salt
    assert one.leaf_hash != other.leaf_hash


def test_those_who_act_at_the_same_time_leave_no_gap_and_no_fork(node: Node) -> None:
    def act_often(_: int) -> None:
        try:
            for _ in range(10):
                act(node)
        finally:
            connections["default"].close()

    begin = AuditState.objects.get().size
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(act_often, range(4)))
    assert AuditState.objects.get().size == begin + 40
    assert AuditState.objects.get().tree == tree_over_the_rows()


def test_a_state_that_does_not_fit_stops_every_act(sqlite_node: Node) -> None:
    AuditState.objects.update(size=(1 << 20) - 1)
    with pytest.raises(IntegrityError, match="does not fit its length"):
        act(sqlite_node)


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_auditstate SET size = size - 1",
        "UPDATE records_auditstate SET frontier = frontier",
        "UPDATE records_auditstate SET id = 2, size = size + 1",
        "DELETE FROM records_auditstate",
        "INSERT INTO records_auditstate (id, size, frontier) VALUES (2, 0, '')",
    ],
)
def test_the_state_of_the_log_is_one_row_that_only_grows(node: Node, statement: str) -> None:
    before = AuditState.objects.get().tree
    with (
        pytest.raises(DatabaseError, match=r"append-only|audit_state_once"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditState.objects.get().tree == before


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_log_is_guarded(node: Node, table: str) -> None:
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s "
                "AND sql LIKE '%%BEFORE%%'",
                [f"records_{table}"],
            )
            assert cursor.fetchone() == (2,)
        else:
            with pytest.raises(DatabaseError, match="append-only"):
                cursor.execute(f"TRUNCATE records_{table} CASCADE")


def test_the_database_itself_notes_which_series_an_act_was_about(node: Node) -> None:
    event = act(node)
    numbers = AuditedSeries.objects.filter(event=event).values_list("series_number", flat=True)
    assert sorted(numbers) == [2, 9, 1 << 40]
    assert not AuditedSeries.objects.filter(event=act(node, AuditTag.LINKS_SHOWN)).exists()
    assert not AuditedSeries.objects.exclude(event__tag__contains=":series:").exists()


def test_the_entry_that_is_answered_is_the_one_that_is_stored(node: Node) -> None:
    event = act(node)
    stored = AuditEvent.objects.get(pk=event.pk)
    assert stored.entry == event.entry
    assert bytes(stored.leaf_hash) == event.leaf_hash
    assert (stored.actor, stored.user) == (event.actor, event.user)


def test_tags_read_source_subject_action() -> None:
    assert all(len(tag.split(":")) == 3 for tag in AuditTag)
