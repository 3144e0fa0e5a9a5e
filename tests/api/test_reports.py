"""Reports through the API: whoever hands them in follows them and takes them back, and nobody else does."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from api.calls import Caller, api_of, key
from cairn.api import reports as api_reports
from cairn.errors import InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import Scope
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.reports import Report, ReportOutcome
from cairn.records.sightings import Sighting
from cairn.records.users import Actor, Role
from cairn.services.reports import registering
from cairn.services.reports.parcels import take_parcel
from cairn.services.reports.queue import close_report, list_reports
from cairn.services.reports.sending import take_sent
from pictures import drawn, save
from services.seizures import unit
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.services.node.opening import Node

XML = b"""<report><incidentSummary><incidentType>x</incidentType></incidentSummary>
<fileDetails><originalFileHash hashType="MD5">33333333333333333333333333333333</originalFileHash>
</fileDetails></report>"""


@pytest.fixture
def api(node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(registering, "LINKING_S", 0.001)
    monkeypatch.setattr(registering, "step_s", lambda _: 0.001)
    with api_of(node):
        yield node


def company(node: Node, code: str = "EX-COMPANY") -> Caller:
    return Caller(
        key(Actor.operator(unit(node, code, kind=AuthorityKind.COMPANY)), Role.REPORTER, Scope.REPORT)
    )


def said(*md5: str, **more: Any) -> dict[str, Any]:
    return {
        "format": "cairn-report",
        "version": 1,
        "reference": "R-1",
        "reporter": "Company",
        "reported_at": "2024-05-01T12:00:00Z",
        "country": "NL",
        "items": [{"hashes": {"md5": each}} for each in md5],
        **more,
    }


def test_a_company_hands_in_follows_and_withdraws_its_own_report_and_no_other(api: Node) -> None:
    caller, other = company(api), company(api, "EX-OTHER")
    (taken,) = caller.post("v1/reports", said("1" * 32, "2" * 32)).body["reports"]
    number = taken.pop("number")
    assert taken == {
        "reference": "R-1",
        "items": 2,
        "files": 0,
        "unnamed_files": 0,
        "without_hash": 0,
        "not_compared": [],
        "is_new": True,
    }
    (again,) = caller.post("v1/reports", said("1" * 32, "2" * 32)).body["reports"]
    assert (again["number"], again["is_new"]) == (number, False)
    (found,) = caller.get("v1/reports").body["reports"]
    assert (found["number"], found["outcome"], found["items"]) == (number, "", 2)
    close_report(number, ReportOutcome.NEW, words="Thank you", actor=api.operator)
    followed = caller.get(f"v1/reports/{number}").body
    assert (followed["outcome"], followed["words"]) == ("new", "Thank you")
    assert other.get("v1/reports").body == {"reports": [], "next": None}
    for answer in (
        other.get(f"v1/reports/{number}"),
        other.post(f"v1/reports/{number}/withdrawal", {"reason": "mine"}),
        other.get("v1/reports", cursor="MTIz"),
    ):
        assert answer.status == 404
    withdrawn = caller.post(f"v1/reports/{number}/withdrawal", {"reason": "sent by mistake"})
    assert (withdrawn.status, withdrawn.body["outcome"]) == (200, "withdrawn")
    assert caller.post(f"v1/reports/{number}/withdrawal", {"reason": "again"}).code == "report.withdrawn"
    with as_the_node("a test looks"):
        assert Sighting.objects.count() == 2
        assert not Sighting.objects.filter(withdrawn_at=None).exists()
        assert AuditEvent.objects.get(tag=AuditTag.REPORT_WITHDRAWN).purpose == "sent by mistake"


def test_a_withdrawn_report_leaves_the_queue_and_nobody_else_can_say_so(api: Node) -> None:
    caller = company(api)
    (taken,) = caller.post("v1/reports", said("1" * 32)).body["reports"]
    assert len(list_reports(api.operator)) == 1
    with pytest.raises(InputError, match="withdraws it"):
        close_report(taken["number"], ReportOutcome.WITHDRAWN, actor=api.operator)
    caller.post(f"v1/reports/{taken['number']}/withdrawal", {"reason": "a mistake"})
    assert list_reports(api.operator) == ()


def test_xml_is_taken_too_pages_lead_on_and_a_name_is_used_once(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "LINKING_S", 0.001)
    monkeypatch.setattr(registering, "step_s", lambda _: 0.001)
    with api_of(sqlite_node):
        caller, named = company(sqlite_node), {"HTTP_IDEMPOTENCY_KEY": "one"}
        first = caller.post("v1/reports", XML, content_type="application/xml", **named)
        assert (first.status, first.body["reports"][0]["items"]) == (200, 1)
        assert caller.post("v1/reports", XML, content_type="application/xml", **named).body == first.body
        assert caller.post("v1/reports", said("1" * 32), **named).code == "call.other"
        caller.post("v1/reports", said("1" * 32))
        newest = caller.get("v1/reports", most=1).body
        oldest = caller.get("v1/reports", most=1, cursor=newest["next"]).body
        assert [newest["reports"][0]["reference"], oldest["next"]] == ["R-1", None]
        assert oldest["reports"][0]["number"] == first.body["reports"][0]["number"]
        for wrong, code in (
            (b"hello", "report.unknown"),
            (said("1" * 32, items=[{"file": "a.jpg"}]), "report.file"),
            (said("1" * 32, colour="red"), "report.invalid"),
        ):
            assert caller.post("v1/reports", wrong).code == code
        assert (
            Caller(key(sqlite_node.operator, Role.INVESTIGATOR, Scope.CHECK))
            .post("v1/reports", said("1" * 32))
            .status
            == 404
        )
    with as_the_node("a test looks"):
        assert Report.objects.count() == 2


def test_files_come_in_a_form_or_in_a_parcel_and_are_taken_with_their_report(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LINKING_S", "step_s"):
        monkeypatch.setattr(registering, name, 0.001 if name == "LINKING_S" else lambda _: 0.001)
    monkeypatch.setattr("cairn.services.checking.check.LINKING_S", 0.001)
    monkeypatch.setattr(api_reports, "take_sent", partial(take_sent, open_pool=InProcessPool))
    monkeypatch.setattr(api_reports, "take_parcel", partial(take_parcel, open_pool=InProcessPool))
    picture = save(drawn(1), tmp_path / "a.jpg").read_bytes()
    report = json.dumps(said(items=[{"file": "in/a.jpg"}])).encode()
    with api_of(sqlite_node):
        caller, other = company(sqlite_node), company(sqlite_node, "EX-OTHER")
        form = {
            "report": SimpleUploadedFile("r.json", report),
            "file": [SimpleUploadedFile("a.jpg", picture), SimpleUploadedFile("b.txt", b"text")],
        }
        raw, named = encode_multipart(BOUNDARY, form), {"HTTP_IDEMPOTENCY_KEY": "one"}
        sent = caller.post("v1/reports", raw, content_type=MULTIPART_CONTENT, **named)
        (taken,) = sent.body["reports"]
        assert (taken["items"], taken["files"], taken["unnamed_files"]) == (2, 2, 1)
        assert taken["not_compared"] == [{"file": "b.txt", "reason": "unsupported"}]
        assert caller.post("v1/reports", raw, content_type=MULTIPART_CONTENT, **named).body == sent.body
        alone = encode_multipart(BOUNDARY, {"file": form["file"]})
        assert caller.post("v1/reports", alone, content_type=MULTIPART_CONTENT).code == "report.form"

        name = caller.post("v1/reports/parcels").body["parcel"]
        place = f"v1/reports/parcels/{name}"
        about = urlencode({"name": "in/a.jpg", "size": len(picture)})
        half = len(picture) // 2
        first = caller.put(f"{place}/file?{about}&offset=0", picture[:half])
        assert first.body == {"received": half}
        assert caller.post(f"v1/reports?parcel={name}", report).code == "upload.half-sent"
        assert caller.get(f"{place}/file", name="in/a.jpg", size=len(picture)).body == {"received": half}
        caller.put(f"{place}/file?{about}&offset={half}", picture[half:])
        assert caller.get(place).body["files"] == {"in/a.jpg": len(picture)}
        assert other.get(place).status == other.put(f"{place}/file?{about}&offset=0", b"x").status == 404
        assert other.post(f"v1/reports?parcel={name}", report).status == 404
        (whole,) = caller.post(f"v1/reports?parcel={name}", report).body["reports"]
        assert (whole["items"], whole["files"], whole["is_new"]) == (1, 1, True)
        assert caller.get(place).status == 404
        spare = caller.post("v1/reports/parcels").body["parcel"]
        assert caller.delete(f"v1/reports/parcels/{spare}").body == {"parcel": spare}
    with as_the_node("a test looks"):
        assert Report.objects.count() == 2
        assert Media.objects.exclude(pdq=None).count() == 1
