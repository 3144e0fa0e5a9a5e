"""Who owns a series is told when somebody else calls a media the same as one in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.linking.judgement import Outcome
from cairn.records.alerts import Alert, AlertKind
from cairn.records.links import Judgement
from cairn.records.series import SeriesMedia
from cairn.types import Handling
from services.judging import held, say, series_with
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def told() -> list[tuple[str | None, ...]]:
    rows = Alert.objects.filter(kind=AlertKind.LINK).order_by("pk")
    return list(rows.values_list("authority__code", "series__name", "about__code"))


def test_the_owner_of_a_series_is_told_once_and_nothing_is_added(node: Node) -> None:
    owner = unit(node, "BR-UNIT")
    series_with(owner, "Stone", held("a", owner))
    held("b", node.authority)
    assert say(node.authority, "a", Outcome.CONFIRMED, "b") == []
    say(node.authority, "a", Outcome.CONFIRMED, "b")
    assert told() == [("BR-UNIT", "Stone", "NL-UNIT")]
    assert Alert.objects.get(kind=AlertKind.LINK).facts == {
        "judgement": Judgement.objects.order_by("pk")[0].pk
    }
    assert SeriesMedia.objects.count() == 1


def test_one_s_own_series_are_answered_and_not_alerted(sqlite_node: Node) -> None:
    home = sqlite_node.authority
    series_with(home, "Stone", held("a", home))
    series_with(home, "Both", held("a"), held("b", home))
    assert say(home, "a", Outcome.UNSURE, "b") == []
    assert say(home, "a", Outcome.CONFIRMED, "b") == ["Stone"]
    assert told() == []


def test_neither_not_the_same_nor_being_unsure_is_told(sqlite_node: Node) -> None:
    owner = unit(sqlite_node, "BR-UNIT")
    series_with(owner, "Stone", held("a", owner))
    held("b", sqlite_node.authority)
    for outcome in (Outcome.REJECTED, Outcome.UNSURE):
        say(sqlite_node.authority, "a", outcome, "b")
    assert told() == []


def test_an_owner_who_may_not_see_the_judgement_is_not_told(sqlite_node: Node) -> None:
    owner, third = unit(sqlite_node, "BR-UNIT"), unit(sqlite_node, "JP-UNIT")
    series_with(owner, "Stone", held("a", owner))
    series_with(third, "Moss", held("b", third), handling=Handling.BLIND)
    say(third, "a", Outcome.CONFIRMED, "b")
    assert told() == []


def test_the_owner_of_a_blind_series_is_told_and_the_one_who_judges_learns_nothing(sqlite_node: Node) -> None:
    owner = unit(sqlite_node, "BR-UNIT")
    series_with(owner, "Moss", held("a", owner, sqlite_node.authority), handling=Handling.BLIND)
    held("b", sqlite_node.authority)
    assert say(sqlite_node.authority, "a", Outcome.CONFIRMED, "b") == []
    assert told() == [("BR-UNIT", "Moss", "NL-UNIT")]
