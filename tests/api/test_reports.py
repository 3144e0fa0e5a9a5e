"""Reports through the API: whoever hands them in follows them and takes them back, and nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.calls import Caller, api_of, key
from cairn.errors import InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import Scope
from cairn.records.lock import as_the_node
from cairn.records.reports import Report, ReportOutcome
from cairn.records.sightings import Sighting
from cairn.records.users import Actor, Role
from cairn.services.reports import taking
from cairn.services.reports.queue import close_report, list_reports
from services.seizures import unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.services.node.opening import Node

XML = b"""<report><incidentSummary><incidentType>x</incidentType></incidentSummary>
<fileDetails><originalFileHash hashType="MD5">33333333333333333333333333333333</originalFileHash>
</fileDetails></report>"""


@pytest.fixture
def api(node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(taking, "LINKING_S", 0.001)
    monkeypatch.setattr(taking, "step_s", lambda _: 0.001)
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
    assert taken == {"reference": "R-1", "items": 2, "without_hash": 0, "is_new": True}
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
    monkeypatch.setattr(taking, "LINKING_S", 0.001)
    monkeypatch.setattr(taking, "step_s", lambda _: 0.001)
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
