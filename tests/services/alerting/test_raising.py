"""Alerts are raised in the transaction of the act, once, and to nobody who may not know."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.db import transaction

from cairn.errors import IntegrityError
from cairn.records.alerts import Alert, AlertKind, OutgoingMail, Subscription
from cairn.records.authorities import AuthorityKind
from cairn.services.alerting import News, raise_alert, raise_alerts
from cairn.types import Handling
from services.alerting.records import authority, person, series, told

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_an_alert_is_bound_to_the_transaction_of_its_act(node: Node) -> None:
    with pytest.raises(IntegrityError, match="transaction of its act"):
        raise_alert(AlertKind.MET, to=node.authority, once="x")
    with pytest.raises(RuntimeError), transaction.atomic():
        raise_alert(AlertKind.MET, to=node.authority, once="x")
        raise RuntimeError
    assert not Alert.objects.exists()


def test_the_same_thing_is_told_once_to_each(node: Node) -> None:
    other = authority("BR-UNIT")
    with transaction.atomic():
        first = raise_alert(AlertKind.MET, to=node.authority, once="x", facts={"files": 3})
        assert first is not None
        assert first.facts == {"files": 3}
        assert raise_alert(AlertKind.MET, to=node.authority, once="x") is None
        assert raise_alert(AlertKind.MET, to=other, once="x") is not None
        assert len(raise_alerts([News(AlertKind.MET, other, "y"), News(AlertKind.MET, other, "y")])) == 1
    assert Alert.objects.count() == 3


def test_nobody_is_told_of_their_own_acts(node: Node) -> None:
    with transaction.atomic():
        assert raise_alert(AlertKind.MET, to=node.authority, once="x", about=node.authority) is None


@pytest.mark.parametrize("kind", [AuthorityKind.UNIT, AuthorityKind.HUB, AuthorityKind.HOTLINE])
@pytest.mark.parametrize("handling", Handling)
@pytest.mark.parametrize("is_named", [False, True])
def test_nobody_is_told_of_a_series_that_they_may_not_know(
    node: Node, kind: AuthorityKind, handling: Handling, is_named: bool
) -> None:
    reader = authority("XX", kind)
    about = series(node.authority, handling=handling, named=[reader] if is_named else [])
    with transaction.atomic():
        raise_alert(AlertKind.STATUS, to=reader, once="x", series=about)
        raise_alert(AlertKind.STATUS, to=node.authority, once="x", series=about)
    knows = kind is not AuthorityKind.HOTLINE and (
        handling is Handling.ALLIANCE or (handling is Handling.NAMED and is_named)
    )
    assert bool(told(reader)) is knows
    assert told(node.authority) == [(AlertKind.STATUS, about.pk, None)]


def test_a_number_that_is_taken_is_drawn_again(node: Node) -> None:
    with (
        patch("cairn.records.alerts.secrets.randbelow", side_effect=[5, 5, 6]),
        transaction.atomic(),
    ):
        first = raise_alert(AlertKind.MET, to=node.authority, once="x")
        second = raise_alert(AlertKind.MET, to=node.authority, once="y")
    assert first is not None
    assert second is not None
    assert second.number == first.number + 1


def test_many_are_told_in_a_few_statements(node: Node) -> None:
    about = series(node.authority)
    readers = [authority(f"A{number}") for number in range(5)]
    news = [News(AlertKind.STATUS, reader, f"{n}", about) for reader in readers for n in range(100)]
    with transaction.atomic():
        assert len(raise_alerts(news)) == 500
    assert {Alert.objects.filter(authority=reader).count() for reader in readers} == {100}


def test_a_mail_waits_for_those_who_follow_all_alerts_of_their_own_authority(node: Node) -> None:
    other = authority("BR-UNIT")
    follower, silent = person(node.authority, "vera"), person(node.authority, "ulf")
    stranger = person(other, "ana")
    Subscription.objects.create(authority=node.authority, user=follower, by_email=True)
    Subscription.objects.create(authority=node.authority, user=silent)
    Subscription.objects.create(authority=node.authority, user=stranger, by_email=True)
    Subscription.objects.create(authority=other, user=stranger, by_email=True)
    with transaction.atomic():
        raise_alert(AlertKind.MET, to=node.authority, once="x")
    assert list(OutgoingMail.objects.values_list("user__login", "attempts")) == [("vera", 0)]


def test_a_person_is_written_to_once_of_an_alert(node: Node) -> None:
    follower = person(node.authority, "vera")
    Subscription.objects.create(authority=node.authority, user=follower, by_email=True)
    with transaction.atomic():
        raise_alerts([News(AlertKind.MET, node.authority, "x", followers=frozenset({follower.pk}))])
    assert OutgoingMail.objects.count() == 1
