"""The owner alone says who may learn of a series; to widen it takes an explicit word."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.access import visible_series
from cairn.records.audit import AuditEvent
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.users import Actor
from cairn.services.series.audience import Audience, audience_of
from cairn.services.series.handling import NewHandling, change_handling
from cairn.services.series.opening import create_series
from cairn.types import Handling
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.records.authorities import Authority
    from cairn.services.node.opening import Node

WAYS = [
    (Handling.BLIND, ()),
    (Handling.NAMED, ("BR-UNIT",)),
    (Handling.NAMED, ("BR-UNIT", "JP-UNIT")),
    (Handling.ALLIANCE, ()),
]
"""From the narrowest to the widest."""


def sees(actor: Actor | Authority, name: str = "Stone") -> bool:
    asker = actor if isinstance(actor, Actor) else Actor.operator(actor)
    return visible_series(asker).filter(name=name).exists()


def test_to_widen_takes_the_word_and_to_narrow_takes_none(node: Node) -> None:
    others = [unit(node, "BR-UNIT"), unit(node, "JP-UNIT")]
    for number, ((was, before), (now, after)) in enumerate(product(WAYS, WAYS)):
        name = f"Stone {number}"
        series = create_series(name, actor=node.operator, handling=was, named=before)
        new = NewHandling(handling=now, named=after)
        widens = WAYS.index((now, after)) > WAYS.index((was, before))
        if widens:
            with pytest.raises(InputError, match="--widen") as caught:
                change_handling(series, new, actor=node.operator)
            assert caught.value.code == "series.widens"
            new = NewHandling(handling=now, named=after, widen=True)
        change_handling(series, new, actor=node.operator)
        assert AuditEvent.objects.latest("pk").counts == {"widened": int(widens)}
        seen = [sees(other, name) for other in others]
        assert seen == [now is Handling.ALLIANCE or other.code in after for other in others]


def test_other_named_authorities_are_a_wider_audience_even_if_they_are_fewer() -> None:
    two, one = Audience(everybody=False, authorities=frozenset({1, 2, 3})), frozenset({1, 4})
    assert not Audience(everybody=False, authorities=one).is_within(two)
    assert two.is_within(two)


def test_the_owner_is_always_in_the_audience(node: Node) -> None:
    series = create_series("Stone", actor=node.operator, handling=Handling.BLIND)
    assert audience_of(series) == Audience(everybody=False, authorities=frozenset({node.authority.pk}))


def test_nobody_but_the_owner_handles_it_not_even_the_lead(node: Node) -> None:
    lead = unit(node, "BR-UNIT")
    series = create_series("Stone", actor=node.operator)
    series.lead = lead
    series.save()
    with pytest.raises(AccessError):
        change_handling(series, NewHandling(handling=Handling.BLIND), actor=Actor.operator(lead))


def test_codes_that_travel_with_exports_change_without_touching_who_sees_it(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    series = create_series("Stone", actor=node.operator, handling=Handling.NAMED, named=("BR-UNIT",))
    new = NewHandling(code=HandlingCode.H3, words="Not before the trial.", tlp=Tlp.RED)
    made = change_handling(series, new, actor=node.operator)
    assert (made.handling_code, made.handling_words, made.tlp) == ("H3", "Not before the trial.", "TLP:RED")
    assert sees(other)


@pytest.mark.parametrize(
    "new",
    [
        NewHandling(code=HandlingCode.H3),
        NewHandling(words="Only for us."),
        NewHandling(named=("BR-UNIT",)),
        NewHandling(handling=Handling.NAMED),
        NewHandling(handling=Handling.NAMED, named=("XX-UNIT",)),
    ],
)
def test_values_that_do_not_fit_together_are_refused(sqlite_node: Node, new: NewHandling) -> None:
    unit(sqlite_node, "BR-UNIT")
    series = create_series("Stone", actor=sqlite_node.operator)
    with pytest.raises(InputError):
        change_handling(series, new, actor=sqlite_node.operator)
    series.refresh_from_db()
    assert (series.handling, series.handling_code) == (Handling.ALLIANCE, HandlingCode.H0)
