"""Who works on a series now: a claim that ends by itself, and tells others whom to ask."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import AccessError, InputError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent
from cairn.records.cases import Case
from cairn.records.series import Claim, Series
from cairn.records.users import Actor
from cairn.services.series.claims import claim, release, renew, workers_of
from cairn.services.series.family import claimants
from cairn.services.series.opening import create_series
from cairn.services.series.regrouping import merge
from cairn.types import Handling
from services.persons import person
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def codes(series: Series, actor: Actor) -> list[str]:
    return [row.authority for row in workers_of(series, actor=actor)]


def expire(series: Series) -> None:
    Claim.objects.filter(series=series).update(ends_at=timezone.now() - timedelta(seconds=1))


def test_whoever_sees_a_series_claims_it_and_sees_who_else_has(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=owner)
    Case.objects.create(authority=node.authority, reference="2026-17")
    vera = person(node.authority)
    claim(stone, days=10, case="2026-17", actor=vera)
    claim(stone, actor=owner)
    ours, theirs = workers_of(stone, actor=vera)
    assert (ours.authority, ours.case, ours.person) == ("NL-UNIT", "2026-17", vera.user and vera.user.login)
    assert (theirs.authority, theirs.contact) == ("BR-UNIT", "desk@br-unit.example")
    seen = workers_of(stone, actor=owner)[0]
    assert (seen.authority, seen.case, seen.person) == ("NL-UNIT", None, None)
    assert timedelta(days=9) < seen.ends_at - timezone.now() <= timedelta(days=10)
    assert AuditEvent.objects.filter(case_reference="2026-17").get().counts == {"days": 10}


def test_a_claim_ends_by_itself_and_then_cannot_be_renewed(node: Node) -> None:
    stone = create_series("Stone", actor=node.operator)
    claim(stone, actor=node.operator)
    expire(stone)
    assert codes(stone, node.operator) == []
    for act in (renew, release):
        with pytest.raises(InputError, match="no claim") as caught:
            act(stone, actor=node.operator)
        assert caught.value.code == "claim.missing"


def test_renewing_keeps_since_when_and_claiming_after_the_end_begins_anew(node: Node) -> None:
    stone = create_series("Stone", actor=node.operator)
    first = claim(stone, days=1, actor=node.operator)
    renewed = renew(stone, days=20, actor=node.operator)
    assert (renewed.pk, renewed.since) == (first.pk, first.since)
    assert renewed.ends_at > first.ends_at
    expire(stone)
    assert claim(stone, actor=node.operator).since > first.since
    assert Claim.objects.count() == 1


def test_a_claim_on_a_merged_series_is_renewed_where_it_was_made_and_tells_as_before(node: Node) -> None:
    owner, other = Actor.operator(unit(node, "BR-UNIT")), Actor.operator(unit(node, "SE-UNIT"))
    source, middle, stone = (create_series(name, actor=owner) for name in ("Pebble", "Rock", "Stone"))
    began = claim(source, actor=node.operator).since
    merge(source, middle, reason="The same.", actor=owner)
    merge(middle, stone, reason="The same.", actor=owner)
    for act in (renew, claim):
        assert act(stone, days=90, actor=node.operator).since == began
    assert Claim.objects.get(authority=node.authority).series == source
    claim(stone, actor=other)
    told = Alert.objects.filter(kind=AlertKind.SAME_WORK, series=stone)
    assert {(row.authority.code, row.about and row.about.code) for row in told} == {
        ("SE-UNIT", "NL-UNIT"),
        ("NL-UNIT", "SE-UNIT"),
    }
    assert {each.code for each in claimants([stone.pk])[stone.pk]} == {"NL-UNIT", "SE-UNIT"}
    release(stone, actor=node.operator)
    assert codes(stone, node.operator) == ["SE-UNIT"]


def test_a_claim_is_released_by_its_own_authority(node: Node) -> None:
    stone, other = create_series("Stone", actor=node.operator), Actor.operator(unit(node, "BR-UNIT"))
    claim(stone, actor=node.operator)
    with pytest.raises(InputError):
        release(stone, actor=other)
    release(stone, actor=node.operator)
    assert codes(stone, node.operator) == []


def test_two_who_claim_the_same_series_are_told_of_each_other(node: Node) -> None:
    stone, other = create_series("Stone", actor=node.operator), Actor.operator(unit(node, "BR-UNIT"))
    claim(stone, actor=node.operator)
    assert not Alert.objects.filter(kind=AlertKind.SAME_WORK).exists()
    claim(stone, actor=other)
    told = Alert.objects.filter(kind=AlertKind.SAME_WORK).values_list("authority__code", flat=True)
    assert sorted(told) == ["BR-UNIT", "NL-UNIT"]


@pytest.mark.parametrize("days", [0, -1, 181])
def test_a_claim_lasts_half_a_year_at_the_most(sqlite_node: Node, days: int) -> None:
    stone = create_series("Stone", actor=sqlite_node.operator)
    with pytest.raises(InputError, match="1 to 180 days"):
        claim(stone, days=days, actor=sqlite_node.operator)


def test_a_case_of_others_or_none_is_no_case(node: Node) -> None:
    stone = create_series("Stone", actor=node.operator)
    Case.objects.create(authority=unit(node, "BR-UNIT"), reference="BR-1")
    with pytest.raises(InputError) as caught:
        claim(stone, case="BR-1", actor=node.operator)
    assert caught.value.code == "case.missing"
    assert not Claim.objects.exists()


def test_a_hidden_series_is_claimed_by_nobody(node: Node) -> None:
    stone = create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), handling=Handling.BLIND)
    for act in (claim, renew, release, workers_of):
        with pytest.raises(AccessError):
            act(stone, actor=node.operator)
