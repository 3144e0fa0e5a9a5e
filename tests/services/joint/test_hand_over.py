"""The lead of a series moves when the other side accepts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.alerts import AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.joint import HandOver
from cairn.records.series import Series
from cairn.records.users import Actor, Role
from cairn.services.joint.hand_over import accept_lead, offer_lead, refuse_lead
from cairn.types import Handling
from services.alerting.records import authority, person, series, told

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture
def other(node: Node) -> Authority:
    series(node.authority, name="Stone")
    return authority("BR-UNIT")


def lead() -> str:
    return Series.objects.select_related("lead").get(name="Stone").lead.code


def test_a_lead_that_is_accepted_moves_and_the_owner_stays(node: Node, other: Authority) -> None:
    stone = Series.objects.get().pk
    offer_lead("Stone", to="BR-UNIT", reason="They have the school.", actor=node.operator)
    assert told(other) == [(AlertKind.HAND_OVER, stone, "NL-UNIT")]
    assert lead() == "NL-UNIT"
    accept_lead("Stone", actor=Actor.operator(other))
    assert (lead(), Series.objects.get().owner) == ("BR-UNIT", node.authority)
    assert told(node.authority) == [(AlertKind.HAND_OVER, stone, "BR-UNIT")]
    tags = AuditEvent.objects.order_by("-pk").values_list("tag", "record_ids")[:2]
    assert list(tags) == [
        (AuditTag.HAND_OVER_ACCEPTED, [stone]),
        (AuditTag.HAND_OVER_OFFERED, [stone]),
    ]


def test_a_lead_that_is_refused_stays(node: Node, other: Authority) -> None:
    offer_lead("Stone", to="BR-UNIT", actor=node.operator)
    refuse_lead("Stone", actor=Actor.operator(other))
    assert lead() == "NL-UNIT"
    assert told(node.authority) == [(AlertKind.HAND_OVER, Series.objects.get().pk, "BR-UNIT")]
    with pytest.raises(InputError, match="not offered"):
        accept_lead("Stone", actor=Actor.operator(other))


def test_nobody_takes_what_was_not_offered_to_them(node: Node, other: Authority) -> None:
    third = authority("SE-UNIT")
    offer_lead("Stone", to="BR-UNIT", actor=node.operator)
    for act in (accept_lead, refuse_lead):
        with pytest.raises(InputError, match="not offered to SE-UNIT"):
            act("Stone", actor=Actor.operator(third))
    assert lead() == "NL-UNIT"


def test_a_new_offer_takes_the_place_of_one_that_waits(node: Node, other: Authority) -> None:
    third = authority("SE-UNIT")
    offer_lead("Stone", to="BR-UNIT", actor=node.operator)
    offer_lead("Stone", to="SE-UNIT", actor=node.operator)
    with pytest.raises(InputError, match="not offered"):
        accept_lead("Stone", actor=Actor.operator(other))
    accept_lead("Stone", actor=Actor.operator(third))
    assert lead() == "SE-UNIT"
    assert HandOver.objects.exclude(accepted_at=None).count() == 1


def test_only_who_leads_or_owns_a_series_hands_it_over(node: Node, other: Authority) -> None:
    authority("SE-UNIT")
    with pytest.raises((InputError, AccessError)):
        offer_lead("Stone", to="SE-UNIT", actor=Actor.operator(other))
    offer_lead("Stone", to="BR-UNIT", actor=node.operator)
    accept_lead("Stone", actor=Actor.operator(other))
    offer_lead("Stone", to="SE-UNIT", actor=Actor.operator(other))
    offer_lead("Stone", to="NL-UNIT", actor=node.operator)
    accept_lead("Stone", actor=node.operator)
    assert lead() == "NL-UNIT"


@pytest.mark.parametrize("handling", [Handling.NAMED, Handling.BLIND])
def test_a_lead_is_not_offered_to_whoever_may_not_see_the_series(
    node: Node, other: Authority, handling: Handling
) -> None:
    Series.objects.update(handling=handling)
    with pytest.raises(InputError, match="may not see this series"):
        offer_lead("Stone", to="BR-UNIT", actor=node.operator)
    assert told(other) == []


def test_a_lead_goes_to_police_who_do_not_lead_yet(node: Node, other: Authority) -> None:
    authority("SE-HOTLINE", AuthorityKind.HOTLINE)
    with pytest.raises(InputError, match="no police unit"):
        offer_lead("Stone", to="SE-HOTLINE", actor=node.operator)
    with pytest.raises(InputError, match="leads this series already"):
        offer_lead("Stone", to="NL-UNIT", actor=node.operator)


def test_an_auditor_hands_nothing_over(node: Node, other: Authority) -> None:
    auditor = Actor.person(person(node.authority, "vera", Role.AUDITOR))
    with pytest.raises((InputError, AccessError)):
        offer_lead("Stone", to="BR-UNIT", actor=auditor)
