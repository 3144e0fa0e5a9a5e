"""What is due is kept or deleted at the desk, by its own authority; and what is worked on twice is told."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils.timezone import now

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.lock import as_the_node
from cairn.records.series import Claim, Series
from cairn.services.alerting import work_changed
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


def test_what_is_due_is_kept_by_those_who_work_and_deleted_by_a_supervisor_after_a_question(
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

    wanted = {"kind": "case", "name": "K<9>"}
    assert people["investigator"].post("/keeping/delete/", wanted).status_code == 404
    asked = people["supervisor"].post("/keeping/delete/", wanted).content.decode()
    assert "Nothing has been done yet" in asked
    sure = {**wanted, "sure": "yes"}
    assert people["supervisor"].post("/keeping/delete/", {**sure, "reason": ""}).status_code == 422
    assert (
        people["supervisor"].post("/keeping/delete/", {**sure, "reason": "time <is> up"}).status_code == 302
    )
    shown = page(people["supervisor"], "/keeping/")
    assert ("time <is> up" in shown, "K<9>" in shown.replace("K<9> is deleted", "")) == (True, False)
    assert people["supervisor"].post("/keeping/delete/", wanted).status_code == 404


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
