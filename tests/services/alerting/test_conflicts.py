"""Which series several countries work on, as far as the reader may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.records.authorities import AuthorityKind
from cairn.records.series import Series
from cairn.records.users import Actor, Role
from cairn.services.alerting.conflicts import conflicts
from cairn.types import Handling, SeriesStatus
from services.alerting.records import authority, look_for_same_work, media, person, series, sighting

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture
def stone(node: Node) -> Series:
    """A series of NL-UNIT on which BR-UNIT works too."""
    picture = media()
    made = series(node.authority, picture, name="Stone")
    sighting(picture, authority("BR-UNIT"))
    return made


def test_the_hub_and_those_concerned_see_who_works_on_the_same(node: Node, stone: Series) -> None:
    hub, outsider = authority("HUB", AuthorityKind.HUB, country="FR"), authority("SE-UNIT", country="SE")
    look_for_same_work(stone)
    analyst = Actor.person(person(hub, "ada", Role.HUB_ANALYST))
    for actor in (node.operator, analyst):
        (row,) = conflicts(actor=actor)
        assert (row.series, row.owner, row.lead, row.authorities, row.countries) == (
            "Stone",
            "NL-UNIT",
            "NL-UNIT",
            ("BR-UNIT", "NL-UNIT"),
            ("BR", "NL"),
        )
    assert conflicts(actor=Actor.operator(outsider)) == ()


@pytest.mark.parametrize(
    "change",
    [{"status": SeriesStatus.IDENTIFIED}, {"handling": Handling.BLIND}],
    ids=["settled", "hidden"],
)
def test_it_is_looked_at_as_things_are_now(node: Node, stone: Series, change: dict[str, str]) -> None:
    hub = Actor.operator(authority("HUB", AuthorityKind.HUB, country="FR"))
    look_for_same_work(stone)
    assert len(conflicts(actor=hub)) == 1
    Series.objects.filter(pk=stone.pk).update(**change)
    assert conflicts(actor=hub) == ()


def test_two_units_of_one_country_are_no_conflict_of_countries(sqlite_node: Node) -> None:
    picture = media()
    stone = series(sqlite_node.authority, picture)
    sighting(picture, authority("NL-SOUTH", country="NL"))
    look_for_same_work(stone)
    assert conflicts(actor=sqlite_node.operator) == ()
