"""Reports at the desk: handed in and acknowledged, in a queue with the rules that order it, and answered."""

from __future__ import annotations

import hashlib
import json
import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from cairn.records.lock import as_the_node
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence, as_text, sentence_in, sentence_of
from cairn.services.reports.sending import take_sent
from cairn.web.reports.taking import MOST_FILES
from cairn.web.saying import in_own_language
from pictures import drawn, save
from stand_ins import InProcessPool
from web.people import signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from django.test import Client

    from cairn.services.node.opening import Node

HASH = "ab" * 32


@pytest.fixture(scope="module")
def people(desk: Node) -> dict[str, Client]:
    return {who: signed_in(who) for who in ("investigator", "hotline-analyst", "reporter", "abroad")}


def page(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def hand_in(
    client: Client, reference: str, *, files: Sequence[SimpleUploadedFile] = (), **more: object
) -> tuple[int, str]:
    report = {
        "format": "cairn-report",
        "version": 1,
        "reference": reference,
        "reporter": "Line <of> hope",
        "country": "NL",
        "reported_at": "2026-05-01T10:00:00Z",
        "items": [{"hashes": {"sha256": HASH}}, {"hashes": {"md5": "cd" * 16, "sha1": "ef" * 20}}],
        **more,
    }
    file = SimpleUploadedFile("report.json", json.dumps(report).encode())
    answer = client.post("/reports/take/", {"file": file, "files": list(files)})
    return (answer.status_code, unescape(answer.content.decode()))


def test_a_report_goes_from_the_hotline_to_the_unit_and_its_outcome_comes_back(
    people: dict[str, Client],
) -> None:
    _, taken = hand_in(people["hotline-analyst"], "L-1", markers=["ongoing-abuse"])
    number = re.findall(r"Acknowledged: report (\d+)", taken)[0]
    place = f"/reports/{number}/"
    queue = page(people["investigator"], "/reports/")
    assert "It is marked ongoing-abuse." in queue
    assert "2 of its 2 items are new." in queue
    assert "Line <of> hope" in queue
    shown = page(people["investigator"], place)
    assert "the report says that it belongs to this country" in shown
    assert HASH in shown
    for hidden in (
        page(people["hotline-analyst"], place),
        page(people["hotline-analyst"], "/reports/?side=handed-in"),
    ):
        assert "L-1" in hidden
        assert "It is marked" not in hidden
        assert "items are new" not in hidden
    assert people["hotline-analyst"].post(f"{place}close/", {"outcome": "new"}).status_code == 404
    assert people["abroad"].get(place).status_code == 404
    assert people["abroad"].post(f"{place}close/", {"outcome": "new"}).status_code == 404

    assert people["investigator"].post(f"{place}close/", {"outcome": "made-up"}).status_code == 422
    closed = people["investigator"].post(f"{place}close/", {"outcome": "new", "words": "Thank <you>"})
    assert closed.headers["Location"] == place
    told = page(people["hotline-analyst"], "/reports/?side=handed-in&state=closed")
    assert "Thank <you>" in told
    assert "L-1" not in page(people["investigator"], "/reports/")
    again = people["investigator"].post(
        f"{place}close/", {"outcome": "new"}, headers={"accept-language": "fr"}
    )
    assert again.status_code == 422


def test_a_system_account_hands_in_twice_and_reads_nothing(people: dict[str, Client]) -> None:
    first, second = (hand_in(people["reporter"], "R-1")[1] for _ in range(2))
    number = re.findall(r"Acknowledged: report (\d+)", first)[0]
    assert f"report {number}" in second
    assert "It was taken before" in second
    assert "It was taken before" not in first
    assert people["reporter"].get(f"/reports/{number}/").status_code == 404
    assert people["reporter"].get("/reports/").status_code == 404
    assert people["reporter"].get("/").headers["Location"] == "/reports/take/"


def test_files_come_with_a_report_and_what_is_not_as_it_says_is_refused(
    people: dict[str, Client], desk: Node, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sending = partial(take_sent, open_pool=InProcessPool)
    monkeypatch.setattr("cairn.web.reports.taking.take_sent", sending)
    save(drawn(71), tmp_path / "1.jpg")
    picture = (tmp_path / "1.jpg").read_bytes()
    sent = [SimpleUploadedFile("1.jpg", picture), SimpleUploadedFile("notes.txt", b"x")]
    status, told = hand_in(people["hotline-analyst"], "R-7", files=sent, items=[{"file": "1.jpg"}])
    assert (status, "2 items" in told, "2 files" in told, "notes.txt" in told) == (200, True, True, True)
    with as_the_node("a test looks"):
        kept = Sighting.objects.get(media__sha256=hashlib.sha256(picture).digest())
    assert kept.authority.code == "LINE"
    assert list(desk.config.uploads_folder.iterdir()) == []
    wrong = [{"file": "1.jpg", "hashes": {"sha256": "0" * 64}}]
    refused, why = hand_in(people["reporter"], "R-8", files=sent[:1], items=wrong)
    assert (refused, "is another than its SHA256 says" in why) == (422, True)
    many = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(MOST_FILES + 1)]
    assert hand_in(people["reporter"], "R-9", files=many)[0] in {400, 413, 422}


def test_what_is_no_report_is_refused_with_its_reason(people: dict[str, Client], desk: Node) -> None:
    status, page_of_it = hand_in(people["reporter"], "R-2", items=[{"file": "key.pem"}])
    assert (status, "does not lie beside" in page_of_it) == (422, True)
    for body in (b"", b"{}", b"x" * 2_000_001):
        answer = people["reporter"].post("/reports/take/", {"file": SimpleUploadedFile("r.json", body)})
        assert answer.status_code == 422, body[:9]
    assert people["reporter"].post("/reports/take/").status_code == 422
    assert list(desk.config.uploads_folder.iterdir()) == []


def test_the_items_of_a_report_come_a_page_at_a_time(people: dict[str, Client]) -> None:
    items = [{"hashes": {"sha256": f"{number:064x}"}} for number in range(130)]
    _, taken = hand_in(people["hotline-analyst"], "L-130", items=items)
    place = f"/reports/{re.findall('Acknowledged: report ([0-9]+)', taken)[0]}/"
    first, rest = page(people["investigator"], place), page(people["investigator"], f"{place}?after=100")
    assert ("130 items" in first, "130 items" in rest) == (True, True)
    seen = [set(re.findall(r"<code dir=\"ltr\">(\w{64})", each)) for each in (first, rest)]
    assert [len(each) for each in seen] == [100, 30]
    assert not seen[0] & seen[1]


def test_a_sentence_keeps_its_words_and_values_through_the_records() -> None:
    said = Sentence("%(new)s of %(count)s, to %(whom)s: 5 %%", new=1_000, count=2_000, whom="<you> %s")
    assert said == "1,000 of 2,000, to <you> %s: 5 %"
    kept = sentence_of(json.loads(json.dumps(said.as_json())))
    assert (kept, kept.words, kept.values) == (said, said.words, said.values)
    around = Sentence("It has no hash: %(why)s.", why=said)
    assert sentence_in(as_text(around)) == around == sentence_in(str(around))
    read = sentence_in(as_text(around))
    assert isinstance(read, Sentence)
    assert isinstance(read.values["why"], Sentence)


def test_sentences_of_services_are_said_in_the_reader_s_language_with_their_values(desk: Node) -> None:
    closed = Sentence("Report %(number)s is closed already.", number="482913377")
    many = Sentence("Ask for 1 to %(most_hashes)s hashes at once.", most_hashes=10_000)
    text = Sentence("%(what)s has 1 to %(longest)s characters.", what=Sentence("A purpose"), longest=90)
    with translation.override("fr"):
        assert in_own_language(closed) == "Le signalement 482913377 est déjà clos."
        assert re.fullmatch("Demandez de 1 à 10\\W000 empreintes à la fois.", in_own_language(many))
        assert in_own_language(text) == "But : 1 à 90 caractères."
        assert (
            in_own_language("Nobody has translated 100 % of this.") == "Nobody has translated 100 % of this."
        )
        assert in_own_language("") == ""
    with translation.override("en"):
        assert in_own_language(
            Sentence("%(code)s was not asked %(number)s.", code="a\u202eb", number="1")
        ) == ("a<U+202E>b was not asked 1.")
