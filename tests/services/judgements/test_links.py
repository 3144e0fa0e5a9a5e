"""Links are listed to those who may see both ends, with what everybody says of them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.linking.judgement import Agreement, Outcome
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.links import Link
from cairn.records.users import Actor, Role
from cairn.services.judgements.judge import Named
from cairn.services.judgements.link_places import LinkPlace
from cairn.services.judgements.links import list_links, show_link
from cairn.types import Handling
from services.judging import held, name_of, say, series_with, suggested
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.judgements.link_facts import LinkRow
    from cairn.services.node.opening import Node


def rows(actor: Actor, **chosen: object) -> list[LinkRow]:
    return list(list_links(actor, **chosen)[0])  # type: ignore[arg-type]  # a test's words


def words_of(found: list[LinkRow]) -> list[set[str]]:
    """Answer which media each row names, by the words of the tests."""
    known = {name_of(word)[:16]: word for word in "abcdefgh"}
    return [{known[row.first], known[row.second]} for row in found]


def test_the_strongest_come_first_and_a_newer_method_stands_for_the_older(node: Node) -> None:
    a, b, c = (held(word, node.authority) for word in "abc")
    suggested(a, b, bits=20)
    suggested(a, c, bits=4)
    suggested(b, a, bits=10, method="pdq-31/2")
    found = rows(node.operator)
    assert words_of(found) == [{"a", "c"}, {"a", "b"}]
    assert (found[1].method, found[1].score) == ("pdq-31/2", 1 - 10 / 256)
    assert found[0].evidence == "PDQ distance 4 of 256 bits, not turned"


def test_a_link_is_seen_only_by_those_who_may_see_both_ends(node: Node) -> None:
    owner, hotline = unit(node, "BR-UNIT"), unit(node, "CA-LINE", kind=AuthorityKind.HOTLINE)
    suggested(held("a", node.authority), held("b", owner))
    suggested(held("a"), held("c", owner))
    series_with(owner, "Moss", held("c"), handling=Handling.BLIND)
    assert words_of(rows(node.operator)) == [{"a", "b"}]
    assert len(rows(Actor.operator(owner))) == 2
    assert rows(Actor.operator(hotline)) == []


def test_open_links_are_those_that_one_s_own_authority_has_not_decided(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    a = held("a", node.authority)
    for word in "bcdef":
        suggested(a, held(word, node.authority))
    say(node.authority, "a", Outcome.REJECTED, "b")
    say(node.authority, "a", Outcome.UNSURE, "c")
    say(node.authority, "a", Outcome.REJECTED, "d")
    say(node.authority, "a", Outcome.CONFIRMED, "d")
    held("a", other), held("e", other)
    say(other, "a", Outcome.REJECTED, "e")
    assert words_of(rows(node.operator, only_open=True)) == [{"a", "c"}, {"a", "e"}, {"a", "f"}]
    assert len(rows(node.operator)) == 5


def test_not_the_same_holds_against_whatever_a_newer_method_suggests(sqlite_node: Node) -> None:
    a, b = held("a", sqlite_node.authority), held("b", sqlite_node.authority)
    suggested(a, b)
    say(sqlite_node.authority, "a", Outcome.REJECTED, "b")
    suggested(a, b, method="pdq-31/2", bits=0)
    assert rows(sqlite_node.operator, only_open=True) == []
    (row,) = rows(sqlite_node.operator)
    assert (row.said.own, row.method) == (Outcome.REJECTED, "pdq-31/2")


def test_a_disagreement_is_shown_to_everybody_who_sees_the_pair(sqlite_node: Node) -> None:
    other = unit(sqlite_node, "BR-UNIT")
    suggested(held("a", sqlite_node.authority), held("b", other))
    say(sqlite_node.authority, "a", Outcome.CONFIRMED, "b")
    say(other, "a", Outcome.REJECTED, "b")
    (row,) = rows(Actor.operator(unit(sqlite_node, "JP-UNIT")))
    assert (row.said.own, row.said.agreement) == (None, Agreement.DISPUTED)


def test_pairs_that_people_judged_and_no_method_suggests_come_last(node: Node) -> None:
    a, b = held("a", node.authority), held("b", node.authority)
    held("c", node.authority)
    say(node.authority, "a", Outcome.CONFIRMED, "c")
    suggested(a, b)
    found = rows(node.operator)
    assert words_of(found) == [{"a", "b"}, {"a", "c"}]
    assert (found[1].method, found[1].score, found[1].said.own) == (None, None, Outcome.CONFIRMED)
    assert words_of(rows(node.operator, only_open=True)) == [{"a", "b"}]


def test_links_can_be_listed_by_series_and_name_the_series_of_both_ends(sqlite_node: Node) -> None:
    home = sqlite_node.authority
    a, b, c, d = (held(word, home) for word in "abcd")
    suggested(a, b)
    suggested(c, d)
    series_with(home, "Stone", b)
    (row,) = rows(sqlite_node.operator, series="Stone")
    assert words_of([row]) == [{"a", "b"}]
    assert row.series == ("Stone (NL-UNIT)",)
    with pytest.raises(InputError):
        rows(sqlite_node.operator, series="Moss")


@pytest.mark.parametrize(
    ("most", "listed", "more"), [(1, 1, True), (2, 2, True), (3, 3, False), (9, 3, False)]
)
def test_a_list_says_when_there_is_more(sqlite_node: Node, most: int, listed: int, more: bool) -> None:
    a = held("a", sqlite_node.authority)
    suggested(a, held("b", sqlite_node.authority))
    suggested(a, held("c", sqlite_node.authority))
    held("d", sqlite_node.authority)
    say(sqlite_node.authority, "a", Outcome.CONFIRMED, "d")
    found, are_more = list_links(sqlite_node.operator, most=most)
    assert (len(found), are_more) == (listed, more)


def test_links_can_be_listed_by_one_media(sqlite_node: Node) -> None:
    a = held("a", sqlite_node.authority)
    for other in "bc":
        suggested(a, held(other, sqlite_node.authority))
    assert words_of(rows(sqlite_node.operator, media=name_of("c"))) == [{"a", "c"}]
    with pytest.raises(InputError):
        rows(sqlite_node.operator, media="0" * 64)


def test_every_look_is_audited_with_the_series_it_told_of_and_no_link_s_number(node: Node) -> None:
    suggested(held("a", node.authority), held("b", node.authority))
    stone = series_with(node.authority, "Stone", held("a"))
    rows(node.operator)
    show_link(Named(name_of("a"), name_of("b")), actor=node.operator)
    events = AuditEvent.objects.order_by("-pk")[:4]
    assert [(event.tag, event.record_ids, event.counts) for event in reversed(events)] == [
        (AuditTag.LINKS_LISTED, [], {"links": 1}),
        (AuditTag.SERIES_LOOKED, [stone.pk], {}),
        (AuditTag.LINKS_SHOWN, [], {"links": 1}),
        (AuditTag.SERIES_LOOKED, [stone.pk], {}),
    ]


def test_nothing_of_a_link_tells_when_others_recorded_its_ends(node: Node) -> None:
    suggested(held("a", node.authority), held("b", node.authority))
    (found,) = show_link(Named(name_of("a"), name_of("b")), actor=node.operator).suggestions
    assert {each.name for each in fields(found)} == {"method", "score", "evidence", "points"}


def test_more_links_are_listed_than_a_statement_takes_values(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.records.batches.parts.__defaults__", (1,))
    for first, second in ("ab", "cd", "ef"):
        suggested(held(first, sqlite_node.authority), held(second, sqlite_node.authority))
        say(sqlite_node.authority, first, Outcome.CONFIRMED, second)
    found = rows(sqlite_node.operator)
    assert [row.said.own for row in found] == [Outcome.CONFIRMED] * 3


def test_an_auditor_sees_no_links(sqlite_node: Node) -> None:
    auditor = Actor(sqlite_node.authority, frozenset({Role.AUDITOR}))
    with pytest.raises(AccessError):
        list_links(auditor)


def test_a_page_goes_on_where_the_one_before_ended_although_links_come_and_go(sqlite_node: Node) -> None:
    node = sqlite_node
    letters = [held(word, node.authority) for word in "abcdefgh"]
    a, others = letters[0], letters[1:]
    for other in others[:5]:
        suggested(a, other, bits=10)
    say(node.authority, "g", Outcome.CONFIRMED, "h")
    say(node.authority, "a", Outcome.CONFIRMED, "h")

    def page(after: LinkPlace | None) -> tuple[list[set[str]], LinkPlace]:
        found = rows(node.operator, most=2, after=after)
        last = found[-1]
        return words_of(found), LinkPlace(last.score, last.first, last.second, last.kind)

    first, place = page(None)
    assert first == [{"a", "b"}, {"a", "c"}]
    suggested(others[0], others[1], bits=1)  # A stronger one comes, and one of the page goes.
    Link.objects.filter(first=a, second=others[0]).delete()
    second, place = page(place)
    assert second == [{"a", "d"}, {"a", "e"}]
    third, place = page(place)
    assert third == [{"a", "f"}, {"a", "h"}]
    fourth, place = page(place)
    assert fourth == [{"g", "h"}]
    assert rows(node.operator, most=2, after=place) == []
    gone = LinkPlace(1 - 10 / 256, "0" * 16, "1" * 16, place.kind)
    assert words_of(rows(node.operator, most=2, after=gone)) == [{"a", "c"}, {"a", "d"}]
