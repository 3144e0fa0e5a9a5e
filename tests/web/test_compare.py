"""Judging links at the desk: the queue, two media side by side, a word with its reason, and the next."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from cairn.linking.evidence import stored
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.cases import Case
from cairn.records.links import Judgement, Link
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.series import Series
from cairn.records.users import User
from cairn.types import Handling
from services.answers import COPY
from services.judging import held, name_of, series_with, suggested
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node

PAIRS = (("kiln-1", "kiln-2", 2), ("kiln-1", "kiln-3", 8), ("kiln-2", "kiln-3", 8))
"""Three suggested links, the strongest first; two are equally strong."""


@pytest.fixture(scope="module")
def people(desk: Node) -> dict[str, Client]:
    with as_the_node("a test sets its scene up"):
        media = {word: held(word, desk.authority) for word in ("kiln-1", "kiln-2", "kiln-3")}
        Media.objects.filter(pk=media["kiln-2"].pk).update(width=800, media_type="image/png")
        links = [suggested(media[one], media[other], bits=bits) for one, other, bits in PAIRS]
        Link.objects.filter(pk=links[-1].pk).update(evidence=stored(COPY))
        series_with(desk.authority, "Kiln", media["kiln-1"], handling=Handling.BLIND)
    return {login: signed_in(login) for login in ("investigator", "supervisor", "abroad")}


def place(one: str, other: str) -> str:
    with as_the_node("a test looks"):
        in_order = sorted((one, other), key=lambda word: Media.objects.get(sha256=digest(word)).pk)
    return "/compare/duplicate/" + "/".join(name_of(word)[:16] for word in in_order) + "/"


def digest(word: str) -> bytes:
    return bytes.fromhex(name_of(word))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_queue_lists_what_waits_the_strongest_first_to_those_who_may_see_it(
    people: dict[str, Client],
) -> None:
    shown = text(people["investigator"], "/links/")
    found = [shown.find(place(one, other)) for one, other, _ in PAIRS]
    assert found == sorted(found)
    assert found[0] > 0
    seen = text(people["abroad"], "/links/?all=yes")
    assert [place(one, other) in seen for one, other, _ in PAIRS] == [False, False, True]


def test_a_page_of_links_begins_after_the_pair_that_its_address_names(people: dict[str, Client]) -> None:
    whole = re.findall(r"/compare/(\w+)/(\w+)/(\w+)/", people["investigator"].get("/links/").content.decode())
    kind, first, second = whole[0]
    for score, left in (((1.0).hex(), whole), ((0.0).hex(), []), ("", [])):
        answer = people["investigator"].get("/links/", {"after": f"{score}~{kind}~{first}~{second}"})
        assert re.findall(r"/compare/(\w+)/(\w+)/(\w+)/", answer.content.decode()) == left, score
    for wrong in ("x", "1~2~3~4", "~~~", "0x1p9999999~duplicate~a~b"):
        assert people["investigator"].get(f"/links/?after={wrong}").status_code == 404, wrong


def test_both_media_stand_side_by_side_and_what_differs_is_marked(people: dict[str, Client]) -> None:
    shown = text(people["investigator"], place("kiln-1", "kiln-2"))
    kind = shown[shown.index("Kind") : shown.index("Bytes")]
    assert ("image/png" in kind, "≠" in kind) == (True, True)
    size = shown[shown.index("Bytes") : shown.index("Width in pixels")]
    assert "≠" not in size
    assert "PDQ distance 2 of 256 bits" in shown
    assert "Kiln (NL-UNIT)" in shown
    assert "drawn without a picture" not in shown
    drawn = text(people["abroad"], place("kiln-2", "kiln-3"))
    assert "41 of 60 points" in drawn[drawn.index("drawn without a picture") :]
    text(people["investigator"], place("kiln-1", "kiln-2"))
    with as_the_node("a test looks"):
        tags = AuditEvent.objects.order_by("-position").values_list("tag", flat=True)[:2]
        assert set(tags) == {AuditTag.LINKS_SHOWN, AuditTag.SERIES_LOOKED}


def test_both_pictures_are_masked_lie_as_the_evidence_says_and_are_revealed_in_a_case_alone(
    people: dict[str, Client],
) -> None:
    with as_the_node("a test sets its scene up"):
        Link.objects.update(evidence={"kind": "pdq-near", "distance_bits": 2, "orientation": "rotated-90"})
    vera = people["investigator"]
    shown = text(vera, place("kiln-1", "kiln-2"))
    sources = re.findall(r'<img src="(/review/picture/[^"]+)"', shown)
    assert len(set(sources)) == 2
    assert all(source.endswith("/?lies=stored") for source in sources)
    assert 'data-turned="rotated-90"' in shown
    assert "Reveal both" not in shown
    assert name_of("kiln-1") not in "".join(sources)
    with as_the_node("a test sets its scene up"):
        Case.objects.create(authority=User.objects.get(login="investigator").authority, reference="K")
    vera.post("/occasion/", {"case": "K", "purpose": "", "next": "/links/"})
    assert "Reveal both" in text(vera, place("kiln-1", "kiln-2"))
    vera.post("/occasion/", {"case": "", "purpose": "", "next": "/links/"})


def test_a_word_takes_a_reason_and_leads_to_the_next_until_none_waits(people: dict[str, Client]) -> None:
    vera = people["investigator"]
    first, second, third = (place(one, other) for one, other, _ in PAIRS)
    assert vera.get("/links/next/").headers["Location"] == first
    assert vera.post(first + "judge/", {"outcome": "confirmed", "reason": ""}).status_code == 422
    answer = vera.post(first + "judge/", {"outcome": "confirmed", "reason": "the same chip"})
    assert answer.headers["Location"] == second
    shown = text(vera, second)
    assert "Your authority has said: the same." in shown
    assert "These series of yours could grow: Kiln." in shown
    assert 'value="the same chip"' in shown, "the reason is offered again"
    kind, one, other = second.strip("/").split("/")[1:]
    skipped = vera.get("/links/next/", {"kind": kind, "first": one, "second": other})
    assert skipped.headers["Location"] == third
    assert vera.post(third + "judge/", {"outcome": "rejected", "reason": "x"}).headers["Location"] == second
    answer = vera.post(second + "judge/", {"outcome": "unsure", "reason": "too dark"})
    assert answer.headers["Location"] == "/links/"
    assert "No other link waits" not in text(vera, "/links/"), "what was said is told, once"
    assert second in text(vera, "/links/"), "who is unsure has not decided"
    assert first in text(vera, "/links/?all=yes")


def test_what_follows_from_a_word_is_shown_and_added_by_the_owner(
    people: dict[str, Client],
) -> None:
    vera, here = people["investigator"], place("kiln-1", "kiln-2")
    vera.post(here + "judge/", {"outcome": "confirmed", "reason": "the same chip"})
    with as_the_node("a test looks"):
        kiln = f"/series/{Series.objects.get(name='Kiln').pk}/"
    shown = text(vera, kiln + "growth/")
    assert "1 media would be added." in shown
    assert name_of("kiln-2")[:16] in shown
    assert "Nothing follows" in text(vera, kiln + "growth/?kind=camera")
    assert people["abroad"].post(kiln + "growth/").status_code == 404
    assert name_of("kiln-2") not in text(vera, kiln + "media/"), "it was only shown"
    assert vera.post(kiln + "growth/").headers["Location"] == kiln
    assert "1 media is added." in text(vera, kiln)
    assert name_of("kiln-2") in text(vera, kiln + "media/")


def test_a_word_is_taken_back(people: dict[str, Client]) -> None:
    vera, here = people["investigator"], place("kiln-1", "kiln-2")
    vera.post(here + "judge/", {"outcome": "confirmed", "reason": "the same chip"})
    assert vera.post(here + "take-back/").headers["Location"] == here
    shown = text(vera, here)
    assert "taken back" in shown
    assert vera.post(here + "take-back/").status_code == 422


def test_what_others_hold_is_not_there(people: dict[str, Client]) -> None:
    here = place("kiln-1", "kiln-2")
    for address in (here, "/compare/duplicate/00000000/11111111/", here.replace("duplicate", "likeness")):
        assert people["abroad"].get(address).status_code == 404
    for act in ("judge/", "take-back/"):
        typed = {"outcome": "confirmed", "reason": "x"}
        refused = people["abroad"].post(here + act, typed)
        missing = people["abroad"].post("/compare/duplicate/00000000/11111111/" + act, typed)
        assert (refused.status_code, missing.status_code) == (404, 404)
    with as_the_node("a test looks"):
        assert not Judgement.objects.filter(authority__code="BR-UNIT").exists()
