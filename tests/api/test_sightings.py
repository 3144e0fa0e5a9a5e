"""Registering: in the caller's own case, once, and told to those who hold it, not to the caller."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from api.calls import Answered, Caller, api_of, key
from cairn.api import uploads
from cairn.fingerprints import measure
from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import KeptAnswer, Scope
from cairn.records.sightings import Sighting, SightingSource
from cairn.records.users import Actor, Role
from cairn.services.directory.acting import operator_of
from cairn.services.fingerprinting.uploads import Measurer
from cairn.services.judgements.links import list_links
from cairn.services.registering import sightings
from cairn.services.series.opening import create_series
from cairn.types import Handling, PdqMode
from pictures import drawn, save
from services.seizures import hold, unit
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def api(node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(uploads, "_measurer", Measurer(lambda: InProcessPool(workers=1, mode=PdqMode.FAST)))
    with api_of(node):
        yield node


def reporter(node: Node) -> Caller:
    company = Actor.operator(unit(node, "EX-COMPANY", kind=AuthorityKind.COMPANY))
    return Caller(key(company, Role.REPORTER, Scope.REGISTER))


def handed_in(*digests: dict[str, str], **more: Any) -> dict[str, Any]:
    rows = [{"address": f"upload {number}", **each} for number, each in enumerate(digests)]
    return {"case": "R1", "exhibit": "uploads", "sightings": rows, **more}


def upload(caller: Caller, file: Path, **headers: str) -> Answered:
    fields = {"case": "R1", "exhibit": "uploads", "address": "upload 7"}
    raw = encode_multipart(BOUNDARY, {**fields, "file": SimpleUploadedFile(file.name, file.read_bytes())})
    return caller.post("v1/sightings/file", raw, content_type=MULTIPART_CONTENT, **headers)


def test_a_company_registers_by_hashes_in_its_own_case_and_the_series_owner_alone_is_told(
    api: Node, tmp_path: Path
) -> None:
    unit(api, "BR-UNIT")
    create_series("Hidden", handling=Handling.BLIND, actor=operator_of(api, "BR-UNIT"))
    picture = save(drawn(1), tmp_path / "one.jpg")
    hold(api, picture, authority="BR-UNIT", series="Hidden")
    company, found = reporter(api), measure(picture).digests
    body = handed_in({"md5": found.md5.hex().upper(), "sha1": found.sha1.hex()}, {"md5": "1" * 32})
    first, again = company.post("v1/sightings", body), company.post("v1/sightings", body)
    assert (first.status, first.body, again.body) == (200, {"asked": 2, "added": 2}, {"asked": 2, "added": 0})
    rows = Sighting.objects.filter(authority__code="EX-COMPANY").select_related("exhibit__case")
    assert {(row.exhibit.case.reference, row.source) for row in rows} == {
        ("R1", SightingSource.COMPANY_REPORT)
    }
    look = Caller(key(api.operator, Role.INVESTIGATOR, Scope.CHECK)).post(
        "v1/lookup", {"md5": ["1" * 32], "sha1": [found.sha1.hex()]}
    )
    assert [hit["matches"][0]["holders"][0]["authority"] for hit in look.body["hits"]] == ["EX-COMPANY"] * 2
    assert look.body["series"] == []


def test_a_file_is_registered_with_its_picture_and_its_series_owner_is_told(
    api: Node, tmp_path: Path
) -> None:
    unit(api, "BR-UNIT")
    create_series("Harbour", actor=operator_of(api, "BR-UNIT"))
    picture = save(drawn(1), tmp_path / "one.jpg")
    near = save(drawn(1), tmp_path / "near.jpg", quality=60)
    hold(api, picture, authority="BR-UNIT", series="Harbour")
    caller = Caller(key(api.operator, Role.INVESTIGATOR, Scope.REGISTER))
    assert upload(caller, picture).body == {"asked": 1, "added": 1}
    alert = Alert.objects.get(kind=AlertKind.MET)
    assert (alert.authority.code, alert.facts["registered"], alert.facts["asker_told"]) == (
        "BR-UNIT",
        True,
        False,
    )
    assert upload(caller, near).body == {"asked": 1, "added": 1}
    links, _ = list_links(api.operator)
    assert len(links) == 1


def test_a_call_that_is_sent_twice_under_one_name_is_done_once(
    api: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(key(api.operator, Role.INVESTIGATOR, Scope.REGISTER))
    named = {"HTTP_IDEMPOTENCY_KEY": "call 1"}
    body = handed_in({"md5": "1" * 32})
    first = caller.post("v1/sightings", body, **named)
    assert caller.post("v1/sightings", body, **named).body == first.body == {"asked": 1, "added": 1}
    other = caller.post("v1/sightings", handed_in({"md5": "2" * 32}), **named)
    assert (other.status, other.code) == (409, "call.other")
    KeptAnswer.objects.update(status=None)
    assert caller.post("v1/sightings", body, **named).code == "call.in-progress"
    wrong = handed_in({"sha256": "3" * 64})
    named = {"HTTP_IDEMPOTENCY_KEY": "call 2"}
    assert caller.post("v1/sightings", wrong, **named).code == "sighting.invalid"
    assert caller.post("v1/sightings", body, **named).body == {"asked": 1, "added": 0}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (handed_in(), "call.form"),
        (handed_in(*[{"md5": "1" * 32}] * 501), "call.form"),
        (handed_in({"md5": "secret"}), "call.form"),
        (handed_in({"md5": "1" * 32}, case=" "), "sighting.invalid"),
        (handed_in({"md5": "1" * 32, "address": "a\x00"}), "sighting.invalid"),
    ],
)
def test_what_cannot_be_registered_is_refused_and_nothing_is_kept(
    sqlite_node: Node, body: dict[str, Any], code: str
) -> None:
    with api_of(sqlite_node):
        found = Caller(key(sqlite_node.operator)).post("v1/sightings", body)
    assert (found.status, found.code) == (422, code)
    assert not Sighting.objects.exists()


def test_registering_takes_an_even_time_and_needs_its_scope(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[float] = []

    def evenly(step_s: float) -> AbstractContextManager[None]:
        steps.append(step_s)
        return nullcontext()

    monkeypatch.setattr(sightings, "evenly", evenly)
    with api_of(sqlite_node):
        checks = Caller(key(sqlite_node.operator, Role.INVESTIGATOR, Scope.CHECK))
        assert checks.post("v1/sightings", handed_in({"md5": "1" * 32})).status == 404
        assert steps == []
        registers = Caller(key(sqlite_node.operator, Role.INVESTIGATOR, Scope.REGISTER))
        assert registers.post("v1/sightings", handed_in({"md5": "1" * 32})).status == 200
    assert steps == [sightings.STEP_S]


def test_another_method_is_refused_with_those_that_there_are(sqlite_node: Node) -> None:
    with api_of(sqlite_node):
        found = Caller(key(sqlite_node.operator)).get("v1/lookup")
    assert (found.status, found.code, found.headers["Allow"]) == (405, "call.method", "POST")


def test_links_come_a_page_at_a_time(sqlite_node: Node, tmp_path: Path) -> None:
    for quality in (60, 70, 80, 90):
        hold(sqlite_node, save(drawn(1), tmp_path / f"{quality}.jpg", quality=quality), authority="NL-UNIT")
    with api_of(sqlite_node):
        caller, seen = Caller(key(sqlite_node.operator)), []
        cursor: dict[str, str] = {}
        for _ in range(9):
            page = caller.get("v1/links", most=2, **cursor).body
            seen += [(each["first"], each["second"]) for each in page["links"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        everything = caller.get("v1/links").body["links"]
    assert len(seen) == len(set(seen)) == 6
    assert seen == [(each["first"], each["second"]) for each in everything]
