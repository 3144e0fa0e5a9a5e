"""One series at the desk: what its page shows, and every act on it, by those who may and by nobody else."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.series import Series, SeriesMedia
from cairn.services.cases import open_case
from cairn.services.series.opening import create_series
from services.judging import held, name_of, series_with
from web.people import signed_in
from web.routes import ROUTES

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def people(desk: Node) -> dict[str, Client]:
    with as_the_node("a test sets its scene up"):
        series_with(
            desk.authority, "Gravel", held("gravel-1", desk.authority), held("gravel-2", desk.authority)
        )
        series_with(desk.authority, "Sand", held("sand-1", desk.authority), held("gravel-1"))
        open_case("NL-7", purpose="", review_on=None, actor=desk.operator)
    return {login: signed_in(login) for login in ("investigator", "supervisor", "abroad")}


@pytest.fixture
def vera(people: dict[str, Client]) -> Client:
    return people["investigator"]


def number(name: str) -> int:
    with as_the_node("a test looks"):
        return Series.objects.get(name=name).pk


def fresh(desk: Node, name: str) -> str:
    """Open a series, and answer the address of its page."""
    return f"/series/{create_series(name, actor=desk.operator).pk}/"


def page(client: Client, place: str) -> str:
    """Answer a page as a person reads it: words and links, without the marks of the language."""
    answer = client.get(place)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def done(client: Client, place: str, **typed: object) -> str:
    """Send a form that does something at once, and answer the page that it leads to."""
    answer = client.post(place, typed)
    assert answer.status_code == 302, answer.content.decode()
    return page(client, answer.headers["Location"])


def asked(client: Client, place: str, **typed: object) -> str:
    """Send a form that asks once more, answer what it asks, and then say yes."""
    answer = client.post(place, typed)
    assert answer.status_code == 200
    text = unescape(answer.content.decode())
    assert "Nothing has been done yet" in text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    assert fields.pop("csrfmiddlewaretoken")
    done(client, place, **fields)
    return text


@pytest.mark.parametrize(
    ("act", "typed", "said", "shown"),
    [
        ("note/", {"text": "The tiles are\nsold here."}, "Your note is added", "sold here."),
        ("alias/", {"name": "our stone"}, "“our stone” too", "our stone"),
        ("alias/", {"name": "our stone", "drop": "yes"}, "no longer calls it", "has no other name"),
        ("marker/", {"marker": "groomed"}, "is marked “groomed”", "Take this marker back"),
        ("marker/", {"marker": "groomed", "clear": "yes"}, "is taken back", "has no other name"),
        ("priority/", {"priority": "3-urgent"}, "is “urgent” now", "urgent"),
        ("claim/", {"days": "9", "case": "NL-7"}, "works on it, until", "NL-7"),
        ("claim/", {"days": ""}, "works on it, until", "We still work on it"),
        ("release/", {}, "no longer works on it", "Nobody has said that they work on it"),
        ("follow/", {}, "follows the series", "Stop following"),
        ("ask/", {"to": "BR-UNIT", "text": "Known there?"}, "BR-UNIT is asked: question", "Ask an authority"),
        ("status/", {"status": "in-progress"}, "is “in progress” now", "in progress</th>"),
        (
            "people/",
            {"kind": "victims", "reference": "V-1", "sex": "female", "age": "3-6"},
            "V-1 is recorded, unidentified",
            "/people/victims/NL-UNIT/V-1/",
        ),
        (
            "people/",
            {"kind": "victims", "reference": "V-1", "detach": "yes"},
            "no longer said to be",
            "Nobody is recorded",
        ),
        (
            "handling/",
            {"handling": "alliance", "code": "H3", "words": "ask first", "tlp": "TLP:RED"},
            "handling is changed",
            "ask first",
        ),
    ],
)  # fmt: skip
def test_an_act_is_done_and_told_in_a_sentence_and_shown(
    vera: Client, act: str, typed: dict[str, str], said: str, shown: str
) -> None:
    place = f"/series/{number('Stone')}/"
    text = re.sub("<[^>]+>", "", done(vera, place + act, **typed)) + page(vera, place)
    assert said in text
    assert shown in text
    assert said not in page(vera, place), "it is told once"


def test_identified_is_asked_once_more_and_takes_a_second_person(
    people: dict[str, Client], desk: Node
) -> None:
    place = fresh(desk, "Agate")
    text = asked(people["investigator"], place + "status/", status="identified", on="2026-03-01")
    assert "Say that Agate is identified?" in text
    proposed = page(people["investigator"], place)
    assert "“identified” is proposed by investigator, and waits" in proposed
    assert f'href="{place}"' in page(people["supervisor"], "/waiting/")
    assert "Take it back" in proposed
    assert f'action="{place}confirm/"' not in proposed, "another person decides"
    assert people["investigator"].post(place + "confirm/", {"sure": "yes"}).status_code == 422
    refused = done(people["supervisor"], place + "refuse/", reason="the tiles differ")
    assert "the tiles differ" in refused
    asked(people["investigator"], place + "status/", status="identified", reason="found")
    assert "is taken back" in done(people["investigator"], place + "take-back/")
    asked(people["investigator"], place + "status/", status="identified", on="2026-03-01")
    assert "Confirm what was proposed of Agate?" in asked(people["supervisor"], place + "confirm/")
    shown = page(people["supervisor"], place)
    assert "Identified on" in shown
    assert "waits for a second person" not in shown


def test_a_merge_shows_its_effect_first_and_the_old_page_leads_to_the_new(vera: Client) -> None:
    source, target = number("Sand"), number("Gravel")
    place, typed = f"/series/{source}/merge/", {"into": "Gravel", "reason": "the same room"}
    first = unescape(vera.post(place, typed).content.decode())
    assert "2 media would move." in first
    assert "1 of them lies there already." in first
    assert page(vera, f"/series/{source}/"), "nothing was done yet"
    asked(vera, place, **typed)
    assert vera.get(f"/series/{source}/").headers["Location"] == f"/series/{target}/"
    merged = page(vera, f"/series/{target}/")
    regrouping = re.findall(r'name="regrouping" value="(\d+)"', merged)[0]
    assert "is undone" in done(vera, f"/series/{target}/undo/", regrouping=regrouping)
    assert page(vera, f"/series/{source}/")


def test_media_are_listed_and_split_off_by_their_digests(vera: Client, people: dict[str, Client]) -> None:
    place = f"/series/{number('Gravel')}/"
    assert name_of("gravel-1") in page(vera, place + "media/")
    assert people["abroad"].get(place + "media/").status_code == 404
    typed = {"name": "Grit", "media": name_of("gravel-2"), "reason": "another room"}
    assert "1 would stay." in asked(vera, place + "split/", **typed)
    with as_the_node("a test looks"):
        moved = SeriesMedia.objects.get(series__name="Grit").media.name
    assert moved == name_of("gravel-2")
    assert vera.post(place + "split/", typed | {"case": "NL-7"}).status_code == 422


def test_a_wider_audience_is_asked_for_once_more(people: dict[str, Client], vera: Client, desk: Node) -> None:
    place = fresh(desk, "Flint")
    narrow = {"handling": "blind", "code": "H0", "tlp": "TLP:AMBER"}
    done(vera, place + "handling/", **narrow)
    assert people["abroad"].get(place).status_code == 404
    assert "cannot be taken back" in asked(vera, place + "handling/", **narrow | {"handling": "alliance"})
    assert people["abroad"].get(place).status_code == 200


def test_a_withdrawn_series_is_hidden_from_others_until_it_is_restored(
    people: dict[str, Client], vera: Client, desk: Node
) -> None:
    place = fresh(desk, "Slate")
    assert "Withdraw Slate?" in asked(vera, place + "withdraw/", reason="recorded by mistake")
    assert people["abroad"].get(place).status_code == 404
    hidden = page(vera, place)
    assert "your authority alone sees this series" in hidden
    assert "Change the status" not in hidden
    done(vera, place + "restore/", reason="it was right")
    assert people["abroad"].get(place).status_code == 200


def test_the_lead_moves_when_the_other_side_takes_it(
    people: dict[str, Client], vera: Client, desk: Node
) -> None:
    place = fresh(desk, "Chalk")
    assert "BR-UNIT, who has not answered" in done(vera, place + "lead/", to="BR-UNIT", reason="yours")
    assert "offers you the lead" in page(people["abroad"], place)
    assert "leads the series from now on" in done(people["abroad"], place + "lead-offered/", accept="yes")
    assert "Contact of the lead" in page(vera, place)


def test_a_series_is_opened_at_the_desk_and_its_name_is_shown_as_text(
    vera: Client, people: dict[str, Client]
) -> None:
    name = "Basalt <b>\u202e</b>"
    done(vera, "/series/open/", name=name, handling="named", named="BR-UNIT")
    answer = people["abroad"].get(f"/series/{number(name)}/")
    assert "<h1><bdi>Basalt &lt;b&gt;&lt;U+202E&gt;&lt;/b&gt;</bdi></h1>" in answer.content.decode()


def test_a_look_is_audited_with_the_case_and_the_purpose(vera: Client) -> None:
    place = f"/series/{number('Stone')}/"
    assert "audited with this" in done(vera, "/occasion/", case="NL-7", purpose="a new tip", next=place)
    with as_the_node("a test looks"):
        event = AuditEvent.objects.filter(tag=AuditTag.SERIES_SHOWN).order_by("-position")[0]
    assert (event.case_reference, event.purpose) == ("NL-7", "a new tip")
    assert vera.post("/occasion/", {"case": "NL-8"}).status_code == 422
    assert "without a case" in done(vera, "/occasion/", next=place)


def test_nobody_acts_on_a_series_that_they_may_not_know_of(people: dict[str, Client]) -> None:
    acts = [each for each in ROUTES if each.startswith("series/<int:number>/") and ROUTES[each].status == 405]
    typed = {"status": "in-progress", "text": "x", "name": "x", "reason": "x", "sure": "yes", "accept": "yes"}
    more = {"handling": "alliance", "code": "H0", "tlp": "TLP:RED", "marker": "groomed", "days": "9"}
    for route in acts:
        place = "/" + route.replace("<int:number>", str(number("Pebble")))
        answer = people["abroad"].post(place, typed | more | {"priority": "2-high", "into": "Stone"})
        assert answer.status_code == 404, route
    assert len(acts) > 20


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("marker/", {"marker": "x"}),
        ("claim/", {"days": "many"}),
        ("status/", {"status": "in-progress", "on": "yesterday"}),
        ("note/", {"text": " "}),
        ("undo/", {"regrouping": "-1"}),
        ("alias/", {"name": "a\x00b"}),
        ("alias/", {"name": "a\x00b", "drop": "yes"}),
        ("split/", {"name": "x", "case": "a\x00b", "exhibit": "1", "reason": "x"}),
        ("merge/", {"into": "a\x00b", "reason": "x"}),
        ("lead/", {"to": "a\x00b"}),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(vera: Client, act: str, typed: dict[str, str]) -> None:
    answer = vera.post(f"/series/{number('Stone')}/{act}", typed)
    assert answer.status_code == 422
    assert "That cannot be done so" in answer.content.decode()


def test_a_stretch_is_said_on_the_page_of_the_media_and_shown_with_it(vera: Client) -> None:
    place = f"/series/{number('Gravel')}/"
    with as_the_node("a test prepares"):
        film = SeriesMedia.objects.filter(series=number("Gravel")).order_by("pk")[0].media
        Media.objects.filter(pk=film.pk).update(media_type="video/mp4")
    typed = {"media": film.name, "from": "3:12", "to": "00:04:40.5"}
    for what, why in (("beside", "in the series already"), ("?", "comes in or goes out")):
        assert why in unescape(vera.post(place + "spans/", {**typed, "what": what}).content.decode())
    told = "00:03:12–00:04:40.5"
    assert told in done(vera, place + "spans/", **typed, what="alone")
    assert told in page(vera, place + "media/")
    left = {"media": film.name, "from": "0", "to": "200"}
    assert "00:03:20–00:04:40.5" in done(vera, place + "spans/", **left, what="out")
    leaving = {"media": film.name, "what": "whole-out"}
    assert "is not kept" in vera.post(place + "spans/", leaving).content.decode()
    assert "no more" in done(vera, place + "spans/", **leaving, sure="yes")
    assert "All of the media" in done(vera, place + "spans/", media=film.name, what="whole")
    assert told not in page(vera, place + "media/")
