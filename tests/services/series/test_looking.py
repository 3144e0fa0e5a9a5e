"""Whoever sees a series by way of a link, a victim or a proposal is named to its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.people import Victim
from cairn.records.users import Actor
from cairn.services.auditing.reading import looks
from cairn.services.cases import open_case
from cairn.services.judgements.judge import Named
from cairn.services.judgements.links import list_links, show_link
from cairn.services.people.pages import list_people, show_person
from cairn.services.people.recording import PersonFacts, attach, record_person
from cairn.services.series.opening import create_series
from cairn.services.status.changing import (
    Wish,
    change_status,
    confirm_status,
    refuse_status,
    take_back_status,
)
from cairn.services.status.history import waiting
from services.judging import held, name_of, series_with, suggested
from services.persons import person
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def looked(owner: Actor, series: str) -> list[str]:
    return [row.authority for row in looks(owner, series) if row.tag == AuditTag.SERIES_LOOKED]


def test_whoever_is_shown_links_has_looked_at_the_series_of_both_ends(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    a, b = (held(word, node.authority, other) for word in "ab")
    suggested(a, b)
    series_with(node.authority, "Stone", b)
    list_links(Actor.operator(other), series="Stone")
    show_link(Named(name_of("a"), name_of("b")), actor=Actor.operator(other))
    assert looked(node.operator, "Stone") == ["BR-UNIT"] * 2


def test_whoever_is_shown_a_victim_has_looked_at_the_victims_series(node: Node) -> None:
    owner, other = node.operator, Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=owner)
    create_series("Moss", actor=owner)
    victim = record_person(Victim, "17", PersonFacts(), actor=owner)
    attach(victim, stone, actor=owner)
    list_people(Victim, actor=other)
    open_case("BR 7", purpose="", review_on=None, actor=other)
    show_person(victim, actor=other, case="BR 7")
    found = [(row.authority, row.case) for row in looks(owner, "Stone") if row.tag == AuditTag.SERIES_LOOKED]
    assert found == [("BR-UNIT", ""), ("BR-UNIT", "BR 7")]
    assert looked(owner, "Moss") == []


def test_whoever_proposes_or_decides_a_status_has_looked_at_its_series(node: Node) -> None:
    first, second = person(node.authority), person(node.authority)
    stone = create_series("Stone", actor=node.operator)
    victim = record_person(Victim, "17", PersonFacts(), actor=node.operator)
    attach(victim, stone, actor=node.operator)
    for subject, tag in ((stone, AuditTag.SERIES_STATUS_CHANGED), (victim, AuditTag.VICTIM_STATUS_CHANGED)):
        before = len(looked(node.operator, "Stone"))
        change_status(subject, Wish("identified"), actor=first)
        refuse_status(subject, reason="Not yet.", actor=second)
        change_status(subject, Wish("identified"), actor=first)
        take_back_status(subject, actor=first)
        change_status(subject, Wish("identified"), actor=first)
        waiting(second)
        assert len(looked(node.operator, "Stone")) == before + 6
        confirm_status(subject, actor=second)
        assert AuditEvent.objects.filter(tag=tag).exists()
        # That a series' own status has changed is shown as that.
        assert len(looked(node.operator, "Stone")) == before + 6 + (subject is victim)


def test_where_no_series_was_shown_no_look_is_written(node: Node) -> None:
    create_series("Stone", actor=node.operator)
    record_person(Victim, "17", PersonFacts(), actor=node.operator)
    list_people(Victim, actor=node.operator)
    assert looked(node.operator, "Stone") == []
