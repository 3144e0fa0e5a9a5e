"""Victims and offenders at the desk: shown by reference, and identified by two people."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from cairn.records.lock import as_the_node
from cairn.records.people import Offender, Victim
from cairn.services.people.recording import PersonFacts, record_person
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node

VICTIM, OFFENDER = "/people/victims/NL-UNIT/V/2026/1/", "/people/offenders/NL-UNIT/O-1/"


@pytest.fixture(scope="module")
def people(desk: Node) -> dict[str, Client]:
    with as_the_node("a test sets its scene up"):
        record_person(Victim, "V/2026/1", PersonFacts(), actor=desk.operator)
        record_person(Offender, "O-1", PersonFacts(), actor=desk.operator)
    return {login: signed_in(login) for login in ("investigator", "supervisor", "abroad")}


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def sure(client: Client, place: str, **typed: str) -> str:
    """Send a form that asks once more, say yes, and answer the page that follows."""
    first = unescape(client.post(place, typed).content.decode())
    assert "Nothing has been done yet" in first
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', first))
    answer = client.post(place, fields)
    assert answer.headers["Location"] == place
    return text(client, place)


@pytest.mark.parametrize(
    ("place", "noun", "further"), [(VICTIM, "Victim", "safeguarded"), (OFFENDER, "Offender", "arrested")]
)
def test_two_people_identify_and_one_goes_on(
    people: dict[str, Client], place: str, noun: str, further: str
) -> None:
    vera, sam = people["investigator"], people["supervisor"]
    assert noun in text(vera, place)
    assert "waits for a second person" in sure(vera, place, do="change", status="identified")
    assert f'href="{place}"' in text(sam, "/waiting/")
    assert "another person decides" in text(vera, "/waiting/")
    assert vera.post(place, {"do": "confirm", "sure": "yes"}).status_code == 422
    assert vera.post(place, {"do": "take-back"}).status_code == 302
    sure(vera, place, do="change", status="identified")
    assert sam.post(place, {"do": "refuse", "reason": "another child"}).status_code == 302
    assert "another child" in text(sam, place)
    assert f'href="{place}"' not in text(sam, "/waiting/")
    sure(vera, place, do="change", status="identified", reason="found")
    assert "Confirmed: the status holds" in sure(sam, place, do="confirm")
    assert f"The status is “{further}” now." in sure(vera, place, do="change", status=further)


def test_support_is_recorded_for_victims_alone(people: dict[str, Client]) -> None:
    typed = {"do": "support", "support": "given", "on": "2026-03-02"}
    assert people["investigator"].post(VICTIM, typed).status_code == 302
    assert "The support is recorded." in text(people["investigator"], VICTIM)
    assert people["investigator"].post(OFFENDER, typed).status_code == 404


def test_people_of_others_are_not_there(people: dict[str, Client]) -> None:
    for place in (VICTIM, OFFENDER, "/people/victims/NL-UNIT/V-404/", "/people/witnesses/"):
        assert people["abroad"].get(place).status_code == 404
    for deed in ("change", "confirm", "refuse", "support", "take-back", "delete"):
        typed = {"do": deed, "status": "identified", "support": "given", "reason": "x", "sure": "yes"}
        assert people["abroad"].post(VICTIM, typed).status_code == 404
    assert "Nobody is recorded" in text(people["abroad"], "/people/")
    assert "NL-UNIT/O-1" in text(people["investigator"], "/people/offenders/")
