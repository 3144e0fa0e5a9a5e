"""The room of checks, as somebody without scripts meets it, and what it must not let happen."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.check_orders import CheckOrder
from cairn.records.lock import as_the_node
from cairn.services.check_orders.working import work_once
from cairn.services.export_orders.making import make_one
from cairn.web.account.signed_in import BY_ITSELF
from pictures import drawn, save
from services.seizures import hold
from stand_ins import InProcessPool
from web.people import HOST, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def pictures(sqlite_desk: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that BR-UNIT holds, and a new one, whose name is hostile."""
    folder = tmp_path_factory.mktemp("pictures")
    save(drawn(0), folder / "known.jpg")
    save(drawn(7), folder / "new.jpg")
    with as_the_node("a test sets its scene up"):
        hold(sqlite_desk, folder / "known.jpg", authority="BR-UNIT")
    return folder


@pytest.fixture(scope="module")
def client(pictures: Path) -> Client:
    return signed_in("investigator")


def ask(client: Client, **more: str) -> str:
    """Ask for a check of what will be sent, and answer its address."""
    answer = client.post("/checks/new/", {"label": "phone 7", "upload": "1", **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def text_of(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_seizure_is_sent_checked_read_and_exported_with_forms_alone(
    sqlite_desk: Node, client: Client, pictures: Path
) -> None:
    place = ask(client, case="W1", purpose="a seizure")
    files = [
        SimpleUploadedFile("known.jpg", (pictures / "known.jpg").read_bytes()),
        SimpleUploadedFile("known.jpg", (pictures / "new.jpg").read_bytes()),
        SimpleUploadedFile("<b>\u202egpj.jpg", (pictures / "new.jpg").read_bytes()),
        SimpleUploadedFile("empty.bin", b""),
    ]
    assert client.post(f"{place}add/", {"files": files}).status_code == 302
    assert "4 files" in text_of(client, place)
    assert client.post(f"{place}steer/", {"steering": "begin"}).status_code == 302
    assert "of 0 files measured" in text_of(client, place)
    assert work_once(sqlite_desk, open_pool=InProcessPool)
    answer = text_of(client, place)
    assert "2 of 4 files need no look" in answer
    assert "case W1" in answer
    assert "1 the file has no bytes" in answer
    raw = client.get(f"{place}files/").content.decode()
    assert "&lt;b&gt;gpj.jpg" in raw
    assert "known (2).jpg" in raw
    known = text_of(client, f"{place}files/?verdict=known")
    assert "1 file ·" in known
    number = re.findall(
        rf'href="{place}files/(\d+)/"', client.get(f"{place}files/?verdict=known").content.decode()
    )
    evidence = text_of(client, f"{place}files/{number[0]}/")
    assert "SHA-256 is equal: the same content, byte for byte" in evidence
    assert "BR-UNIT (BR), 1 sighting" in evidence
    again = client.get(f"/checks/new/?again={place.split('/')[2]}").content.decode()
    assert 'value="W1"' in again
    assert f"/checks/new/?again={place.split('/')[2]}" in client.get(place).content.decode()
    for kind, sign in (
        ("report", b"<!doctype html"),
        ("json", b"cairn-answer/1"),
        ("csv", b"address,verdict"),
    ):
        ordered = client.post(f"{place}export/{kind}/").headers["Location"]
        assert "is being made" not in text_of(client, ordered)
        assert make_one(sqlite_desk)
        export = client.post(f"{ordered}file/")
        assert sign in b"".join(export)[:3000].lower()
        assert "attachment" in export.headers["Content-Disposition"]
        assert export.headers["Cache-Control"] == "no-store"
    assert client.post(f"{place}export/exe/").status_code == 404
    with as_the_node("a test looks"):
        tags = AuditEvent.objects.filter(case_reference="W1").values_list("tag", flat=True)
        assert {
            *(AuditTag.CHECK_ORDERED, AuditTag.CHECK_ORDER_STEERED, AuditTag.CHECK_ANSWERED),
            *(AuditTag.CHECK_ANSWER_SHOWN, AuditTag.CHECK_ANSWER_EXPORTED),
        } <= set(tags)


def test_a_script_sends_parts_and_is_told_refusals_in_sentences(client: Client) -> None:
    place = ask(client)

    def put(query: str, body: bytes) -> tuple[int, dict[str, object]]:
        answer = client.put(f"{place}parts/?{query}", body, content_type="application/octet-stream")
        return answer.status_code, answer.json()

    assert put("path=a/b.jpg&size=6&offset=0", b"abc") == (200, {"received": 3})
    assert put("path=a/b.jpg&size=6&offset=0", b"abc") == (200, {"received": 3})
    assert client.get(f"{place}parts/?path=a/b.jpg&size=6").json() == {"received": 3}
    assert put("path=a/b.jpg&size=6&offset=3", b"def") == (200, {"received": 6})
    assert client.get(f"{place}parts/").json()["files"] == {"a/b.jpg": 6}
    status, said = put("path=../b.jpg&size=6&offset=0", b"abc")
    assert (status, said["code"]) == (422, "upload.name")
    assert put("path=c&size=2&offset=0", b"abc")[1]["code"] == "upload.size"
    assert put("path=c&offset=0", b"abc")[1]["code"] == "upload.size"


def test_a_part_without_the_form_s_token_is_refused(client: Client) -> None:
    place = ask(client)
    strict = Client(headers={"host": HOST}, enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.put(
        f"{place}parts/?path=a&size=1&offset=0", b"a", content_type="application/octet-stream"
    )
    assert answer.status_code == 403


def test_another_country_reaches_nothing_of_a_check(client: Client) -> None:
    place, abroad = ask(client), signed_in("abroad")
    assert abroad.get(place).status_code == 404
    assert abroad.post(f"{place}steer/", {"steering": "give-up"}).status_code == 404
    assert abroad.post(f"{place}add/", {"files": SimpleUploadedFile("x", b"x")}).status_code == 404
    assert abroad.put(f"{place}parts/?path=a&size=1&offset=0", b"a").status_code == 404
    assert abroad.post(f"{place}export/json/").status_code == 404
    assert abroad.get(f"/checks/new/?again={place.split('/')[2]}").status_code == 404
    empty = abroad.get("/checks/").content.decode()
    assert "phone 7" not in empty
    assert "made at the command line are not listed here" in empty
    with as_the_node("a test looks"):
        assert CheckOrder.objects.get(pk=int(place.split("/")[2])).state == "gathering"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {"label": "x", "server": "1", "path": "/etc/passwd"},
            "There is no such file or folder on the server",
        ),
        ({"label": "x", "upload": "1", "register": "on"}, "Name the case"),
        ({"label": "", "upload": "1"}, "This field is required"),
    ],
)
def test_what_cannot_be_checked_is_told_beside_what_was_typed(
    client: Client, typed: dict[str, str], said: str
) -> None:
    answer = client.post("/checks/new/", typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_hashes_are_found_in_whatever_was_pasted(client: Client, pictures: Path) -> None:
    known = sha256((pictures / "known.jpg").read_bytes()).hexdigest()
    pasted = f'path;sha256\n"a.jpg";"{known.upper()}"\n{known}  *b.jpg\n{"0" * 32}\nnothing here'
    answer = client.post("/checks/hashes/", {"pasted": pasted, "digits": "sha256"})
    said = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert "2 hashes were looked up." in said
    assert "1 stood there twice" in said
    assert "2 lines have no hash" in said
    assert known in said
    assert client.post("/checks/hashes/", {"pasted": "", "digits": "pdq"}).status_code == 422


def test_a_page_that_renews_itself_keeps_nobody_signed_in(
    sqlite_desk: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, there = signed_in("investigator"), signed_in("investigator")
    start = timezone.now()
    for minutes in (10, 20, 29, 31, 40):
        monkeypatch.setattr("django.utils.timezone.now", lambda at=start + timedelta(minutes=minutes): at)
        renewed = alone.get("/checks/", headers={"HX-Request": "true", "HX-Trigger": BY_ITSELF})
        assert (renewed.status_code == 200) is (minutes < 30)
        assert there.get("/checks/").status_code == 200


def test_what_is_watched_is_told_to_load_anew_once_it_is_answered(client: Client) -> None:
    with as_the_node("a test looks"):
        number = CheckOrder.objects.get(label="phone").pk
    renewed = client.get(f"/checks/{number}/", headers={"HX-Request": "true"})
    assert (renewed.status_code, renewed.headers["HX-Refresh"]) == (204, "true")
