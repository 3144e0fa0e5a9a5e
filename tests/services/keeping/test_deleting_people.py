"""A victim or an offender is deleted by a supervisor, and only where nobody else relies on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent
from cairn.records.people import Offender, Victim
from cairn.records.series import Series
from cairn.records.status import StatusChange
from cairn.records.users import Actor, Role
from cairn.services.keeping import deletion
from cairn.services.keeping.person_deletion import delete_person, preview_person_deletion
from cairn.services.keeping.tombstones import list_tombstones
from cairn.services.keeping.withdrawing import take_back
from cairn.services.people.recording import PersonFacts, attach, detach, record_person
from cairn.services.series.claims import claim
from cairn.services.series.handling import NewHandling, change_handling
from cairn.services.series.opening import create_series
from cairn.services.status.changing import Wish, change_status, take_back_status
from cairn.types import Handling
from services.persons import person, settle
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.mark.parametrize("kind", [Victim, Offender])
def test_a_person_goes_with_the_history_and_the_series_and_the_log_stay(
    node: Node, kind: type[Victim | Offender]
) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=node.operator)
    claim(stone, actor=other)
    who = record_person(kind, "V-17", PersonFacts(), actor=node.operator)
    attach(who, stone, actor=node.operator)
    settle(who, node.authority, "identified")
    counts = preview_person_deletion(who, actor=node.operator)
    assert counts == {"series": 1, "status_changes": 1}
    number = who.pk
    supervisor = person(node.authority, Role.SUPERVISOR)
    tombstone = delete_person(node, who, reason="asked for", actor=supervisor)
    assert not kind._default_manager.exists()
    assert not StatusChange.objects.exists()
    assert Series.objects.get() == stone
    noun = kind.__name__.lower()
    assert AuditEvent.objects.filter(tag=f"records:{noun}:delete", record_ids=[number]).count() == 2
    (row,) = list_tombstones(node.operator)
    assert (row.kind, row.record, row.counts, row.finished_at) == (
        noun,
        number,
        counts,
        tombstone.finished_at,
    )
    alert = Alert.objects.get(authority=other.authority, kind=AlertKind.WITHDRAWAL)
    assert alert.facts == {"what": noun}
    assert not Alert.objects.filter(kind=AlertKind.CONFIRMATION).exists()


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.HUB_ANALYST, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_but_a_supervisor_of_the_owner_deletes_a_person(node: Node, role: Role) -> None:
    other = unit(node, "BR-UNIT")
    victim = record_person(Victim, "V-17", PersonFacts(), actor=node.operator)
    attach(victim, create_series("Stone", actor=node.operator), actor=node.operator)
    for actor in (person(node.authority, role), person(other, Role.SUPERVISOR)):
        with pytest.raises(AccessError):
            delete_person(node, victim, reason="r", actor=actor)
        with pytest.raises(AccessError):
            preview_person_deletion(victim, actor=actor)
    assert Victim.objects.exists()


def test_who_lies_in_a_series_of_others_is_taken_out_of_it_first(node: Node) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=other)
    victim = record_person(Victim, "V-17", PersonFacts(), actor=node.operator)
    attach(victim, stone, actor=node.operator)
    with pytest.raises(InputError, match="in series of others, who rely on that: 'BR-UNIT/Stone'") as caught:
        delete_person(node, victim, reason="r", actor=node.operator)
    assert caught.value.code == "person.series"
    detach(victim, stone, actor=node.operator)
    delete_person(node, victim, reason="r", actor=node.operator)
    assert not Victim.objects.exists()


def test_a_series_that_the_owner_may_no_longer_see_neither_shows_nor_stands_in_the_way(node: Node) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=other)
    victim = record_person(Victim, "V-17", PersonFacts(), actor=node.operator)
    attach(victim, stone, actor=node.operator)
    change_handling(stone, NewHandling(handling=Handling.BLIND), actor=other)
    tombstone = delete_person(node, victim, reason="r", actor=node.operator)
    assert tombstone.counts == {"series": 0, "status_changes": 0}
    told = Alert.objects.filter(authority=other.authority, kind=AlertKind.PERSON).order_by("pk")
    assert [row.facts["joined"] for row in told] == [True, False]


def test_a_proposal_is_decided_first_and_a_stopped_deletion_goes_on(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim, proposer = record_person(Victim, "1", PersonFacts(), actor=node.operator), person(node.authority)
    change_status(victim, Wish("identified"), actor=proposer)
    with pytest.raises(InputError, match="second person"):
        delete_person(node, victim, reason="r", actor=node.operator)
    take_back_status(victim, actor=proposer)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(deletion, "_end", dies)
        with pytest.raises(KeyboardInterrupt):
            delete_person(node, victim, reason="first", actor=node.operator)
    with pytest.raises(InputError, match="being deleted"):
        take_back(victim, reason="r", actor=node.operator)
    delete_person(node, victim, reason="second", actor=node.operator)
    assert [row.reason for row in list_tombstones(node.operator)] == ["first"]
