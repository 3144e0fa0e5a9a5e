"""Questions between authorities, and their answers by a date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import InputError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.joint import Question
from cairn.records.users import Actor
from cairn.services.joint.investigations import accept, open_investigation
from cairn.services.joint.questions import NewQuestion, answer, ask, list_questions
from cairn.services.joint.reading import show_investigation
from cairn.types import Handling
from services.alerting.records import authority, series, told

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

TODAY = timezone.now().date()


@pytest.fixture
def other(node: Node) -> Actor:
    return Actor.operator(authority("BR-UNIT"))


def test_a_question_is_told_and_so_is_its_answer(node: Node, other: Actor) -> None:
    stone = series(node.authority, name="Stone")
    asked = ask(
        NewQuestion("BR-UNIT", "Which school is it?", series="Stone", expected_on=TODAY), actor=node.operator
    )
    assert told(other.authority) == [(AlertKind.QUESTION, stone.pk, "NL-UNIT")]
    answer(asked.pk, "The one at the bridge.", actor=other)
    assert told(node.authority) == [(AlertKind.ANSWER, None, "BR-UNIT")]
    assert all(
        "school" not in str(row.facts) and "bridge" not in str(row.facts) for row in Alert.objects.all()
    )
    for actor in (node.operator, other):
        (row,) = list_questions(actor=actor)
        assert (row.asked_by, row.asked_to, row.series, row.text, row.answer, row.is_overdue) == (
            "NL-UNIT",
            "BR-UNIT",
            "Stone",
            "Which school is it?",
            "The one at the bridge.",
            False,
        )


def test_only_who_is_asked_answers_and_only_once(node: Node, other: Actor) -> None:
    number = ask(NewQuestion("BR-UNIT", "Which?"), actor=node.operator).pk
    for stranger in (node.operator, Actor.operator(authority("SE-UNIT"))):
        with pytest.raises(InputError, match=f"was not asked {number}"):
            answer(number, "None.", actor=stranger)
    answer(number, "None.", actor=other)
    with pytest.raises(InputError, match="answered before"):
        answer(number, "One.", actor=other)


def test_nobody_else_sees_a_question(node: Node, other: Actor) -> None:
    ask(NewQuestion("BR-UNIT", "Which?"), actor=node.operator)
    assert list_questions(actor=Actor.operator(authority("SE-UNIT"))) == ()


@pytest.mark.parametrize("handling", [Handling.NAMED, Handling.BLIND])
def test_nobody_learns_of_a_series_through_a_question(node: Node, other: Actor, handling: Handling) -> None:
    named = [authority("SE-UNIT")] if handling is Handling.NAMED else []
    series(node.authority, handling=handling, named=named, name="Stone")
    with pytest.raises(InputError, match="BR-UNIT may not see this series"):
        ask(NewQuestion("BR-UNIT", "Which?", series="Stone"), actor=node.operator)
    with pytest.raises(InputError, match="has no series"):
        ask(NewQuestion("NL-UNIT", "Which?", series="Stone"), actor=other)
    for reader in named:
        with pytest.raises(InputError, match="cannot be asked about there"):
            ask(NewQuestion("BR-UNIT", "Which?", series="Stone"), actor=Actor.operator(reader))
    assert not Question.objects.exists()


def test_an_answer_that_is_overdue_is_told_to_both_once(node: Node, other: Actor) -> None:
    late = ask(NewQuestion("BR-UNIT", "Which?", expected_on=TODAY), actor=node.operator)
    ask(NewQuestion("BR-UNIT", "Where?"), actor=node.operator)
    Question.objects.filter(pk=late.pk).update(expected_on=TODAY - timedelta(days=1))
    assert [row.is_overdue for row in list_questions(waiting_only=True, actor=other)] == [True, False]
    list_questions(actor=node.operator)
    overdue = Alert.objects.filter(kind=AlertKind.OVERDUE).order_by("authority__code")
    assert [(row.authority.code, row.facts) for row in overdue] == [
        ("BR-UNIT", {"question": late.pk}),
        ("NL-UNIT", {"question": late.pk}),
    ]
    answer(late.pk, "This.", actor=other)
    assert len(list_questions(waiting_only=True, actor=other)) == 1


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (NewQuestion("BR-UNIT", " "), "1 to 4000"),
        (NewQuestion("NL-UNIT", "Which?"), "does not ask itself"),
        (NewQuestion("XX", "Which?"), "no authority XX"),
        (NewQuestion("BR-UNIT", "Which?", expected_on=TODAY - timedelta(days=1)), "has not passed"),
        (NewQuestion("BR-UNIT", "Which?", investigation="Lantern"), "BR-UNIT is no member"),
    ],
)
def test_a_question_that_does_not_hold_is_refused(
    node: Node, other: Actor, new: NewQuestion, words: str
) -> None:
    open_investigation("Lantern", actor=node.operator)
    with pytest.raises(InputError, match=words):
        ask(new, actor=node.operator)


def test_a_question_in_an_investigation_stands_in_its_workspace(node: Node, other: Actor) -> None:
    open_investigation("Lantern", invited=["BR-UNIT"], actor=node.operator)
    accept("Lantern", actor=other)
    ask(NewQuestion("BR-UNIT", "Which?", investigation="Lantern"), actor=node.operator)
    assert [row.text for row in show_investigation("Lantern", actor=other).questions] == ["Which?"]
