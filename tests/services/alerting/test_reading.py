"""Alerts are read by those who are told, as far as they may know by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from cairn.errors import AccessError, InputError
from cairn.records.alerts import AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.users import Actor, Role
from cairn.services.alerting import raise_alert
from cairn.services.alerting.reading import Choice, list_alerts, mark_read, show_alert
from cairn.types import Handling
from services.alerting.records import authority, case, person, series

if TYPE_CHECKING:
    from cairn.records.authorities import Authority
    from cairn.records.series import Series
    from cairn.services.node.opening import Node


def met(to: Authority, by: Authority, what: Series | None = None, *, once: str = "x") -> int:
    facts = {"case": case(by, "S-17").pk, "exact": 2, "similar": 1, "registered": True, "asker_told": True}
    with transaction.atomic():
        alert = raise_alert(AlertKind.MET, to=to, once=once, series=what, about=by, facts=facts)
    assert alert is not None
    return alert.number


def test_an_alert_says_who_met_what_and_whom_to_ask(node: Node) -> None:
    other = authority("BR-UNIT")
    number = met(node.authority, other, series(node.authority, name="Stone"))
    row = show_alert(number, actor=node.operator)
    assert (row.kind, row.series, row.about, row.contact, row.read_at) == (
        AlertKind.MET,
        "Stone",
        "BR-UNIT",
        "desk@BR-UNIT",
        None,
    )
    assert row.words == (
        "BR-UNIT has met the series Stone in its case S-17: 2 files in it, 1 file similar to it, and has "
        "registered them."
    )


def test_a_series_that_is_hidden_by_now_is_not_named(node: Node) -> None:
    other = authority("BR-UNIT")
    stone = series(node.authority, name="Stone")
    met(other, node.authority, stone)
    actor = Actor.operator(other)
    assert [row.series for row in list_alerts(Choice(), actor=actor)] == ["Stone"]
    stone.handling = Handling.BLIND
    stone.save()
    assert "Stone" not in str(list_alerts(Choice(), actor=actor))


def test_another_s_case_is_told_to_police_alone(node: Node) -> None:
    hotline = authority("SE-HOTLINE", AuthorityKind.HOTLINE)
    number = met(hotline, node.authority, series(hotline))
    assert "S-17" not in show_alert(number, actor=Actor.operator(hotline)).words


def test_the_newest_stands_first_and_what_was_read_is_left_out(node: Node) -> None:
    other = authority("BR-UNIT")
    first, second = (met(node.authority, other, once=once) for once in "xy")
    assert [row.number for row in list_alerts(Choice(), actor=node.operator)] == [second, first]
    assert [row.number for row in list_alerts(Choice(most=1), actor=node.operator)] == [second]
    vera = person(node.authority, "vera")
    for actor in (Actor.person(vera), node.operator):
        mark_read(second, actor=actor)
    assert [row.number for row in list_alerts(Choice(), actor=node.operator)] == [first]
    read, _ = list_alerts(Choice(with_read=True), actor=node.operator)
    assert (read.number, read.read_by) == (second, "vera")
    assert list_alerts(Choice(AlertKind.OUTCOME), actor=node.operator) == ()


def test_the_alerts_of_others_are_not_there(node: Node) -> None:
    other = authority("BR-UNIT")
    number = met(node.authority, other)
    assert list_alerts(Choice(), actor=Actor.operator(other)) == ()
    for act in (show_alert, mark_read):
        with pytest.raises(InputError, match="has no alert"):
            act(number, actor=Actor.operator(other))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.REPORTER])
def test_who_does_not_work_with_material_reads_none(sqlite_node: Node, role: Role) -> None:
    actor = Actor.person(person(sqlite_node.authority, "vera", role))
    with pytest.raises(AccessError):
        list_alerts(Choice(), actor=actor)


def test_every_look_is_audited(sqlite_node: Node) -> None:
    number = met(sqlite_node.authority, authority("BR-UNIT"))
    list_alerts(Choice(), actor=sqlite_node.operator)
    show_alert(number, actor=sqlite_node.operator)
    mark_read(number, actor=sqlite_node.operator)
    assert list(AuditEvent.objects.order_by("pk").values_list("tag", flat=True))[-3:] == [
        AuditTag.ALERT_LISTED,
        AuditTag.ALERT_LISTED,
        AuditTag.ALERT_READ,
    ]
