"""Victims and offenders carry no names; who sees a series sees them, and the owner alone changes them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.people import AgeBand, Offender, Sex, Support, Victim
from cairn.records.users import Actor, Role
from cairn.services.cases import open_case
from cairn.services.people.pages import find_people_page, list_people, show_person
from cairn.services.people.recording import (
    PersonFacts,
    attach,
    change_person,
    detach,
    find_person,
    record_person,
    say_support,
)
from cairn.services.series.family import family
from cairn.services.series.opening import create_series
from cairn.services.series.regrouping import merge
from cairn.services.status.changing import Wish, change_status
from cairn.types import Handling, OffenderStatus, VictimStatus
from services.persons import person, settle
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

NOTHING = PersonFacts()


@pytest.mark.parametrize("reference", ["NL-2026-17", "17", "BKA/2026.4_1", "A1", "x" * 4 + "1" * 96])
def test_a_number_of_a_register_is_a_reference(node: Node, reference: str) -> None:
    made = record_person(Victim, reference, NOTHING, actor=node.operator)
    assert (made.country, made.sex, made.age_band) == ("NL", Sex.UNKNOWN, AgeBand.UNKNOWN)
    assert find_person(Victim, reference, actor=node.operator) == made


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "Anna",
        "Jansen-3",
        "anna smith 1",
        "A-B",
        "NL 17",
        "-17",
        "17-",
        "17\n",
        "1\x00",
        "é1",
        "1" * 101,
        "a@b.c1",
    ],
)
def test_what_could_be_a_name_is_no_reference(sqlite_node: Node, reference: str) -> None:
    with pytest.raises(InputError) as caught:
        record_person(Victim, reference, NOTHING, actor=sqlite_node.operator)
    assert caught.value.code == "person.reference"


def test_a_reference_is_used_once_by_an_authority_and_once_by_each(node: Node) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    for actor in (node.operator, other):
        record_person(Offender, "17", NOTHING, actor=actor)
        with pytest.raises(InputError, match="already"):
            record_person(Offender, "17", NOTHING, actor=actor)


def test_who_sees_the_series_sees_its_people_and_nobody_else_does(node: Node) -> None:
    owner, reader = Actor.operator(unit(node, "BR-UNIT")), Actor.operator(unit(node, "JP-UNIT"))
    victim = record_person(Victim, "BR-17", NOTHING, actor=owner)
    with pytest.raises(InputError, match="no victim 'BR-UNIT/BR-17'"):
        find_person(Victim, "BR-UNIT/BR-17", actor=reader)
    named = create_series("Stone", actor=owner, handling=Handling.NAMED, named=("JP-UNIT",))
    hidden = create_series("Moss", actor=owner, handling=Handling.BLIND)
    for series in (named, hidden):
        attach(victim, series, actor=owner)
    found = find_person(Victim, "BR-UNIT/BR-17", actor=reader)
    open_case("JP-1", purpose="", review_on=None, actor=reader)
    assert show_person(found, actor=reader, case="JP-1").person.series == ("BR-UNIT/Stone",)
    looked = AuditEvent.objects.order_by("-pk")[:2]
    assert [(event.tag, event.case_reference, event.record_ids) for event in looked] == [
        (AuditTag.SERIES_LOOKED, "JP-1", [named.pk]),
        (AuditTag.VICTIM_SHOWN, "JP-1", [victim.pk]),
    ]
    assert list_people(Victim, actor=node.operator) == ()
    detach(victim, named, actor=owner)
    assert list_people(Victim, actor=reader) == ()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.HOTLINE_ANALYST, Role.REPORTER])
def test_people_are_for_those_who_work_on_them(node: Node, role: Role) -> None:
    victim = record_person(Victim, "17", NOTHING, actor=node.operator)
    stranger = person(node.authority, role)
    with pytest.raises(AccessError):
        record_person(Victim, "18", NOTHING, actor=stranger)
    with pytest.raises(AccessError):
        list_people(Victim, actor=stranger)
    with pytest.raises(AccessError):
        show_person(victim, actor=stranger)


def test_only_its_owner_changes_a_record_even_where_others_see_it(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    series = create_series("Stone", actor=owner)
    victim = record_person(Victim, "17", PersonFacts("PT", Sex.FEMALE, AgeBand.FROM_7), actor=owner)
    attach(victim, series, actor=owner)
    for act in (
        lambda: change_person(victim, PersonFacts(country="NL"), actor=node.operator),
        lambda: detach(victim, series, actor=node.operator),
        lambda: say_support(victim, Support.GIVEN, actor=node.operator),
        lambda: change_status(victim, Wish(VictimStatus.IDENTIFIED), actor=person(node.authority)),
    ):
        with pytest.raises(AccessError):
            act()
    changed = change_person(victim, PersonFacts(age_band=AgeBand.FROM_11), actor=owner)
    assert (changed.country, changed.sex, changed.age_band) == ("PT", Sex.FEMALE, AgeBand.FROM_11)
    with pytest.raises(InputError, match="no country"):
        change_person(victim, PersonFacts(country="Portugal"), actor=owner)


def test_support_is_said_with_a_day_that_can_be(node: Node) -> None:
    victim = record_person(Victim, "17", NOTHING, actor=node.operator)
    say_support(victim, Support.GIVEN, on=date(2026, 3, 20), actor=node.operator)
    row = list_people(Victim, actor=node.operator)[0]
    assert (row.support, row.support_on) == ("given", date(2026, 3, 20))
    for support, day in ((Support.NOT_GIVEN, date(2026, 3, 20)), (Support.GIVEN, date(2999, 1, 1))):
        with pytest.raises(InputError):
            say_support(victim, support, on=day, actor=node.operator)
    say_support(victim, Support.NOT_GIVEN, actor=node.operator)
    assert list_people(Victim, actor=node.operator)[0].support_on is None


def test_an_offender_is_identified_by_two_persons_and_arrested_by_one_word(node: Node) -> None:
    offender = record_person(Offender, "17", NOTHING, actor=node.operator)
    settle(offender, node.authority, OffenderStatus.IDENTIFIED, on=date(2026, 3, 1))
    change_status(offender, Wish(OffenderStatus.ARRESTED, date(2026, 3, 5)), actor=node.operator)
    page = show_person(find_person(Offender, "17", actor=node.operator), actor=node.operator)
    assert page.person.status == "arrested"
    assert page.person.days == {"identified_on": date(2026, 3, 1), "arrested_on": date(2026, 3, 5)}
    assert [event.after for event in page.history] == ["identified", "arrested"]
    assert page.person.support is None


def test_a_proposal_is_shown_as_one(node: Node) -> None:
    victim = record_person(Victim, "17", NOTHING, actor=node.operator)
    change_status(victim, Wish(VictimStatus.IDENTIFIED), actor=person(node.authority))
    row = list_people(Victim, actor=node.operator)[0]
    assert (row.status, row.proposed, row.days["identified_on"]) == ("unidentified", "identified", None)


def test_a_victim_of_a_merged_series_is_in_the_other_one(node: Node) -> None:
    source, target = (create_series(name, actor=node.operator) for name in ("Stone", "Pebble"))
    victim = record_person(Victim, "17", NOTHING, actor=node.operator)
    attach(victim, source, actor=node.operator)
    merge(source, target, reason="the same room", actor=node.operator)
    assert len(list_people(Victim, actor=node.operator, series=family(target))) == 1
    detach(victim, target, actor=node.operator)
    with pytest.raises(InputError, match="not in this series"):
        detach(victim, target, actor=node.operator)


def test_each_look_and_each_change_is_audited(node: Node) -> None:
    offender = record_person(Offender, "17", NOTHING, actor=node.operator)
    change_person(offender, PersonFacts(sex=Sex.MALE), actor=node.operator)
    list_people(Offender, actor=node.operator)
    show_person(offender, actor=node.operator)
    events = AuditEvent.objects.order_by("pk").values_list("tag", "record_ids")
    assert list(events)[-4:] == [
        (tag, [offender.pk])
        for tag in (
            AuditTag.OFFENDER_RECORDED,
            AuditTag.OFFENDER_CHANGED,
            AuditTag.OFFENDER_LISTED,
            AuditTag.OFFENDER_SHOWN,
        )
    ]


def test_the_owner_of_a_series_is_told_and_reads_in_the_log_who_wrote_a_person_onto_it(
    node: Node,
) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    series = create_series("Stone", actor=node.operator)
    victim = record_person(Victim, "BR-17", NOTHING, actor=other)
    for _ in range(2):  # Said twice, it is told once.
        attach(victim, series, actor=other)
    detach(victim, series, actor=other)
    told = Alert.objects.filter(kind=AlertKind.PERSON, authority=node.authority).order_by("pk")
    assert [(row.series, row.about, row.facts["joined"]) for row in told] == [
        (series, other.authority, True),
        (series, other.authority, False),
    ]
    assert not Alert.objects.filter(authority=other.authority).exists()
    looks_at = AuditEvent.objects.filter(tag=AuditTag.SERIES_PEOPLE)
    assert [(event.actor, event.record_ids) for event in looks_at] == [(other.authority, [series.pk])] * 3


def test_people_are_paged_newest_first_whoever_else_has_recorded_some_between(node: Node) -> None:
    stranger = Actor.operator(unit(node, "BR-UNIT"))
    for number in (1, 2, 3):
        record_person(Victim, f"{number}", NOTHING, actor=node.operator)
        record_person(Victim, f"{number}", NOTHING, actor=stranger)
    first = find_people_page(Victim, actor=node.operator, most=2)
    assert ([row.reference for row in first.rows], first.after) == (["3", "2"], "NL-UNIT/2")
    looked = AuditEvent.objects.get(tag=AuditTag.VICTIM_LISTED)
    assert len(looked.record_ids) == 2, "the log holds what was shown, and nothing of the next page"
    last = find_people_page(Victim, actor=node.operator, after=first.after, most=2)
    assert ([row.reference for row in last.rows], last.after) == (["1"], "")
    unseen = find_people_page(Victim, actor=node.operator, after="BR-UNIT/1", most=2)
    assert unseen == first, "after somebody who is not seen, it begins anew"
