"""A series in a joint investigation is seen by those who may see it, and opened by its owner's word alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.records.access import visible_series
from cairn.records.alerts import Alert, AlertKind
from cairn.records.users import Actor
from cairn.services.joint.investigations import accept, invite, open_investigation
from cairn.services.joint.reading import show_investigation
from cairn.services.joint.shared_series import add_series
from cairn.types import Handling
from services.alerting.records import authority, media, series, sighting

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture
def member(node: Node) -> Actor:
    """The operator of BR-UNIT, which has joined the investigation Lantern of NL-UNIT."""
    return _joins(node, "BR-UNIT", is_first=True)


def _joins(node: Node, code: str, *, is_first: bool = False) -> Actor:
    actor = Actor.operator(authority(code))
    if is_first:
        open_investigation("Lantern", actor=node.operator)
    invite("Lantern", code, actor=node.operator)
    accept("Lantern", actor=actor)
    return actor


def seen_by(actor: Actor) -> list[str]:
    return [row.name for row in show_investigation("Lantern", actor=actor).series]


def told_of_series(actor: Actor) -> list[int | None]:
    rows = Alert.objects.filter(authority=actor.authority, kind=AlertKind.JOINT, facts__what="series")
    return list(rows.values_list("series", flat=True))


@pytest.mark.parametrize("handling", Handling)
def test_bringing_a_series_in_shows_it_to_nobody_who_may_not_see_it(
    node: Node, member: Actor, handling: Handling
) -> None:
    stone = series(node.authority, handling=handling, name="Stone")
    add_series("Lantern", "Stone", actor=node.operator)
    is_seen = handling is Handling.ALLIANCE
    assert seen_by(node.operator) == ["Stone"]
    assert seen_by(member) == (["Stone"] if is_seen else [])
    assert told_of_series(member) == ([stone.pk] if is_seen else [])
    stone.refresh_from_db()
    assert stone.handling == handling


@pytest.mark.parametrize("handling", Handling)
def test_the_owner_s_word_shows_it_to_the_present_members_alone(
    node: Node, member: Actor, handling: Handling
) -> None:
    outsider = Actor.operator(authority("SE-UNIT"))
    stone = series(node.authority, handling=handling, name="Stone")
    add_series("Lantern", "Stone", show_to_members=True, actor=node.operator)
    later = _joins(node, "FR-UNIT")
    assert seen_by(member) == ["Stone"]
    assert told_of_series(member) == [stone.pk]
    assert seen_by(later) == (["Stone"] if handling is Handling.ALLIANCE else [])
    assert visible_series(outsider).exists() is (handling is Handling.ALLIANCE)
    stone.refresh_from_db()
    assert stone.handling == (Handling.ALLIANCE if handling is Handling.ALLIANCE else Handling.NAMED)


def test_opening_a_series_tells_the_member_who_works_on_it(node: Node, member: Actor) -> None:
    picture = media()
    stone = series(node.authority, picture, handling=Handling.BLIND, name="Stone")
    sighting(picture, member.authority)
    add_series("Lantern", "Stone", show_to_members=True, actor=node.operator)
    rows = Alert.objects.filter(authority=member.authority, kind=AlertKind.SAME_WORK)
    assert [row.series_id for row in rows] == [stone.pk]


def test_another_s_series_is_brought_in_only_where_everybody_may_see_it(node: Node, member: Actor) -> None:
    series(node.authority, name="Open")
    series(node.authority, handling=Handling.NAMED, named=[member.authority], name="Close")
    series(node.authority, handling=Handling.BLIND, name="Dark")
    add_series("Lantern", "Open", actor=member)
    with pytest.raises(InputError, match="NL-UNIT owns this series"):
        add_series("Lantern", "Close", actor=member)
    with pytest.raises(InputError, match="NL-UNIT owns this series"):
        add_series("Lantern", "Open", show_to_members=True, actor=member)
    with pytest.raises(InputError, match="has no series 'Dark'"):
        add_series("Lantern", "Dark", actor=member)
    assert seen_by(node.operator) == ["Open"]
