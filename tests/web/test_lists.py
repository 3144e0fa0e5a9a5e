"""Hash lists at the desk: a file taken in, its versions and counts, and its withdrawal."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from web.people import PASSWORD, signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node

PLACE = "/lists/NL-UNIT/Of%20%3Cothers%3E/parts/"


@pytest.fixture(scope="module")
def people(sqlite_desk: Node) -> dict[str, Client]:
    return {who: signed_in(who) for who in ("investigator", "abroad")}


def page(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def take_in(client: Client, lines: list[str], **typed: str) -> tuple[int, str, str]:
    file = SimpleUploadedFile("list.csv", "\n".join(["sha256,name", *lines]).encode())
    answer = client.post("/lists/import/", {"file": file, "name": "Of <others>/parts", **typed})
    return (answer.status_code, answer.headers.get("Location", ""), unescape(answer.content.decode()))


def test_its_owner_says_anew_who_meets_a_list_and_whether_it_is_given_out(people: dict[str, Client]) -> None:
    client, place = people["investigator"], "/lists/NL-UNIT/Shared/"
    assert take_in(client, [f"{99:064x},x"], name="Shared", given="no")[0] == 302
    assert people["abroad"].get(place).status_code == 404
    said = {"do": "share", "audience": "named", "named": "BR-UNIT, HUB", "given": "yes"}
    asked = client.post(place, said)
    assert "Nothing has been done yet" in asked.content.decode()
    assert people["abroad"].get(place).status_code == 404
    sure = {**said, "sure": "yes", "proof-password": PASSWORD}
    assert client.post(place, {**sure, "named": "LINE"}).status_code == 422
    assert client.post(place, sure).status_code == 302
    shown = page(client, place)
    assert ("BR-UNIT" in shown, "may fetch its entries whole." in shown) == (True, True)
    theirs = page(people["abroad"], place)
    assert ("Say who meets it" in theirs, "HUB" in theirs) == (False, False)
    assert people["abroad"].post(place, sure).status_code == 404
    assert client.post(place, {**sure, "audience": "own", "given": ""}).status_code == 302
    assert people["abroad"].get(place).status_code == 404


def withdrawn(client: Client, what: str) -> str:
    asked = client.post(PLACE, {"do": what, "reason": "a mistake in it"})
    assert "Nothing has been done yet" in asked.content.decode()
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode()))
    done = client.post(PLACE, {**fields, "proof-password": PASSWORD})
    assert done.status_code == 302, done.content.decode()
    return page(client, PLACE)


def test_a_file_becomes_a_list_with_its_provenance_and_a_second_one_its_next_version(
    people: dict[str, Client], sqlite_desk: Node
) -> None:
    rows = [f"{number:064x},x" for number in range(3)]
    _, location, _ = take_in(
        people["investigator"], rows, source="The <lab>", label="May", audience="alliance"
    )
    assert location == PLACE
    shown = page(people["investigator"], PLACE)
    for fact in ("3 entries stand", "The <lab>", "May", "every police authority of the alliance"):
        assert fact in shown, fact
    assert "The <lab>" in page(people["abroad"], PLACE)
    take_in(people["investigator"], rows[:1], name="Named", audience="named", named="HUB")
    assert "HUB" in page(people["investigator"], "/lists/NL-UNIT/Named/")
    assert people["abroad"].get("/lists/NL-UNIT/Named/").status_code == 404
    status, _, again = take_in(people["investigator"], rows)
    assert (status, "that stands" in again) == (422, True)
    assert take_in(people["investigator"], [*rows[1:], "no hash,x"], label="June")[0] == 302
    shown = page(people["investigator"], PLACE)
    assert ("2 entries stand" in shown, "superseded" in shown, "June" in shown) == (True, True, True)
    assert list(sqlite_desk.config.uploads_folder.iterdir()) == []


def test_only_its_owner_withdraws_a_list_and_is_asked_once_more_and_who_it_is(
    people: dict[str, Client],
) -> None:
    take_in(people["investigator"], [f"{77:064x},x"], audience="alliance")
    assert "Withdraw" not in page(people["abroad"], PLACE)
    foreign = people["abroad"].post(
        PLACE, {"do": "withdraw", "reason": "mine", "sure": "yes", "proof-password": PASSWORD}
    )
    assert foreign.status_code == 404
    assert "entry stands" in page(people["investigator"], PLACE)
    assert "0 entries stand" in withdrawn(people["investigator"], "withdraw-version")
    assert "withdrawn" in withdrawn(people["investigator"], "withdraw")
    assert people["abroad"].get(PLACE).status_code == 404
    back = people["investigator"].post(PLACE, {"do": "take-back", "reason": "it was right"})
    assert back.headers["Location"] == PLACE
    assert people["abroad"].get(PLACE).status_code == 200


def test_what_is_no_list_is_refused_and_nothing_tells_where_it_lay(
    people: dict[str, Client], sqlite_desk: Node
) -> None:
    for body in (b"", b"\x89PNG\r\n\x1a\n", b"hello"):
        file = SimpleUploadedFile("x", body)
        answer = people["investigator"].post("/lists/import/", {"file": file, "name": "none"})
        assert answer.status_code == 422
        assert str(sqlite_desk.config.folder) not in answer.content.decode()
    assert people["investigator"].get("/lists/NL-UNIT/none/").status_code == 404
