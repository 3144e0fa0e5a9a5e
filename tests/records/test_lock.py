"""The second lock: on PostgreSQL, a question that forgets the door is shown nothing."""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from cairn.records.guards import lock_is_bypassed
from cairn.records.lock import acting_as, as_the_node, looker, node_work, under_lock
from cairn.records.series import Series, SeriesMedia
from cairn.records.users import Actor
from cairn.records.veil import Veil
from cairn.services.directory.authorities import find_authority
from cairn.services.series.opening import create_series
from cairn.types import Handling
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture(autouse=True)
def _on_postgresql(node: Node) -> None:
    if node.config.database == "sqlite":
        pytest.skip("SQLite has no second lock")


def as_nobody(question: object) -> list[object]:
    return contextvars.Context().run(list, question)  # type: ignore[arg-type]  # a query


def test_the_tests_connect_as_a_role_that_the_lock_binds(node: Node) -> None:
    assert not lock_is_bypassed()


def test_nobody_sees_anything_and_the_node_sees_all(node: Node) -> None:
    create_series("Stone", actor=node.operator)
    assert as_nobody(Series.objects.all()) == []
    with as_the_node("a test"):
        assert Series.objects.count() == 1


def test_the_server_forgets_who_looks_with_the_block_with_a_rollback_and_with_the_connection(
    node: Node,
) -> None:
    create_series("Stone", actor=node.operator)
    other = Actor.operator(unit(node, "BR-UNIT"))
    create_series("Hidden", actor=node.operator, handling=Handling.BLIND)

    def seen() -> int:
        return Series.objects.count()

    with acting_as(other):
        assert seen() == 1
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with as_the_node("a test"):
                assert seen() == 2
            1 / 0  # noqa: B018 - the point
        assert seen() == 1
        with transaction.atomic():
            with pytest.raises(DatabaseError), transaction.atomic(), as_the_node("a test"):
                Series.objects.raw("SELECT 1/0")[0]
            assert seen() == 1
        connection.close()
        assert seen() == 1
    assert seen() == 2


def test_nobody_writes_into_another_s_series_even_with_a_question_that_forgets_the_door(node: Node) -> None:
    series = create_series("Hidden", actor=node.operator, handling=Handling.BLIND)
    with acting_as(Actor.operator(unit(node, "BR-UNIT"))):
        assert Series.objects.filter(pk=series.pk).update(name="x") == 0
        assert Series.objects.filter(pk=series.pk).delete()[0] == 0
    assert Series.objects.get().name == "Hidden"


def test_a_use_case_runs_with_the_eyes_of_its_actor_and_node_work_with_the_node_s(node: Node) -> None:
    @under_lock
    def use_case(*, actor: Actor) -> str:
        return looker().sight

    @node_work("a test")
    def work() -> tuple[str, str]:
        return looker().sight, looker().reason

    assert use_case(actor=node.operator) == "police"
    assert work() == ("node", "a test")


def test_whoever_is_no_longer_named_sees_nothing_at_once(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    series = create_series("Hidden", actor=node.operator, handling=Handling.NAMED, named=["BR-UNIT"])
    with acting_as(Actor.operator(other)):
        assert Series.objects.count() == 1
    series.named.remove(find_authority("BR-UNIT"))
    with acting_as(Actor.operator(other)):
        assert Series.objects.count() == 0
        assert SeriesMedia.objects.count() == 0
    assert Veil.objects.get().named == ""
