"""``/reports``: handing in what hotlines and companies report, following it, and taking it back."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from ninja import Router
from pydantic import Field, StringConstraints

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.handed_over import BODY, handed_over
from cairn.api.paging import Cursor, cursor_to, number_of
from cairn.api.refusals import ONCE, REFUSALS
from cairn.api.shapes import Shape
from cairn.api.sightings import CallName
from cairn.api.uploads import UploadBearer
from cairn.records.keys import Scope
from cairn.services.keys.once import Once, done_once
from cairn.services.node.this_process import this_node
from cairn.services.reports.following import follow_report, follow_reports, withdraw_report
from cairn.services.reports.parcels import take_parcel
from cairn.services.reports.reading import read_report_file
from cairn.services.reports.sending import take_sent
from cairn.services.reports.taking import take_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.api.handed_over import Handed
    from cairn.records.users import Actor
    from cairn.services.reports.following import Followed
    from cairn.services.reports.taking import Acknowledgement

router = Router(tags=["reports"])
Most = Annotated[int, Field(ge=1, le=500)]
Number = Annotated[int, Field(ge=0, le=10**12)]
ParcelName = Annotated[str, Field(max_length=32, pattern="^([0-9a-f]{32})?$")]


class NotComparedOut(Shape):
    """A file that was recorded by its digests alone, and why no picture could be read in it."""

    file: str
    reason: str


class AcknowledgementOut(Shape):
    """A report that was taken: how it is called here, and how much there was in it."""

    number: int
    reference: str
    items: int
    files: int
    unnamed_files: int
    without_hash: int
    not_compared: list[NotComparedOut]
    is_new: bool

    @classmethod
    def of(cls, taken: Acknowledgement) -> AcknowledgementOut:
        """Answer it as it is written."""
        names = cls.model_fields.keys() - {"not_compared"}
        files = [NotComparedOut.model_validate(asdict(each)) for each in taken.not_compared]
        return cls(**{name: getattr(taken, name) for name in names}, not_compared=files)


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
    auth=UploadBearer(Scope.REPORT),
    response={200: AcknowledgedOut, **ONCE},
    summary="Hand a report in",
    openapi_extra=BODY,
)
def hand_in(request: Call, parcel: ParcelName = "", idempotency_key: CallName = "") -> AcknowledgedOut:
    """Take in a report: by hashes, with files that come in the same call, or with those of a parcel.

    The answer says nothing of what is known, nor of who will read it. Each item, or each file of the form
    where there are more, counts as one question. The same report handed in again with the same files
    changes nothing.
    """
    with tempfile.TemporaryDirectory(dir=_place()) as folder:
        handed = handed_over(request, Path(folder) / "body", parcel)
        items = sum(len(each.items) for each in read_report_file(handed.report).reports)
        caller = asked(request, max(items, len(handed.files), 1))

        def work() -> str:
            rows = [AcknowledgementOut.of(each) for each in _take(handed, caller.actor)]
            return AcknowledgedOut(reports=rows).model_dump_json()

        once = Once(caller.key, idempotency_key, handed.digest)
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


def _take(handed: Handed, actor: Actor) -> Sequence[Acknowledgement]:
    if handed.parcel:
        return take_parcel(this_node(), handed.parcel, handed.report, actor=actor)
    if handed.files:
        return take_sent(this_node(), handed.report, handed.files, actor=actor)
    return take_report(this_node(), handed.report, actor=actor)


def _place() -> str | None:
    """Answer where a body lies while it is read: the node's own area for uploads."""
    place = settings.FILE_UPLOAD_TEMP_DIR
    if place:
        Path(place).mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(place) if place else None
