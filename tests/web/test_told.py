"""What authorities tell each other at the desk: alerts and letters, questions, and joint investigations."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import Authority
from cairn.records.joint import JointInvestigation
from cairn.records.lock import as_the_node
from cairn.records.series import Series
from cairn.services.alerting import status_changed
from services.alerting.records import identified, media, series, sighting
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def people(desk: Node) -> dict[str, Client]:
    return {login: signed_in(login) for login in ("investigator", "abroad", "hub-analyst")}


@pytest.fixture
def vera(people: dict[str, Client]) -> Client:
    return people["investigator"]


@pytest.fixture
def joao(people: dict[str, Client]) -> Client:
    return people["abroad"]


def page(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def done(client: Client, place: str, **typed: object) -> str:
    answer = client.post(place, typed)
    assert answer.status_code == 302, answer.content.decode()
    return page(client, answer.headers["Location"])


def asked(client: Client, place: str, **typed: object) -> str:
    """Send a form that asks once more, say yes, and answer the page that follows."""
    first = unescape(client.post(place, typed).content.decode())
    assert "Nothing has been done yet" in first
    return done(client, place, **dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', first)))


def test_a_question_is_told_and_answered_and_the_answer_is_told(vera: Client, joao: Client) -> None:
    assert "BR-UNIT is asked: question" in done(
        vera, "/questions/", to="BR-UNIT", text="Do you know <this> school?", expected_on="2099-01-31"
    )
    told = page(joao, "/alerts/")
    assert "NL-UNIT asks you something" in told
    number = re.findall(r"/questions/(\d+)/answer/", page(joao, "/questions/"))[0]
    assert vera.post(f"/questions/{number}/answer/", {"answer": "mine"}).status_code == 422
    assert "is answered" in done(joao, f"/questions/{number}/answer/", answer="It is in Recife.")
    assert "It is in Recife." not in page(vera, "/questions/")
    assert "It is in Recife." in page(vera, "/questions/?answered=yes")
    assert f"BR-UNIT has answered question {number}." in page(vera, "/alerts/?kind=answer")
    assert "&lt;this&gt;" in vera.get("/questions/?answered=yes").content.decode()


def test_an_alert_is_read_for_the_whole_authority_and_by_no_other(vera: Client, joao: Client) -> None:
    done(vera, "/questions/", to="BR-UNIT", text="And this one?")
    numbers = set(re.findall(r'name="number" value="(\d+)"', page(joao, "/alerts/")))
    assert numbers
    with as_the_node("a test looks"):
        theirs = Alert.objects.filter(authority__code="BR-UNIT", read_at=None).count()
    assert len(numbers) == theirs
    done(joao, "/alerts/read/", number=sorted(numbers))
    assert "Nothing new" in page(joao, "/alerts/")
    assert "abroad" in page(joao, "/alerts/?read=yes&kind=question")
    assert joao.post("/alerts/read/", {"number": "404404"}).status_code == 422
    assert joao.post("/alerts/read/", {"number": "x"}).status_code == 422
    assert joao.get("/alerts/?kind=x").status_code == 404


def test_the_letter_of_an_outcome_can_be_printed_by_who_it_is_for(
    desk: Node, vera: Client, joao: Client
) -> None:
    with as_the_node("a test sets its scene up"), transaction.atomic():
        picture = media()
        stone = series(desk.authority, picture, name="Quartz <b>")
        sighting(picture, Authority.objects.get(code="BR-UNIT"))
        status_changed(identified(stone))
        number = Alert.objects.get(authority__code="BR-UNIT", kind=AlertKind.OUTCOME).number
    told = page(joao, "/alerts/?kind=outcome")
    assert f"/alerts/{number}/letter/" in told
    assert f'href="/series/{stone.pk}/"' in told
    answer = joao.get(f"/alerts/{number}/letter/").content.decode()
    assert "What helped in the series Quartz &lt;b&gt;: a sighting that you registered." in answer
    assert joao.get(f"/alerts/{number + 100}/letter/").status_code == 404
    assert "Quartz" not in vera.get(f"/alerts/{number}/letter/").content.decode()


def test_a_saved_search_becomes_alerts_and_is_ended(vera: Client, joao: Client) -> None:
    listed = page(joao, "/series/?marker=groomed")
    assert "/alerts/following/?marker=groomed" in listed
    assert '<option value="groomed" selected>' in page(joao, "/alerts/following/?marker=groomed")
    saved = done(joao, "/alerts/following/", what="search", marker="groomed", country="NL", least="2")
    assert "groomed, NL, at least 2 media at once" in saved
    assert "registered in <bdi>FR</bdi>" in done(joao, "/alerts/following/", what="country", country="FR")
    numbers = re.findall(r'name="end" value="(\d+)"', page(joao, "/alerts/following/"))
    assert vera.post("/alerts/following/", {"end": numbers[0]}).status_code == 422
    for number in numbers:
        done(joao, "/alerts/following/", end=number)
    assert "Nothing is followed yet" in page(joao, "/alerts/following/")
    assert joao.post("/alerts/following/", {"what": "country", "country": "Rio"}).status_code == 422


def test_authorities_work_together_and_nobody_else_sees_it(
    people: dict[str, Client], vera: Client, joao: Client
) -> None:
    done(vera, "/investigations/", name="Blue / Tiles", invited="BR-UNIT")
    with as_the_node("a test looks"):
        place = f"/investigations/{JointInvestigation.objects.get(name='Blue / Tiles').pk}/"
    assert joao.get(place).status_code == 404, "it is invited, and no member yet"
    assert "Join it" in page(joao, "/investigations/")
    assert "is a member of" in done(joao, "/investigations/", name="NL-UNIT/Blue / Tiles", accept="yes")
    assert "The task is there" in done(joao, place, do="task", title="Ask the school", to="NL-UNIT")
    assert "“Ask the school” is done." in done(vera, place, do="done", task="1")
    assert "It is said." in done(vera, place, do="say", text="It is the same room.")
    decided = done(joao, place, do="say", text="BR-UNIT calls the school.", decision="yes")
    assert '<h2 id="decisions-title">Decisions</h2>' in decided
    assert "BR-UNIT is asked" in done(vera, place, do="ask", to="BR-UNIT", text="Which school?")
    assert "Which school?" in page(joao, place)
    assert "HUB is invited." in done(vera, place, do="invite", code="HUB")
    for deed in ("task", "say", "invite", "series", "close", "leave", "delete"):
        typed = {"do": deed, "title": "x", "text": "x", "code": "HUB", "series": "Stone", "sure": "yes"}
        assert people["hub-analyst"].post(place, typed).status_code == 404
    assert joao.post(place, {"do": "close", "sure": "yes"}).status_code == 404, "only who leads closes"
    assert "The investigation is closed." in asked(vera, place, do="close")
    assert "Add a task" not in page(joao, place)
    assert joao.post(place, {"do": "say", "text": "more"}).status_code == 422


def test_a_hidden_series_is_shown_to_members_only_by_its_owner_s_explicit_word(
    vera: Client, joao: Client
) -> None:
    done(vera, "/investigations/", name="Pebbles", invited="BR-UNIT")
    done(joao, "/investigations/", name="Pebbles", accept="yes")
    with as_the_node("a test looks"):
        place = f"/investigations/{JointInvestigation.objects.get(name='Pebbles').pk}/"
        pebble = f'href="/series/{Series.objects.get(name="Pebble").pk}/"'
    assert pebble in done(vera, place, do="series", series="Pebble")
    assert pebble not in page(joao, place)
    asked(vera, place, do="series", series="Pebble", show="yes")
    assert pebble in page(joao, place)
    assert "has left" in done(joao, place, do="leave")
    assert joao.get(place).status_code == 404
