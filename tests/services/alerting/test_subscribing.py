"""Subscriptions are made, listed and ended by the authority that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.alerts import Subscription
from cairn.records.series import Marker
from cairn.records.users import Actor, Role, User
from cairn.services.alerting.searches import Search
from cairn.services.alerting.subscribing import (
    Wanted,
    list_subscriptions,
    set_address,
    subscribe,
    unsubscribe,
)
from cairn.types import Handling, SeriesStatus
from services.alerting.records import authority, person, series

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

SEARCH = Search((SeriesStatus.UNIDENTIFIED,), (Marker.ONGOING,), "BR", "BR-UNIT", (Handling.NAMED,), 3)


def test_a_saved_search_reads_back_as_it_was(node: Node) -> None:
    subscribe(Wanted(search=SEARCH), actor=node.operator)
    record = Subscription.objects.get().search
    assert record is not None
    assert Search.from_record(record) == SEARCH


@pytest.mark.parametrize(
    "record",
    [{}, {"min_new": 0}, {**SEARCH.as_record(), "status": "x"}, {**SEARCH.as_record(), "marker": ["x"]}],
)
def test_a_search_that_is_damaged_says_so(record: dict[str, object]) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Search.from_record(record)


def test_subscriptions_are_listed_and_ended_by_their_own_authority(sqlite_node: Node) -> None:
    other = Actor.operator(authority("BR-UNIT"))
    stone = series(sqlite_node.authority, name="Stone")
    first = subscribe(Wanted(series="Stone"), actor=other)
    subscribe(Wanted(country="SE"), actor=other)
    assert [(row.series, row.country) for row in list_subscriptions(actor=other)] == [
        ("Stone", ""),
        (None, "SE"),
    ]
    assert list_subscriptions(actor=sqlite_node.operator) == ()
    with pytest.raises(InputError, match="has no subscription"):
        unsubscribe(first.pk, actor=sqlite_node.operator)
    stone.handling = Handling.BLIND
    stone.save()
    assert list_subscriptions(actor=other)[0].series == ""
    unsubscribe(first.pk, actor=other)
    assert len(list_subscriptions(actor=other)) == 1


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(), "Name one thing"),
        (Wanted(series="Stone", country="SE"), "Name one thing"),
        (Wanted(country="Sweden"), "no country"),
        (Wanted(series="Moss"), "no series 'Moss'"),
        (Wanted(by_email=True), "a person who signs in"),
    ],
)
def test_a_subscription_that_does_not_hold_is_refused(sqlite_node: Node, wanted: Wanted, words: str) -> None:
    series(sqlite_node.authority, name="Stone")
    with pytest.raises(InputError, match=words):
        subscribe(wanted, actor=sqlite_node.operator)
    assert not Subscription.objects.exists()


def test_a_mail_needs_an_address_that_the_person_has_given(sqlite_node: Node) -> None:
    vera = Actor.person(person(sqlite_node.authority, "vera"))
    with pytest.raises(InputError, match="given an address"):
        subscribe(Wanted(by_email=True), actor=vera)
    set_address("vera@unit.example", actor=vera)
    subscribe(Wanted(by_email=True), actor=vera)
    assert User.objects.get(login="vera").email == "vera@unit.example"
    set_address("", actor=vera)
    assert User.objects.get(login="vera").email == ""


@pytest.mark.parametrize(
    "address", ["vera", "a b@x.example", "vera@unit.example\nBcc: x@y.example", "ü@x.example"]
)
def test_what_is_no_address_is_refused(sqlite_node: Node, address: str) -> None:
    with pytest.raises(InputError, match="no e-mail address"):
        set_address(address, actor=Actor.person(person(sqlite_node.authority, "vera")))


def test_the_operator_has_no_address(sqlite_node: Node) -> None:
    with pytest.raises(InputError, match="a person's"):
        set_address("x@unit.example", actor=sqlite_node.operator)


def test_an_auditor_follows_nothing(sqlite_node: Node) -> None:
    with pytest.raises(AccessError):
        subscribe(
            Wanted(country="SE"), actor=Actor.person(person(sqlite_node.authority, "vera", Role.AUDITOR))
        )
