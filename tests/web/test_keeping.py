"""What is due is kept or deleted at the desk, by its own authority; and what is worked on twice is told."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils.timezone import now

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.lock import as_the_node
from cairn.records.people import Victim
from cairn.records.retention import Tombstone
from cairn.records.series import Claim, Series
from cairn.services.alerting import work_changed
from cairn.services.keeping import tombstones
from cairn.services.people.recording import PersonFacts, record_person
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def people(desk: Node) -> dict[str, Client]:
    return {who: signed_in(who) for who in ("investigator", "supervisor", "abroad")}


def page(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def test_what_is_due_is_kept_by_those_who_work_and_deleted_by_two_people(
    people: dict[str, Client], desk: Node
) -> None:
    with as_the_node("a test sets its scene up"):
        Case.objects.create(authority=desk.authority, reference="K<9>", review_on=now().date())
        Case.objects.create(authority=desk.authority, reference="K8", review_on=now().date())
    assert "K<9>" in page(people["investigator"], "/keeping/")
    assert "K<9>" not in page(people["abroad"], "/keeping/")
    later = (now() + timedelta(days=90)).date().isoformat()
    kept = {"kind": "case", "name": "K8", "on": later}
    assert people["abroad"].post("/keeping/review/", kept).status_code == 404
    assert people["investigator"].post("/keeping/review/", kept).status_code == 302
    assert "K8" not in page(people["investigator"], "/keeping/").replace("K8 is kept", "")

    place = proposed(people["investigator"], "case", "K<9>", "time <is> up")
    assert people["investigator"].post(place, {"do": "confirm"}).status_code == 422
    assert people["abroad"].get(place).status_code == 404
    assert "K<9>" in page(people["supervisor"], "/waiting/")
    assert "time <is> up" in page(people["supervisor"], place)
    with as_the_node("a test looks"):
        looks = AuditEvent.objects.filter(tag__startswith="records:deletion").order_by("position")
        noted = [(each.tag, bool(each.record_ids)) for each in looks][-2:]
    assert noted == [(AuditTag.DELETIONS_LISTED, True), (AuditTag.DELETION_SHOWN, True)]
    assert people["supervisor"].post(place, {"do": "confirm"}).status_code == 302
    shown = page(people["supervisor"], "/keeping/")
    assert ("time <is> up" in shown, "K<9>" in shown, "proposed by" in shown) == (True, False, True)
    assert people["supervisor"].get(place).status_code == 404


def proposed(client: Client, kind: str, name: str, reason: str) -> str:
    wanted = {"kind": kind, "name": name}
    assert "Nothing has been done yet" in client.post("/keeping/delete/", wanted).content.decode()
    sure = {**wanted, "sure": "yes"}
    assert client.post("/keeping/delete/", {**sure, "reason": ""}).status_code == 422
    answer = client.post("/keeping/delete/", {**sure, "reason": reason})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def test_a_person_is_deleted_by_two_and_who_proposed_it_is_never_the_second(
    people: dict[str, Client], desk: Node
) -> None:
    with as_the_node("a test sets its scene up"):
        record_person(Victim, "V-3", PersonFacts(), actor=desk.operator)
    supervisor, investigator = people["supervisor"], people["investigator"]
    place = proposed(supervisor, "victim", "V-3", "asked for")
    assert supervisor.post(place, {"do": "confirm"}).status_code == 422
    again = {"kind": "victim", "name": "V-3", "sure": "yes", "reason": "twice"}
    assert investigator.post("/keeping/delete/", again).status_code == 422
    assert investigator.post(place, {"do": "refuse", "reason": "no"}).status_code == 404
    assert supervisor.post(place, {"do": "refuse"}).status_code == 302
    place = proposed(investigator, "victim", "V-3", "asked for")
    assert supervisor.post(place, {"do": "refuse", "reason": ""}).status_code == 422
    with as_the_node("a test breaks a deletion off"):
        victim = Victim.objects.get(national_reference="V-3")
        begun = tombstones.begin(victim, owner=victim.owner, reason="r", counts={}, people=(None, None))
    assert supervisor.post(place, {"do": "refuse", "reason": "too late"}).status_code == 422
    with as_the_node("a test breaks a deletion off"):
        begun.delete()
    assert supervisor.post(place, {"do": "refuse", "reason": "she asks no longer"}).status_code == 302
    place = proposed(investigator, "victim", "V-3", "asked for")
    assert supervisor.post(place, {"do": "confirm"}).status_code == 302
    with as_the_node("a test looks"):
        assert not Victim.objects.filter(national_reference="V-3").exists()
        stone = Tombstone.objects.get(kind="victim")
        events = AuditEvent.objects.filter(tag__startswith="records:deletion").order_by("position")
        tags = list(events.values_list("tag", flat=True))
    assert stone.proposed_by is not None
    assert (stone.proposed_by_id == stone.deleted_by_id, stone.reason) == (False, "asked for")
    made = AuditTag.DELETION_PROPOSED
    assert tags[-5:] == [made, AuditTag.DELETION_TAKEN_BACK, made, AuditTag.DELETION_REFUSED, made]


def test_a_series_that_two_countries_work_on_is_told_to_both(people: dict[str, Client]) -> None:
    assert "Stone" not in page(people["investigator"], "/conflicts/")
    with as_the_node("a test sets its scene up"), transaction.atomic():
        stone, abroad = Series.objects.get(name="Stone"), Authority.objects.get(code="BR-UNIT")
        for each in (stone.owner, abroad):
            Claim.objects.create(series=stone, authority=each, ends_at=now() + timedelta(days=9))
        work_changed([stone.pk])
    for who in ("investigator", "abroad"):
        told = page(people[who], "/conflicts/")
        assert ("Stone" in told, "BR-UNIT" in told) == (True, True), who
