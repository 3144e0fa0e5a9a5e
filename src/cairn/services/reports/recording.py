"""The record of a report and its items: whose queue it lies in, and how early it is looked at there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.batches import parts
from cairn.records.lock import acting_as, node_work
from cairn.records.media import Media
from cairn.records.reports import REFERENCE_LENGTH, Report, ReportItem
from cairn.records.users import Actor
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.register import BATCH_ITEMS
from cairn.services.checking.stated import agreeing_media, is_of_no_bytes
from cairn.services.reports.items import at, batches, said_of
from cairn.services.reports.priority import markers_of, prioritise
from cairn.services.reports.routing import route

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cairn.intake.reports import Report as ReadReport
    from cairn.intake.reports import ReportFormat
    from cairn.records.authorities import Authority
    from cairn.services.node.opening import Node
    from cairn.services.reports.items import FoundItem


@dataclass(frozen=True, slots=True)
class Handed:
    """A report as it was handed in.

    Attributes:
        report: As it was read.
        items: With the files that came with them.
        source_format: In which format it came.
        digest: 32 bytes, equal for the same file with the same files beside it.
        position: Its place in the file, from 1.
        actor: Who hands it in.
    """

    report: ReadReport
    items: Sequence[FoundItem]
    source_format: ReportFormat
    digest: bytes
    position: int
    actor: Actor


@node_work("a system account that reports sees none of its reports again")
def taken_before(handed: Handed) -> Report | None:
    """Answer the record of a report that was handed in before, by anybody of the same authority."""
    return Report.objects.filter(
        authority=handed.actor.authority, file_digest=handed.digest, position=handed.position
    ).first()


def record_report(node: Node, handed: Handed) -> Report:
    """Write the report and its items, with whose queue it lies in and why it is of its level."""
    report, actor = handed.report, handed.actor
    with transaction.atomic():
        routed = route(report, handed_in_by=actor.authority, node=node.authority)
        known = known_to(routed.queue, handed.items)
        priority = prioritise(report, known=sum(known))
        record = Report.objects.create(
            authority=actor.authority,
            queue=routed.queue,
            file_digest=handed.digest,
            position=handed.position,
            source_format=handed.source_format,
            reference=_cut(report.reference),
            reporter=_cut(report.reporter),
            reported_at=at(report.reported_at),
            happened_at=at(report.happened_at),
            classification=report.classification or "",
            markers=sorted(markers_of(report)),
            said=said_of(report),
            route=routed.route,
            level=priority.level,
            reasons=[each.as_json() for each in priority.reasons],
            items_known=sum(known),
            taken_by=actor.user,
        )
        rows = map(_item_row, [record] * len(known), range(1, len(known) + 1), handed.items, known)
        ReportItem.objects.bulk_create(rows, batch_size=BATCH_ITEMS)
        audit.append(
            audit.AuditTag.REPORT_TAKEN,
            actor=actor,
            case_reference=case_of(record),
            record_ids=[record.pk],
            counts={"items": len(known), "files": sum(each.file is not None for each in handed.items)},
        )
    return record


def _item_row(record: Report, position: int, found: FoundItem, is_known: bool) -> ReportItem:
    item = found.item
    return ReportItem(
        report=record,
        position=position,
        md5=item.md5,
        sha1=item.sha1,
        sha256=item.sha256,
        pdq=item.pdq,
        is_known=is_known,
        said=said_of(item),
    )


def known_to(authority: Authority, items: Sequence[FoundItem]) -> Sequence[bool]:
    """Answer of each item whether it is recorded already, as this authority's people may know."""
    asker, known = Actor.operator(authority), list[bool]()
    with acting_as(asker):
        recollection = Recollection(asker, present_case=None)
        for some in batches(items, BATCH_ITEMS):
            stated = [each.digests for each in some]
            rows = agreeing_media([each for each in stated if each.named and not is_of_no_bytes(each)])
            agreeing = iter(rows)
            each_row = [next(agreeing) if each.named and not is_of_no_bytes(each) else () for each in stated]
            seen = recollection.known_among({one.media for row in each_row for one in row})
            known += [any(one.media in seen for one in row) for row in each_row]
    return known


def case_of(record: Report) -> str:
    """Answer the reference of the case that a report is, of the authority that hands it in."""
    return f"Report {record.number}"


@node_work("a report's items are tied to what was recorded of them")
def tie(record: Report, media: Mapping[int, int]) -> None:
    """Say of items, by their position, which media they are."""
    rows = list(record.items.filter(position__in=media))
    for row in rows:
        row.media_id = media[row.position]
    ReportItem.objects.bulk_update(rows, ["media"])


@node_work("as above")
def measured(items: Sequence[FoundItem]) -> Mapping[bytes, Media]:
    """Answer what was measured of the files that came with items, by their SHA-256."""
    digests = {each.item.sha256 for each in items if each.file is not None and each.item.sha256}
    rows = (Media.objects.filter(sha256__in=some) for some in parts(sorted(digests)))
    return {bytes(row.sha256 or b""): row for some in rows for row in some.only("sha256", "reason")}


def _cut(text: str | None) -> str:
    return (text or "").replace("\0", "")[:REFERENCE_LENGTH]
