"""Two who work on the same series are told, each what it may know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import AuthorityKind
from cairn.records.series import Claim, SeriesMedia
from cairn.types import Handling, SeriesStatus
from services.alerting.records import authority, look_for_same_work, media, series, sighting, told

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

SAME = AlertKind.SAME_WORK


def test_two_that_have_registered_the_same_series_are_told_of_each_other(node: Node) -> None:
    here, there = node.authority, authority("BR-UNIT")
    owner = authority("SE-HOTLINE", AuthorityKind.HOTLINE)
    picture = media()
    stone = series(owner, picture)
    sighting(picture, here)
    look_for_same_work(stone)
    assert not Alert.objects.exists()
    sighting(picture, there)
    look_for_same_work(stone)
    look_for_same_work(stone)
    assert told(here) == [(SAME, stone.pk, "BR-UNIT")]
    assert told(there) == [(SAME, stone.pk, "NL-UNIT")]
    assert told(owner) == []


def test_a_third_is_told_of_both_and_both_of_the_third(node: Node) -> None:
    here, second, third = node.authority, authority("BR-UNIT"), authority("SE-UNIT")
    picture = media()
    stone = series(here, picture)
    for joins in (second, third):
        sighting(picture, joins)
        look_for_same_work(stone)
    assert told(here) == [(SAME, stone.pk, "BR-UNIT"), (SAME, stone.pk, "SE-UNIT")]
    assert told(second) == [(SAME, stone.pk, "NL-UNIT"), (SAME, stone.pk, "SE-UNIT")]
    assert told(third) == [(SAME, stone.pk, "BR-UNIT"), (SAME, stone.pk, "NL-UNIT")]


@pytest.mark.parametrize("handling", Handling)
@pytest.mark.parametrize("is_named", [False, True])
def test_who_may_not_see_the_series_is_not_told_and_its_owner_is(
    node: Node, handling: Handling, is_named: bool
) -> None:
    owner, asker = node.authority, authority("BR-UNIT")
    picture = media()
    stone = series(owner, picture, handling=handling, named=[asker] if is_named else [])
    sighting(picture, asker)
    look_for_same_work(stone)
    knows = handling is Handling.ALLIANCE or (handling is Handling.NAMED and is_named)
    assert told(owner) == [(SAME, stone.pk, "BR-UNIT")]
    assert told(asker) == ([(SAME, stone.pk, "NL-UNIT")] if knows else [])


def test_work_that_shows_only_in_hidden_sightings_is_not_told(node: Node) -> None:
    owner, covert, reader = node.authority, authority("BR-UNIT"), authority("SE-UNIT")
    picture = media()
    stone = series(owner, picture)
    series(covert, picture, handling=Handling.BLIND)
    sighting(picture, covert)
    sighting(picture, reader)
    look_for_same_work(stone)
    assert told(reader) == [(SAME, stone.pk, "NL-UNIT")]
    assert told(owner) == [(SAME, stone.pk, "SE-UNIT")]
    assert told(covert) == [(SAME, stone.pk, "NL-UNIT"), (SAME, stone.pk, "SE-UNIT")]


@pytest.mark.parametrize("status", SeriesStatus)
def test_a_settled_series_is_worked_on_by_nobody(node: Node, status: SeriesStatus) -> None:
    picture = media()
    stone = series(node.authority, picture, status=status)
    sighting(picture, authority("BR-UNIT"))
    look_for_same_work(stone)
    assert bool(told(node.authority)) is not status.is_settled


@pytest.mark.parametrize(("hours", "expected"), [(1, True), (-1, False)])
def test_a_claim_is_work_until_it_runs_out(node: Node, hours: int, expected: bool) -> None:
    other = authority("BR-UNIT")
    stone = series(node.authority, media())
    ends_at = timezone.now() + timedelta(hours=hours)
    Claim.objects.create(series=stone, authority=other, ends_at=ends_at)
    look_for_same_work(stone)
    assert bool(told(node.authority)) is bool(told(other)) is expected


def test_putting_media_into_a_series_is_work_and_reporting_it_is_none(node: Node) -> None:
    unit, hotline = authority("BR-UNIT"), authority("SE-HOTLINE", AuthorityKind.HOTLINE)
    picture, another = media(), media()
    stone = series(node.authority, picture)
    SeriesMedia.objects.create(series=stone, media=another, added_by=unit)
    sighting(picture, hotline)
    look_for_same_work(stone)
    assert told(node.authority) == [(SAME, stone.pk, "BR-UNIT")]
    assert told(hotline) == []


def test_a_withdrawn_sighting_is_no_work(node: Node) -> None:
    other = authority("BR-UNIT")
    picture = media()
    stone = series(node.authority, picture)
    seen = sighting(picture, other)
    seen.withdrawn_at = timezone.now()
    seen.save()
    look_for_same_work(stone)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("handling", Handling)
def test_the_hub_is_told_of_every_two_that_it_may_know_of(node: Node, handling: Handling) -> None:
    hub = authority("HUB", AuthorityKind.HUB)
    picture = media()
    stone = series(node.authority, picture, handling=handling)
    others = [authority("BR-UNIT"), authority("SE-UNIT")]
    for other in others:
        sighting(picture, other)
    look_for_same_work(stone)
    look_for_same_work(stone)
    pairs = [row.facts["authorities"] for row in Alert.objects.filter(authority=hub).order_by("pk")]
    here, first, second = node.authority.pk, others[0].pk, others[1].pk
    expected = [[here, first], [here, second], [first, second]]
    assert pairs == (expected if handling is Handling.ALLIANCE else [])
