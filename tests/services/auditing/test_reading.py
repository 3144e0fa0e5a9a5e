"""The log is read by those who oversee it, and owners learn who looked at their series."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from cairn.errors import AccessError, InputError
from cairn.records import audit
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.series import Series
from cairn.records.users import Actor, Role, User
from cairn.services.auditing.reading import EventFilter, list_events, looks, looks_at
from cairn.services.series.opening import create_series
from services.auditing.acts import act
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def person(actor: Actor, login: str, role: Role) -> Actor:
    return Actor.person(User.objects.create(authority=actor.authority, login=login, name=login, role=role))


def meet(actor: Actor, *series: int, tag: AuditTag = AuditTag.SERIES_MET, case: str = "BR 7") -> None:
    with transaction.atomic():
        audit.append(tag, actor=actor, case_reference=case, purpose="a search", record_ids=series)


def test_the_newest_entries_are_listed_the_oldest_of_them_first(node: Node) -> None:
    act(node, 5)
    rows = list_events(node.operator, EventFilter(most=3))
    assert [row.position for row in rows] == [4, 5, 6]
    assert [row.case for row in rows] == ["Fall 2", "Fall 3", "Fall 4"]


def test_entries_are_found_by_case_act_authority_and_time(node: Node) -> None:
    act(node, 5)
    at = AuditEvent.objects.get(position=4).at
    moment = timedelta(microseconds=1)

    def found(**wanted: object) -> list[int]:
        rows = list_events(node.operator, EventFilter(**wanted))  # type: ignore[arg-type]  # a test's words
        return [row.position for row in rows]

    assert found(case="Fall 3") == [5]
    assert found(tag=AuditTag.NODE_CREATED.value) == [1]
    assert found(by="NL-UNIT", until=at) == [0, 1, 2, 3]
    assert found(by="BR-UNIT") == []
    assert found(since=at, until=at + moment) == [4]


def test_reading_the_log_is_an_act(node: Node) -> None:
    list_events(node.operator, EventFilter())
    event = AuditEvent.objects.latest("position")
    assert (event.tag, event.counts) == (AuditTag.LOG_LISTED, {"shown": 2})


def test_who_may_not_read_the_log_reads_nothing(node: Node) -> None:
    with pytest.raises(AccessError):
        list_events(Actor(node.authority, frozenset({Role.INVESTIGATOR})), EventFilter())


def test_owners_see_who_met_their_series_in_which_case_and_why_also_unseen(node: Node) -> None:
    owner, other = node.operator, Actor.operator(unit(node, "BR-UNIT"))
    series = create_series("Stone", actor=owner)
    meet(other, series.pk, series.pk + 1)
    meet(other, series.pk, tag=AuditTag.SERIES_MET_UNSEEN, case="BR 8")
    meet(other, series.pk + 1)
    seen = [(row.tag, row.authority, row.case, row.purpose) for row in looks(owner, "Stone")]
    assert seen == [
        (AuditTag.SERIES_CREATED, "NL-UNIT", "", ""),
        (AuditTag.SERIES_MET, "BR-UNIT", "BR 7", "a search"),
        (AuditTag.SERIES_MET_UNSEEN, "BR-UNIT", "BR 8", "a search"),
    ]
    assert AuditEvent.objects.latest("position").tag == AuditTag.SERIES_LOOKS_LISTED


def test_owners_are_not_told_what_else_was_met(node: Node) -> None:
    series = create_series("Stone", actor=node.operator)
    meet(Actor.operator(unit(node, "BR-UNIT")), series.pk, 1 << 30)
    assert [list(row.records) for row in looks(node.operator, "Stone")] == [[series.pk]] * 2


def test_the_newest_looks_come_first_where_there_are_too_many(node: Node) -> None:
    series = create_series("Stone", actor=node.operator)
    for number in range(4):
        meet(node.operator, series.pk, case=f"NL {number}")
    assert [row.case for row in looks(node.operator, "Stone", most=2)] == ["NL 2", "NL 3"]


def test_looks_at_a_series_stay_with_it_when_it_is_merged(node: Node) -> None:
    standing, merged = (create_series(name, actor=node.operator) for name in ("Stone", "Pebble"))
    meet(Actor.operator(unit(node, "BR-UNIT")), merged.pk, 1 << 30)
    Series.objects.filter(pk=merged.pk).update(merged_into=standing)
    found = [(row.tag, list(row.records)) for row in looks(node.operator, "Stone")]
    assert found == [
        (AuditTag.SERIES_CREATED, [standing.pk]),
        (AuditTag.SERIES_CREATED, [merged.pk]),
        (AuditTag.SERIES_MET, [merged.pk]),
    ]


def test_nobody_but_the_owner_sees_the_looks(node: Node) -> None:
    create_series("Stone", actor=node.operator)
    with pytest.raises(InputError, match="has no series"):
        looks(Actor.operator(unit(node, "BR-UNIT")), "Stone")
    with pytest.raises(AccessError):
        looks(Actor(node.authority, frozenset({Role.AUDITOR})), "Stone")


def test_a_persons_login_is_shown_within_their_own_authority_only(node: Node) -> None:
    series = create_series("Stone", actor=node.operator)
    meet(person(Actor.operator(unit(node, "BR-UNIT")), "ana", Role.INVESTIGATOR), series.pk)
    meet(person(node.operator, "jan", Role.INVESTIGATOR), series.pk)
    assert [row.user for row in looks(node.operator, "Stone")][-2:] == ["", "jan"]


def test_a_series_of_ones_own_tells_its_looks_by_number_a_page_at_a_time(node: Node) -> None:
    series = create_series("Stone", actor=node.operator)
    stranger = Actor.operator(unit(node, "BR-UNIT"))
    for _ in range(3):
        meet(stranger, series.pk)
    newest = looks_at(node.operator, series.pk, most=2)
    assert newest.series == "Stone"
    older = looks_at(node.operator, series.pk, before=newest.rows[0].position, most=2)
    assert {row.tag for row in (*newest.rows, *older.rows)} >= {AuditTag.SERIES_MET}
    assert older.rows[-1].position < newest.rows[0].position
    with pytest.raises(AccessError):
        looks_at(stranger, series.pk)
