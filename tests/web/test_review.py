"""The review at the desk: masked until asked for, asked for in a case, and of no use to another session."""

from __future__ import annotations

import hashlib
import re
import time
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.lock import as_the_node
from cairn.services.directory.acting import operator_of
from cairn.services.showing import pictures
from cairn.types import Preview
from pictures import drawn, save
from services.seizures import hold
from web.people import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from cairn.services.node.opening import Node

PLACE = "/review/?case=K1"


@pytest.fixture(scope="module")
def seizure(desk: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures in NL-UNIT's case K1, one of them twice."""
    folder = tmp_path_factory.mktemp("seizure")
    for seed in (1, 2, 3):
        save(drawn(seed), folder / f"{seed}.jpg")
    save(drawn(1), folder / "again.jpg")
    with as_the_node("a test sets its scene up"):
        hold(desk, folder, authority="NL-UNIT")
        operator_of(desk, "NL-UNIT")
    return folder


@pytest.fixture
def client(seizure: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An investigator; the sandbox's part is tested elsewhere, so that no decoder need start here."""

    def open_here(open_file: object, *, sha256: bytes) -> Preview:
        file = next(file for file in seizure.iterdir() if digest_of(file) == sha256)
        picture = Image.open(file).convert("RGB")
        return Preview(*picture.size, 1, picture.tobytes(), *picture.size)

    monkeypatch.setattr("cairn.services.showing.sources.VIEWER.show", open_here)
    pictures._kept.clear()
    return signed_in("investigator")


def digest_of(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()


def names_on(client: Client, place: str = PLACE) -> list[str]:
    return re.findall(r'data-picture="([\w-]+)"', client.get(place).content.decode())


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(content)).convert("L"), np.int16)


def sharpness(content: bytes) -> float:
    found = pixels(content)
    return float(np.abs(np.diff(found, axis=1)).max())


def looks() -> list[tuple[str, int]]:
    with as_the_node("a test looks"):
        rows = AuditEvent.objects.filter(tag=AuditTag.MEDIA_REVEALED).order_by("position")
        return [(row.case_reference, len(row.record_ids)) for row in rows]


def reveal(client: Client, token: str, **values: str) -> Any:
    return client.post("/review/reveal/", {"token": token, "case": "K1", **values})


def test_a_page_shows_each_content_once_masked_and_nothing_of_it_is_kept_by_the_browser(
    client: Client,
) -> None:
    text = client.get(PLACE).content.decode()
    assert "3 to look at" in text
    assert "2 files" in text
    assert "autoplay" not in text
    before = looks()
    for token in names_on(client):
        answer = client.get(f"/review/picture/{token}/?mask=blur")
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"].startswith("no-store")
        assert sharpness(answer.content) < 60
    assert looks() == before


def test_a_revealed_picture_comes_in_the_answer_to_a_form_is_audited_and_counts_in_one_s_own_ledger(
    client: Client,
) -> None:
    before, token = looks(), names_on(client)[0]
    answer = reveal(client, token)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"].startswith("no-store")
    assert looks() == [*before, ("K1", 1)]
    client.post("/review/ledger/held/", {"seconds": "90"})
    mine = client.get("/review/ledger/").content.decode()
    assert re.search(r"[1-9]\d* pictures? revealed", mine)
    assert "0 pictures revealed" in signed_in("supervisor").get("/review/ledger/").content.decode()
    assert client.get("/review/reveal/?token=" + token).status_code == 405


@pytest.mark.parametrize(
    "wrong",
    [{"case": ""}, {"case": "K9"}, {"look": "x-ray"}, {"region": "0,0,2,2"}, {"region": "nan,0,1,1"}],
)
def test_no_picture_is_revealed_without_a_case_or_in_a_way_that_there_is_not(
    client: Client, wrong: dict[str, str]
) -> None:
    before, token = looks(), names_on(client)[0]
    assert reveal(client, token, **wrong).status_code == 422
    assert looks() == before


def test_the_name_of_a_picture_is_of_use_in_its_own_session_and_for_a_while_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = names_on(client)[0]
    place = f"/review/picture/{token}/"
    assert client.get(place).status_code == 200
    for other in (signed_in("investigator"), signed_in("supervisor"), signed_in("abroad")):
        assert other.get(place).status_code == 404
        assert reveal(other, token).status_code == 404
    flipped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    assert client.get(f"/review/picture/{flipped}/").status_code == 404
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 31 * 60)
    assert client.get(place).status_code == 404


def test_a_case_of_another_authority_is_not_there(client: Client) -> None:
    assert signed_in("abroad").get(PLACE).status_code == 404
    assert client.get("/review/?case=" + quote("no\x00case")).status_code == 404
    assert client.get(PLACE + "&view=wall").status_code == 404
    assert client.get(PLACE + "&scheme=none").status_code == 404


def test_one_picture_is_decided_at_once_and_several_after_their_effect_was_shown(client: Client) -> None:
    first, *others = names_on(client)
    values = {"case": "K1", "category": "exchange:baseline", "next": PLACE}
    assert client.post("/review/say/", values).status_code == 422
    one = client.post("/review/say/", {**values, "media": [first]})
    assert (one.status_code, one.headers["Location"]) == (302, PLACE)
    assert "2 to look at" in client.get(PLACE).content.decode()
    shown = client.post("/review/say/", {**values, "media": others})
    assert "2 pictures are chosen" in shown.content.decode()
    assert "2 to look at" in client.get(PLACE).content.decode()
    client.post("/review/say/", {**values, "media": others, "sure": "yes"})
    assert "Nothing is left to look at" in client.get(PLACE).content.decode()
    client.post("/review/undo/", {"next": PLACE})
    assert "2 to look at" in client.get(PLACE).content.decode()
    client.post("/review/undo/", {"next": PLACE})
    assert "3 to look at" in client.get(PLACE).content.decode()
    assert client.post("/review/undo/", {"next": PLACE}).status_code == 422


def test_where_the_picture_is_not_to_be_had_the_page_stays_and_says_so(
    seizure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures._kept.clear()
    monkeypatch.setattr("cairn.services.showing.sources._places", lambda *_: iter(()))
    client = signed_in("investigator")
    token = names_on(client)[0]
    answer = client.get(f"/review/picture/{token}/")
    assert (answer.status_code, answer.content) == (410, b"picture.nowhere")
    assert reveal(client, token).status_code == 422


def test_after_half_an_hour_a_pause_is_offered_and_counts_from_then(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = timezone.now()
    for minutes in (0, 4, 8, 12, 16, 20, 24, 28):
        at = start + timedelta(minutes=minutes)
        monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
        assert "Time for a pause?" not in client.get(PLACE).content.decode()
    at = start + timedelta(minutes=31)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    assert "for 31 minutes" in client.get(PLACE).content.decode()
    client.post("/review/pause/", {"next": PLACE})
    assert "Time for a pause?" not in client.get(PLACE).content.decode()
