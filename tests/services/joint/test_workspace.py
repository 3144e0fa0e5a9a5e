"""What members do in a joint investigation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import InputError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.users import Actor
from cairn.services.joint.investigations import accept, close, open_investigation
from cairn.services.joint.reading import show_investigation
from cairn.services.joint.workspace import add_task, finish_task, say
from services.alerting.records import authority

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture
def other(sqlite_node: Node) -> Actor:
    """The operator of BR-UNIT, which has joined the investigation Lantern of NL-UNIT."""
    actor = Actor.operator(authority("BR-UNIT"))
    open_investigation("Lantern", invited=["BR-UNIT"], actor=sqlite_node.operator)
    accept("Lantern", actor=actor)
    Alert.objects.all().delete()
    return actor


def news(of: Actor) -> list[str]:
    rows = Alert.objects.filter(authority=of.authority, kind=AlertKind.JOINT).order_by("pk")
    return [row.facts["what"] for row in rows]


def test_a_task_is_opened_for_a_member_and_done(sqlite_node: Node, other: Actor) -> None:
    day = timezone.now().date()
    add_task("Lantern", "Ask the school", to="BR-UNIT", due_on=day, actor=sqlite_node.operator)
    add_task("Lantern", "Compare the rooms", due_on=day - timedelta(days=1), actor=other)
    finish_task("Lantern", 1, actor=other)
    first, second = show_investigation("Lantern", actor=other).tasks
    assert (first.number, first.to, first.due_on, first.done_on, first.is_overdue) == (
        1,
        "BR-UNIT",
        day,
        timezone.now().date(),
        False,
    )
    assert (second.number, second.to, second.opened_by, second.is_overdue) == (2, None, "BR-UNIT", True)
    assert (news(other), news(sqlite_node.operator)) == (["task"], ["task", "task-done"])


def test_a_task_that_is_not_there_or_done_is_not_done(sqlite_node: Node, other: Actor) -> None:
    add_task("Lantern", "Ask the school", actor=other)
    finish_task("Lantern", 1, actor=other)
    with pytest.raises(InputError, match="was done before"):
        finish_task("Lantern", 1, actor=other)
    for number in (0, 2, -1):
        with pytest.raises(InputError, match="has no task"):
            finish_task("Lantern", number, actor=other)


def test_a_task_goes_to_members_alone(sqlite_node: Node, other: Actor) -> None:
    authority("SE-UNIT")
    with pytest.raises(InputError, match="SE-UNIT is no member"):
        add_task("Lantern", "Ask the school", to="SE-UNIT", actor=other)


def test_what_is_said_and_decided_stays_in_order(sqlite_node: Node, other: Actor) -> None:
    say("Lantern", "We have the school.", actor=other)
    say("Lantern", "BR-UNIT goes there.", is_decision=True, actor=sqlite_node.operator)
    rows = show_investigation("Lantern", actor=other).messages
    assert [(row.authority, row.text, row.is_decision) for row in rows] == [
        ("BR-UNIT", "We have the school.", False),
        ("NL-UNIT", "BR-UNIT goes there.", True),
    ]
    assert (news(other), news(sqlite_node.operator)) == (["decision"], ["message"])
    assert all("school" not in str(alert.facts) for alert in Alert.objects.all())


def test_nothing_is_added_to_what_is_closed(sqlite_node: Node, other: Actor) -> None:
    add_task("Lantern", "Ask the school", actor=other)
    close("Lantern", actor=sqlite_node.operator)
    for act in (
        lambda: say("Lantern", "Late.", actor=other),
        lambda: add_task("Lantern", "Late", actor=other),
        lambda: finish_task("Lantern", 1, actor=other),
    ):
        with pytest.raises(InputError, match="closed"):
            act()


def test_who_is_no_member_says_nothing(sqlite_node: Node, other: Actor) -> None:
    with pytest.raises(InputError, match="member of no investigation"):
        say("Lantern", "Hello.", actor=Actor.operator(authority("SE-UNIT")))
    with pytest.raises(InputError, match="1 to 4000"):
        say("Lantern", " ", actor=other)
