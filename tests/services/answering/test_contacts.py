"""Whom an asker is told to ask about a series that a check has met."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.series import Claim, Series
from cairn.records.users import Actor
from cairn.services.answering.contacts import workers_on
from cairn.services.answering.restrictions import Restrictions
from cairn.services.directory.authorities import AuthorityChange, change_authority
from cairn.services.series.claims import claim
from cairn.services.series.opening import create_series
from cairn.types import Handling
from pictures import drawn, save
from services.seizures import hold, run, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def _claimed(series: Series, actor: Actor) -> list[str]:
    found = workers_on([series.pk], actor=actor)
    return [row.who.authority for row in found.get(series.pk, ())]


def test_a_check_tells_the_lead_who_works_on_it_and_how_each_is_reached(node: Node, tmp_path: Path) -> None:
    owner, lead, third = (Actor.operator(unit(node, code)) for code in ("BR-UNIT", "SE-UNIT", "CA-UNIT"))
    change = AuthorityChange(contact_hours="Mon-Fri 8-17 CET", contact_channel="SIENA")
    change_authority("BR-UNIT", change, actor=node.operator)
    stone = create_series("Stone", actor=owner)
    Series.objects.filter(pk=stone.pk).update(
        lead=lead.authority, handling_code="H3", handling_words="Ask first.", tlp="TLP:RED"
    )
    claim(stone, actor=third)
    (tmp_path / "seized").mkdir()
    save(drawn(1), tmp_path / "seized" / "1.jpg")
    hold(node, tmp_path / "seized", authority="BR-UNIT", series="Stone")
    answer = run(node, tmp_path / "seized")
    (met,) = answer.series
    assert (met.facts.owner.hours, met.facts.owner.channel) == ("Mon-Fri 8-17 CET", "SIENA")
    assert met.facts.lead.authority == "SE-UNIT"
    assert [row.who.authority for row in met.facts.workers] == ["CA-UNIT"]
    assert answer.handling == Restrictions(("H3",), ("Ask first.",), "TLP:RED")


def test_a_claim_that_has_ended_is_not_told(node: Node) -> None:
    stone = create_series("Stone", actor=node.operator)
    claim(stone, actor=node.operator)
    assert _claimed(stone, node.operator) == ["NL-UNIT"]
    Claim.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert _claimed(stone, node.operator) == []


def test_who_claimed_what_was_merged_into_it_is_told_to_those_who_saw_that(node: Node) -> None:
    owner, asker = Actor.operator(unit(node, "BR-UNIT")), Actor.operator(unit(node, "CA-UNIT"))
    stone, river, deep = (create_series(name, actor=owner) for name in ("Stone", "River", "Deep"))
    claim(deep, actor=owner)
    claim(stone, actor=node.operator)
    Series.objects.filter(pk=deep.pk).update(merged_into=river)
    Series.objects.filter(pk=river.pk).update(merged_into=stone)
    assert _claimed(stone, asker) == ["BR-UNIT", "NL-UNIT"]
    Series.objects.filter(pk=deep.pk).update(handling=Handling.BLIND)
    assert _claimed(stone, asker) == ["NL-UNIT"]
    assert _claimed(stone, owner) == ["BR-UNIT", "NL-UNIT"]
