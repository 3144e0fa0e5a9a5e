"""A series grows by judgements, by its owner's act alone, and never over "not the same"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.linking.judgement import LinkKind, Outcome
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.series import SeriesMedia
from cairn.records.users import Actor, Role
from cairn.services.judgements.judge import Named, withdraw
from cairn.services.series.choosing_media import Choice
from cairn.services.series.growing import Growth, grow
from cairn.services.series.regrouping import split
from cairn.services.series.regrouping_undo import undo
from services.judging import held, name_of, say, series_with
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.records.authorities import Authority
    from cairn.services.node.opening import Node

SHORT = {name_of(word)[:16]: word for word in "abcdefgh"}
SAME, NOT_SAME = Outcome.CONFIRMED, Outcome.REJECTED


def preview(node: Node, **chosen: object) -> Growth:
    return grow("Stone", actor=node.operator, apply=False, **chosen)  # type: ignore[arg-type]  # a test's words


def added(growth: Growth) -> set[str]:
    return {SHORT[row.media] for row in growth.additions}


def members(owner: Authority) -> set[str]:
    rows = SeriesMedia.objects.filter(series__owner=owner).select_related("media")
    return {SHORT[row.media.name[:16]] for row in rows}


@pytest.fixture
def stone(node: Node) -> Node:
    """A node whose authority holds a to f, with a in its series Stone."""
    for word in "abcdef":
        held(word, node.authority)
    series_with(node.authority, "Stone", held("a"))
    return node


@pytest.fixture
def sqlite_stone(sqlite_node: Node) -> Node:
    """The same, for what does not depend on the database."""
    for word in "abcdef":
        held(word, sqlite_node.authority)
    series_with(sqlite_node.authority, "Stone", held("a"))
    return sqlite_node


def test_what_is_the_same_follows_by_chains_is_shown_first_and_added_on_request(stone: Node) -> None:
    say(stone.authority, "a", SAME, "b")
    say(stone.authority, "c", SAME, "b")
    say(stone.authority, "d", SAME, "e")
    found = preview(stone)
    assert added(found) == {"b", "c"}
    (far,) = (row for row in found.additions if SHORT[row.media] == "c")
    assert [SHORT[step] for step in far.chain] == ["a", "b", "c"]
    assert far.said_by == ("NL-UNIT",)
    assert members(stone.authority) == {"a"}
    done = grow("Stone", actor=stone.operator, apply=True, case="K1")
    assert (done.applied, added(done)) == (True, {"b", "c"})
    assert members(stone.authority) == {"a", "b", "c"}
    assert grow("Stone", actor=stone.operator, apply=True).additions == ()
    events = AuditEvent.objects.filter(tag=AuditTag.SERIES_GROWN).order_by("pk")
    assert [event.counts["added"] for event in events] == [0, 2, 0]
    assert {row.added_in.reference for row in SeriesMedia.objects.exclude(added_in=None) if row.added_in} == {
        "K1"
    }


def test_a_judgement_alone_changes_no_series(sqlite_stone: Node) -> None:
    say(sqlite_stone.authority, "a", SAME, "b")
    assert members(sqlite_stone.authority) == {"a"}


def test_nothing_follows_over_a_chain_that_contradicts_not_the_same(stone: Node) -> None:
    say(stone.authority, "a", SAME, "b")
    say(stone.authority, "b", SAME, "c")
    say(stone.authority, "a", NOT_SAME, "c")
    say(stone.authority, "a", SAME, "d")
    found = preview(stone)
    assert added(found) == {"d"}
    (told,) = found.contradictions
    assert {SHORT[end] for end in told.pair} == {"a", "c"}
    assert [SHORT[step] for step in told.chain] == ["a", "b", "c"]
    assert told.rejected_by == ("NL-UNIT",)
    withdraw(Named(name_of("b"), name_of("c")), actor=stone.operator)
    assert added(preview(stone)) == {"b", "d"}


def test_not_the_same_said_by_another_authority_is_respected_and_cannot_be_taken_back_by_the_owner(
    stone: Node,
) -> None:
    other = unit(stone, "BR-UNIT")
    held("a", other), held("b", other)
    say(stone.authority, "a", SAME, "b")
    say(other, "a", NOT_SAME, "b")
    assert added(preview(stone)) == set()
    with pytest.raises(InputError):
        withdraw(Named(name_of("a"), name_of("c")), actor=stone.operator)
    withdraw(Named(name_of("a"), name_of("b")), actor=Actor.operator(other))
    assert added(preview(stone)) == {"b"}


def test_the_words_of_others_are_counted_and_used_only_where_the_owner_says_so(stone: Node) -> None:
    other = unit(stone, "BR-UNIT")
    held("a", other), held("b", other)
    say(other, "a", SAME, "b")
    say(stone.authority, "b", SAME, "c")
    found = preview(stone)
    assert (added(found), found.of_others) == (set(), 2)
    wider = preview(stone, with_others=True)
    assert (added(wider), wider.of_others) == ({"b", "c"}, 0)
    assert {row.said_by for row in wider.additions} == {("BR-UNIT",), ("BR-UNIT", "NL-UNIT")}


def test_each_kind_makes_its_own_chains(sqlite_stone: Node) -> None:
    home = sqlite_stone.authority
    say(home, "a", SAME, "b", kind=LinkKind.SCENE)
    say(home, "a", NOT_SAME, "b")
    say(home, "a", SAME, "c")
    say(home, "b", SAME, "d")
    assert added(preview(sqlite_stone)) == {"c"}
    assert added(preview(sqlite_stone, kinds=[LinkKind.SCENE])) == {"b"}
    assert added(preview(sqlite_stone, kinds=[LinkKind.SCENE, LinkKind.DUPLICATE])) == {"b", "c"}


def test_what_the_owner_has_split_off_does_not_come_back(sqlite_stone: Node) -> None:
    series = SeriesMedia.objects.get().series
    say(series.owner, "a", SAME, "b")
    grow("Stone", actor=sqlite_stone.operator, apply=True)
    off = Choice(digests=frozenset({bytes.fromhex(name_of("b"))}))
    done = split(series, "Moss", off, reason="another child", actor=sqlite_stone.operator)
    assert added(preview(sqlite_stone)) == set()
    undo(done.pk, actor=sqlite_stone.operator)
    assert added(preview(sqlite_stone)) == set()  # It lies in the series again.
    assert SeriesMedia.objects.filter(series=series).count() == 2


def test_only_the_owner_lets_a_series_grow(sqlite_stone: Node) -> None:
    other = Actor.operator(unit(sqlite_stone, "BR-UNIT"))
    with pytest.raises(InputError, match="BR-UNIT has no series"):
        grow("Stone", actor=other, apply=True)
    auditor = Actor(sqlite_stone.authority, frozenset({Role.AUDITOR}))
    with pytest.raises((AccessError, InputError)):
        grow("Stone", actor=auditor, apply=True)


def test_a_series_of_many_media_grows_too(sqlite_stone: Node) -> None:
    series = SeriesMedia.objects.get().series
    for number in range(1_100):
        SeriesMedia.objects.create(series=series, media=held(f"many {number}"), added_by=series.owner)
    held("many 1050", series.owner)
    say(series.owner, "b", SAME, "many 1050")
    assert added(preview(sqlite_stone)) == {"b"}
