"""``/reports``: handing in what hotlines and companies report, following it, and taking it back."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from django.conf import settings
from ninja import Router
from pydantic import Field, StringConstraints

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.paging import Cursor, cursor_to, number_of
from cairn.api.refusals import ONCE, REFUSALS
from cairn.api.shapes import Shape
from cairn.api.sightings import CallName
from cairn.records.keys import Scope
from cairn.services.keys.once import Once, done_once
from cairn.services.node.this_process import this_node
from cairn.services.reports.following import follow_report, follow_reports, withdraw_report
from cairn.services.reports.reading import read_report_file
from cairn.services.reports.taking import take_report

if TYPE_CHECKING:
    from cairn.services.reports.following import Followed
    from cairn.services.reports.taking import Acknowledgement

router = Router(tags=["reports"])
Most = Annotated[int, Field(ge=1, le=500)]
Number = Annotated[int, Field(ge=0, le=10**12)]
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Cairn's own report, or CyberTipline-style XML: see formats.md. Hashes alone: what "
        "names a file is refused, because none lies beside it.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["format", "version", "reference", "reporter", "reported_at", "items"],
                    "properties": {
                        "format": {"const": "cairn-report"},
                        "version": {"const": 1},
                        "reference": {"type": "string"},
                        "reporter": {"type": "string"},
                        "reported_at": {"type": "string", "format": "date-time"},
                        "items": {"type": "array", "items": {"type": "object"}, "minItems": 1},
                    },
                }
            },
            "application/xml": {"schema": {"type": "string"}},
        },
    }
}


class AcknowledgementOut(Shape):
    """A report that was taken: how it is called here, and how much there was in it."""

    number: int
    reference: str
    items: int
    without_hash: int
    is_new: bool

    @classmethod
    def of(cls, taken: Acknowledgement) -> AcknowledgementOut:
        """Answer it as it is written."""
        return cls(**{name: getattr(taken, name) for name in cls.model_fields})


class AcknowledgedOut(Shape):
    """The reports of one call, in their order."""

    reports: list[AcknowledgementOut]


class FollowedOut(Shape):
    """A report that the authority has handed in, and what came of it; no ``outcome`` while it is open."""

    number: int
    reference: str
    taken_at: datetime
    items: int
    outcome: str
    words: str
    closed_at: datetime | None

    @classmethod
    def of(cls, row: Followed) -> FollowedOut:
        """Answer it as it is written."""
        return cls(**asdict(row))


class ReportsOut(Shape):
    """A page of reports; ``next`` leads to the page after, and is none on the last."""

    reports: list[FollowedOut]
    next: str | None


class WithdrawalIn(Shape):
    """Why a report is taken back; the audit log keeps it."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@router.post(
    "/reports",
    auth=Bearer(Scope.REPORT),
    response={200: AcknowledgedOut, **ONCE},
    summary="Hand a report in",
    openapi_extra=BODY,
)
def hand_in(request: Call, idempotency_key: CallName = "") -> AcknowledgedOut:
    """Take in a report by hashes; the answer says nothing of what is known, nor of who will read it.

    Every item counts as one question. The same report handed in again changes nothing.
    """
    raw = request.body
    with tempfile.TemporaryDirectory(dir=_place()) as folder:
        file = Path(folder) / "body"
        file.write_bytes(raw)
        items = sum(len(each.items) for each in read_report_file(file).reports)
        caller = asked(request, max(items, 1))

        def work() -> str:
            taken = take_report(this_node(), file, actor=caller.actor)
            rows = [AcknowledgementOut.of(each) for each in taken]
            return AcknowledgedOut(reports=rows).model_dump_json()

        once = Once(caller.key, idempotency_key, hashlib.sha256(raw).digest())
        return AcknowledgedOut.model_validate_json(done_once(once, work))


@router.get(
    "/reports",
    auth=Bearer(Scope.REPORT),
    response={200: ReportsOut, **REFUSALS},
    summary="Follow what was handed in",
)
def reports(request: Call, most: Most = 100, cursor: Cursor = None) -> ReportsOut:
    """List the reports that the key's authority has handed in, the newest first, with what came of each."""
    actor = asked(request).actor
    found = follow_reports(actor, most=most + 1, before=number_of(cursor))
    rows = [FollowedOut.of(row) for row in found[:most]]
    return ReportsOut(reports=rows, next=cursor_to(rows[-1].number) if len(found) > most else None)


@router.get(
    "/reports/{number}",
    auth=Bearer(Scope.REPORT),
    response={200: FollowedOut, **REFUSALS},
    summary="Follow one report",
)
def report(request: Call, number: Number) -> FollowedOut:
    """Say what came of a report that the key's authority has handed in."""
    return FollowedOut.of(follow_report(number, actor=asked(request).actor))


@router.post(
    "/reports/{number}/withdrawal",
    auth=Bearer(Scope.REPORT),
    response={200: FollowedOut, **ONCE},
    summary="Take a report back",
)
def withdraw(request: Call, number: Number, body: WithdrawalIn) -> FollowedOut:
    """Hide what the report has registered from everybody else, and take it out of its queue."""
    return FollowedOut.of(withdraw_report(number, reason=body.reason, actor=asked(request).actor))


def _place() -> str | None:
    """Answer where a body lies while it is read: the node's own area for uploads."""
    place = settings.FILE_UPLOAD_TEMP_DIR
    if place:
        Path(place).mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(place) if place else None
