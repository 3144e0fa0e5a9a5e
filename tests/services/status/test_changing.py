"""A status changes by a person, and *identified* by two: each way around that is tried."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.utils import timezone

from cairn.errors import AccessError, CairnError, InputError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.people import Victim
from cairn.records.series import Series
from cairn.records.status import StatusChange
from cairn.records.users import Actor, Role, User
from cairn.services.people.recording import PersonFacts, attach, record_person
from cairn.services.series.opening import create_series
from cairn.services.series.words import add_note
from cairn.services.status.changing import (
    Wish,
    change_status,
    confirm_status,
    pending_change,
    refuse_status,
    take_back_status,
)
from cairn.services.status.history import waiting
from cairn.services.status.subjects import identification_day, status_of
from cairn.types import SeriesStatus, VictimStatus
from services.persons import person, settle, settled_series
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

IDENTIFIED = Wish(SeriesStatus.IDENTIFIED, date(2026, 3, 14))


def stone(node: Node) -> Series:
    return create_series("Stone", actor=node.operator)


def status(series: Series) -> tuple[str, date]:
    series.refresh_from_db()
    return series.status, series.status_since


def test_identified_holds_only_once_a_second_person_has_confirmed_it(node: Node) -> None:
    series, first, second = stone(node), person(node.authority), person(node.authority)
    change = change_status(series, IDENTIFIED, actor=first)
    assert change.is_pending
    assert status(series)[0] == SeriesStatus.UNIDENTIFIED
    confirmed = confirm_status(series, actor=second)
    assert status(series) == (SeriesStatus.IDENTIFIED, date(2026, 3, 14))
    assert (confirmed.proposed_by, confirmed.confirmed_by) == (first.user, second.user)
    assert pending_change(series) is None
    tags = list(AuditEvent.objects.order_by("pk").values_list("tag", flat=True))[-4:]
    proposed = [AuditTag.STATUS_PROPOSED, AuditTag.SERIES_LOOKED]
    assert tags == [*proposed, AuditTag.STATUS_CONFIRMED, AuditTag.SERIES_STATUS_CHANGED]


def test_nobody_confirms_their_own_proposal(node: Node) -> None:
    series, first = stone(node), person(node.authority)
    change_status(series, IDENTIFIED, actor=first)
    with pytest.raises(InputError, match="second person") as caught:
        confirm_status(series, actor=first)
    assert caught.value.code == "status.second"
    assert status(series)[0] == SeriesStatus.UNIDENTIFIED


def test_an_operator_is_no_second_person(node: Node) -> None:
    series = stone(node)
    change_status(series, IDENTIFIED, actor=person(node.authority))
    with pytest.raises(InputError, match="--user") as caught:
        confirm_status(series, actor=node.operator)
    assert caught.value.code == "status.second"


def test_what_the_operator_proposes_takes_two_persons_all_the_same(node: Node) -> None:
    series, first, second = stone(node), person(node.authority), person(node.authority)
    change_status(series, IDENTIFIED, actor=node.operator)
    taken_on = confirm_status(series, actor=first)
    assert taken_on.is_pending
    with pytest.raises(InputError, match="yourself"):
        confirm_status(series, actor=first)
    assert confirm_status(series, actor=second).proposed_by == first.user
    assert status(series)[0] == SeriesStatus.IDENTIFIED


def test_a_person_whose_account_was_closed_confirms_nothing(node: Node) -> None:
    series, gone = stone(node), person(node.authority)
    change_status(series, IDENTIFIED, actor=person(node.authority))
    User.objects.filter(login=str(gone.user)).update(is_active=False)
    with pytest.raises(InputError, match="second person"):
        confirm_status(series, actor=gone)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.REPORTER, Role.HOTLINE_ANALYST])
def test_who_may_not_confirm_is_told_nothing(node: Node, role: Role) -> None:
    series = stone(node)
    change_status(series, IDENTIFIED, actor=person(node.authority))
    with pytest.raises(AccessError):
        confirm_status(series, actor=person(node.authority, role))


def test_people_of_others_neither_propose_nor_confirm(node: Node) -> None:
    series, stranger = stone(node), person(unit(node, "BR-UNIT"))
    with pytest.raises(AccessError):
        change_status(series, Wish(SeriesStatus.IN_PROGRESS), actor=stranger)
    change_status(series, IDENTIFIED, actor=person(node.authority))
    for act in (confirm_status, take_back_status):
        with pytest.raises(AccessError):
            act(series, actor=stranger)
    with pytest.raises(AccessError):
        refuse_status(series, reason="no", actor=stranger)


def test_the_lead_moves_a_series_on_as_its_owner_does(node: Node) -> None:
    series, lead = stone(node), unit(node, "BR-UNIT")
    Series.objects.filter(pk=series.pk).update(lead=lead)
    change_status(series, IDENTIFIED, actor=person(lead))
    confirm_status(series, actor=person(node.authority))
    assert status(series)[0] == SeriesStatus.IDENTIFIED


def test_what_the_operator_proposes_for_a_victim_is_taken_on_by_the_owner_alone(node: Node) -> None:
    victim = record_person(Victim, "NL-7", PersonFacts(), actor=node.operator)
    series, lead = stone(node), unit(node, "BR-UNIT")
    attach(victim, series, actor=node.operator)
    Series.objects.filter(pk=series.pk).update(lead=lead)
    change_status(victim, Wish(VictimStatus.IDENTIFIED), actor=node.operator)
    with pytest.raises(AccessError):
        confirm_status(victim, actor=person(lead))
    taken_on = confirm_status(victim, actor=person(node.authority))
    assert taken_on.is_pending
    assert not confirm_status(victim, actor=person(lead)).is_pending


def test_changes_below_identified_take_one_person_or_the_operator(node: Node) -> None:
    series = stone(node)
    assert not change_status(series, Wish(SeriesStatus.IN_PROGRESS), actor=node.operator).is_pending
    back = Wish(SeriesStatus.UNIDENTIFIED, reason="the trace led nowhere")
    assert not change_status(series, back, actor=person(node.authority)).is_pending
    assert status(series)[0] == SeriesStatus.UNIDENTIFIED


def test_taking_an_identification_back_takes_a_reason_and_coming_up_again_two_persons(node: Node) -> None:
    series, first = settled_series("Stone", node.authority), person(node.authority)
    with pytest.raises(InputError) as caught:
        change_status(series, Wish(SeriesStatus.IN_PROGRESS), actor=first)
    assert caught.value.code == "status.reason"
    change_status(series, Wish(SeriesStatus.IN_PROGRESS, reason="another child"), actor=first)
    assert status(series)[0] == SeriesStatus.IN_PROGRESS
    assert change_status(series, IDENTIFIED, actor=first).is_pending


def test_safeguarded_follows_identified_without_a_second_person_and_not_before_it(node: Node) -> None:
    series = settled_series("Stone", node.authority, on=date(2026, 3, 14))
    with pytest.raises(InputError, match="2026-03-14") as caught:
        change_status(series, Wish(SeriesStatus.SAFEGUARDED, date(2026, 3, 13)), actor=node.operator)
    assert caught.value.code == "status.day"
    change_status(series, Wish(SeriesStatus.SAFEGUARDED, date(2026, 3, 15)), actor=node.operator)
    assert status(series) == (SeriesStatus.SAFEGUARDED, date(2026, 3, 15))
    assert identification_day(series) == date(2026, 3, 14)


def test_a_day_to_come_is_refused(node: Node) -> None:
    wish = Wish(SeriesStatus.IN_PROGRESS, timezone.now().date() + timedelta(days=2))
    with pytest.raises(InputError, match="not come yet"):
        change_status(stone(node), wish, actor=node.operator)


def test_a_refusal_ends_the_proposal_and_stays_in_the_history_with_its_reason(node: Node) -> None:
    series, first, second = stone(node), person(node.authority), person(node.authority)
    change_status(series, IDENTIFIED, actor=first)
    with pytest.raises(InputError, match="reason"):
        refuse_status(series, reason="", actor=second)
    refused = refuse_status(series, reason="another child", actor=second)
    assert (refused.refused_by, refused.refusal_reason) == (second.user, "another child")
    assert status(series)[0] == SeriesStatus.UNIDENTIFIED
    with pytest.raises(InputError, match="No proposal waits"):
        confirm_status(series, actor=second)


def test_only_the_one_who_made_a_proposal_takes_it_back(node: Node) -> None:
    series, first = stone(node), person(node.authority)
    change_status(series, IDENTIFIED, actor=first)
    for other in (person(node.authority), node.operator):
        with pytest.raises(InputError, match="Only the person"):
            take_back_status(series, actor=other)
    take_back_status(series, actor=first)
    assert pending_change(series) is None
    change_status(series, IDENTIFIED, actor=node.operator)
    take_back_status(series, actor=first)


def test_while_a_proposal_waits_nothing_else_is_said(node: Node) -> None:
    series = stone(node)
    change_status(series, IDENTIFIED, actor=person(node.authority))
    for wish in (IDENTIFIED, Wish(SeriesStatus.IN_PROGRESS)):
        with pytest.raises(InputError) as caught:
            change_status(series, wish, actor=person(node.authority))
        assert caught.value.code == "status.waits"


def test_of_two_confirmations_at_the_same_moment_one_holds(node: Node) -> None:
    series = stone(node)
    change_status(series, IDENTIFIED, actor=person(node.authority))
    start, said = Barrier(2), list[str]()

    def confirm(actor: Actor) -> None:
        start.wait()
        try:
            confirm_status(series, actor=actor)
            said.append("confirmed")
        except CairnError as error:
            said.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=confirm, args=(person(node.authority),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["confirmed", "status.nothing"]
    assert AuditEvent.objects.filter(tag=AuditTag.SERIES_STATUS_CHANGED).count() == 1


def test_a_withdrawn_series_is_kept_as_it_is(node: Node) -> None:
    series = stone(node)
    change_status(series, IDENTIFIED, actor=person(node.authority))
    Series.objects.filter(pk=series.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(InputError, match="withdrawn"):
        confirm_status(series, actor=person(node.authority))


def test_an_old_series_that_was_solved_is_opened_with_a_proposal(node: Node) -> None:
    series = create_series(
        "Stone", actor=node.operator, status=SeriesStatus.SAFEGUARDED, since=date(2019, 5, 1)
    )
    assert series.status == SeriesStatus.UNIDENTIFIED
    for _ in range(2):
        confirm_status(series, actor=person(node.authority))
    assert status(series) == (SeriesStatus.SAFEGUARDED, date(2019, 5, 1))


def test_a_victim_is_identified_by_two_persons_and_only_then_has_a_day(node: Node) -> None:
    victim = record_person(Victim, "NL-2026-17", PersonFacts(), actor=node.operator)
    first = person(node.authority)
    change_status(victim, Wish(VictimStatus.IDENTIFIED, date(2026, 3, 14)), actor=first)
    victim.refresh_from_db()
    assert (victim.identified_on, status_of(victim)) == (None, VictimStatus.UNIDENTIFIED)
    confirm_status(victim, actor=person(node.authority))
    victim.refresh_from_db()
    assert victim.identified_on == date(2026, 3, 14)
    change_status(victim, Wish(VictimStatus.SAFEGUARDED, date(2026, 3, 20)), actor=first)
    victim.refresh_from_db()
    assert (victim.identified_on, victim.safeguarded_on) == (date(2026, 3, 14), date(2026, 3, 20))
    change_status(victim, Wish(VictimStatus.IDENTIFIED, reason="back at home"), actor=first)
    victim.refresh_from_db()
    assert (victim.identified_on, victim.safeguarded_on) == (date(2026, 3, 14), None)
    change_status(victim, Wish(VictimStatus.UNIDENTIFIED, reason="it was not them"), actor=first)
    again = Victim.objects.get()
    assert (again.identified_on, again.safeguarded_on) == (None, None)


def test_a_unit_of_one_person_asks_the_lead_of_the_series_to_confirm_a_victim(node: Node) -> None:
    small = unit(node, "BR-UNIT")
    victim = record_person(Victim, "BR-17", PersonFacts(), actor=Actor.operator(small))
    change_status(victim, Wish(VictimStatus.IDENTIFIED), actor=person(small))
    lead = person(node.authority)
    with pytest.raises(AccessError):
        confirm_status(victim, actor=lead)
    attach(victim, stone(node), actor=Actor.operator(small))
    confirm_status(victim, actor=lead)
    victim.refresh_from_db()
    assert status_of(victim) == VictimStatus.IDENTIFIED


def test_what_waits_is_listed_to_those_who_can_decide_it(node: Node) -> None:
    series, first = stone(node), person(node.authority)
    change_status(series, IDENTIFIED, actor=first)
    victim = record_person(Victim, "NL-2026-17", PersonFacts(), actor=first)
    change_status(victim, Wish(VictimStatus.IDENTIFIED), actor=first)
    listed = waiting(person(node.authority))
    assert [(row.kind, row.name, row.event.after) for row in listed] == [
        ("series", "NL-UNIT/Stone", "identified"),
        ("victim", "NL-UNIT/NL-2026-17", "identified"),
    ]
    assert listed[0].event.said_by == str(first.user)
    assert waiting(person(unit(node, "BR-UNIT"))) == ()


def test_those_who_wait_and_those_who_gave_are_told(node: Node) -> None:
    series, giver = stone(node), unit(node, "BR-UNIT", kind=AuthorityKind.UNIT)
    add_note(series, "We know this room.", actor=Actor.operator(giver))
    settle(series, node.authority, SeriesStatus.IDENTIFIED)
    told = Alert.objects.filter(series=series).values_list("authority__code", "kind")
    assert ("NL-UNIT", AlertKind.CONFIRMATION) in told
    assert ("BR-UNIT", AlertKind.OUTCOME) in told


def test_every_change_is_kept(node: Node) -> None:
    series = settled_series("Stone", node.authority)
    change_status(series, Wish(SeriesStatus.UNIDENTIFIED, reason="wrong"), actor=node.operator)
    assert list(StatusChange.objects.order_by("pk").values_list("from_status", "to_status", "reason")) == [
        ("unidentified", "identified", ""),
        ("identified", "unidentified", "wrong"),
    ]
