"""Taking reports in: each becomes a record with its sightings, in somebody's queue, and is acknowledged."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from cairn.fingerprints.sandbox import DecoderPool
from cairn.linking import PDQ_31
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.authorities import AuthorityKind
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import acting_as, node_work, under_lock
from cairn.records.media import Media
from cairn.records.reports import REFERENCE_LENGTH, Report, ReportItem
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting, SightingSource, digest_of_address
from cairn.records.users import Actor
from cairn.services.alerting.meeting import Meeting, Met, tell_holders
from cairn.services.checking.check import check
from cairn.services.checking.closing import LINKING_S
from cairn.services.checking.even_time import evenly
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.planning import CheckRequest, plan
from cairn.services.checking.register import BATCH_ITEMS, tell_of_media, write_sightings
from cairn.services.checking.stated import agreeing_media, is_of_no_bytes, record_stated
from cairn.services.checking.suggesting import suggest
from cairn.services.looking_up.occasion import step_s
from cairn.services.reports.items import FoundItem, at, batches, found_items, said_of
from cairn.services.reports.priority import markers_of, prioritise
from cairn.services.reports.reading import read_report_file
from cairn.services.reports.routing import route

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cairn.intake.reports import Report as ReadReport
    from cairn.records.authorities import Authority
    from cairn.records.jobs import Check
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.checking.register import Registration
    from cairn.services.node.opening import Node
    from cairn.services.reports.reading import ReportFile
    from cairn.types import StatedDigests

EXHIBIT = "1"
"""What a report came as; each report is a case of its own, so that holders are told of each, and it can be
withdrawn and deleted alone."""
_SOURCES = {AuthorityKind.COMPANY: SightingSource.COMPANY_REPORT}


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What whoever hands a report in is told: nothing of what is known, nor of who will read it.

    Attributes:
        number: How the report is called here.
        reference: How its sender calls it.
        items: How many files or hashes it is about.
        files: How many of them were sent along.
        without_hash: How many can be compared with nothing yet.
        is_new: False where it was taken before, and nothing was changed.
    """

    number: int
    reference: str
    items: int
    files: int
    without_hash: int
    is_new: bool


@under_lock
def take_report(
    node: Node, path: Path, *, actor: Actor, open_pool: OpenPool = DecoderPool
) -> tuple[Acknowledgement, ...]:
    """Take in every report of a file; taken before, nothing is changed but what was broken off.

    Args:
        node: The open node.
        path: The file; what is sent along lies beside it.
        actor: Who hands it in.
        open_pool: Where hostile bytes are decoded.

    Raises:
        AccessError: The actor may not report.
        InputError: It is no report, or a file is missing or another (``report.unknown``, ``report.invalid``,
            ``report.file``); then none of its reports is taken.
        ConfigurationError: The records cannot be reached.
    """
    require(actor, Act.REPORT_TAKE)
    found = read_report_file(path)
    held = [(report, found_items(report, path.parent)) for report in found.reports]
    return tuple(
        _take(node, path, found, position, (report, items), actor, open_pool)
        for position, (report, items) in enumerate(held, start=1)
    )


def _take(
    node: Node,
    path: Path,
    file: ReportFile,
    position: int,
    read: tuple[ReadReport, Sequence[FoundItem]],
    actor: Actor,
    open_pool: OpenPool,
) -> Acknowledgement:
    report, items = read
    with database_errors_in_words():
        record = _taken_before(file, position, actor)
        is_new = record is None
        if record is None:
            record = _record(node, file, position, (report, items), actor)
        if not record.is_recorded:
            _record_sightings(node, path, record, items, actor, open_pool)
    return Acknowledgement(
        number=record.number,
        reference=report.reference or "",
        items=len(items),
        files=sum(each.file is not None for each in items),
        without_hash=sum(not each.item.has_hash for each in items),
        is_new=is_new,
    )


@node_work("a system account that reports sees none of its reports again")
def _taken_before(file: ReportFile, position: int, actor: Actor) -> Report | None:
    return Report.objects.filter(
        authority=actor.authority, file_digest=file.digest, position=position
    ).first()


def _record(
    node: Node,
    file: ReportFile,
    position: int,
    read: tuple[ReadReport, Sequence[FoundItem]],
    actor: Actor,
) -> Report:
    """Write the report and its items, with whose queue it lies in and why it is of its level."""
    report, items = read
    with transaction.atomic():
        routed = route(report, handed_in_by=actor.authority, node=node.authority)
        known = known_to(routed.queue, items)
        priority = prioritise(report, known=sum(known))
        record = Report.objects.create(
            authority=actor.authority,
            queue=routed.queue,
            file_digest=file.digest,
            position=position,
            source_format=file.source_format,
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
        ReportItem.objects.bulk_create(
            [
                ReportItem(
                    report=record,
                    position=number,
                    md5=each.item.md5,
                    sha1=each.item.sha1,
                    sha256=each.item.sha256,
                    pdq=each.item.pdq,
                    is_known=is_known,
                    said=said_of(each.item),
                )
                for number, (each, is_known) in enumerate(zip(items, known, strict=True), start=1)
            ],
            batch_size=BATCH_ITEMS,
        )
        audit.append(
            audit.AuditTag.REPORT_TAKEN,
            actor=actor,
            case_reference=case_of(record),
            record_ids=[record.pk],
            counts={"items": len(items)},
        )
    return record


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


def _record_sightings(
    node: Node,
    path: Path,
    record: Report,
    items: Sequence[FoundItem],
    actor: Actor,
    open_pool: OpenPool,
) -> None:
    """Record a sighting of every item that has an MD5 or SHA-1, or a file; said twice, each is there once."""
    place: dict[str, Any] = {
        "actor": actor,
        "case": case_of(record),
        "exhibit": EXHIBIT,
        "register": True,
        "source": _SOURCES.get(AuthorityKind(actor.authority.kind), SightingSource.HOTLINE_REPORT),
        "found_at": record.happened_at or record.reported_at,
    }
    files = tuple(dict.fromkeys(each.file for each in items if each.file is not None))
    if files:
        check(node, CheckRequest(files, **place), open_pool=open_pool)
    planned = plan(CheckRequest((path,), by_digests=True, **place), actor)
    assert planned.registration is not None  # noqa: S101 - a case is named, and it is to be registered
    alone = [
        (number, each.digests)
        for number, each in enumerate(items, start=1)
        if each.file is None and not is_of_no_bytes(each.digests)
    ]
    media: set[int] = set()
    for some in parts(alone):
        media |= _record_batch(some, record, planned.registration)
    with evenly(LINKING_S):
        tell_of_media(planned.run, planned.registration, media=media)
        suggest(node, policy=PDQ_31, check=planned.run)
    with evenly(step_s(len(items))), transaction.atomic():
        _tell_holders(planned.run, [digests for _, digests in alone], actor=actor)
    planned.run.finished_at = timezone.now()
    planned.run.save(update_fields=["finished_at"])
    _finish(record, items)


def _tell_holders(run: Check, stated: Sequence[StatedDigests], *, actor: Actor) -> None:
    """Tell those who hold a series that a report has met it; who handed it in is told nothing of that."""
    unseen = series_with(stated)
    tell_holders(run, Met({}, unseen), asker=actor, registered=True)
    reference = "" if run.case is None else run.case.reference
    for tag, series in {audit.AuditTag.SERIES_MET: (), audit.AuditTag.SERIES_MET_UNSEEN: unseen}.items():
        audit.append(tag, actor=actor, case_reference=reference, record_ids=series)


@node_work("owners learn that a report has met their series")
def series_with(stated: Sequence[StatedDigests]) -> Mapping[int, Meeting]:
    """Answer every series in which there is a media with these digests, with how many of them."""
    counts: Counter[int] = Counter()
    for some in parts(stated):
        media = [{one.media for one in row} for row in agreeing_media(some)]
        rows = SeriesMedia.objects.filter(media__in=set().union(*media)).values_list("media", "series")
        lies: defaultdict[int, set[int]] = defaultdict(set)
        for number, series in rows:
            lies[number].add(series)
        for each in media:
            counts.update({series for number in each for series in lies[number]})
    return {series: Meeting(exact=count, similar=0) for series, count in counts.items()}


def case_of(record: Report) -> str:
    """Answer the reference of the case that a report is, of the authority that hands it in."""
    return f"Report {record.number}"


def _record_batch(
    items: Sequence[tuple[int, StatedDigests]], record: Report, registration: Registration
) -> set[int]:
    """Record these items, of which hashes alone were sent, and answer their media."""
    with transaction.atomic():
        numbers = record_stated([digests for _, digests in items], actor=registration.actor)
        found = [(position, numbers[digests]) for position, digests in items if digests in numbers]
        sightings = [
            Sighting(
                media_id=media,
                authority=registration.actor.authority,
                exhibit=registration.exhibit,
                address=f"item {position}",
                address_digest=digest_of_address(f"item {position}"),
                source=registration.source,
                found_at=registration.found_at,
            )
            for position, media in found
        ]
        if sightings:
            write_sightings(sightings, registration)
        _tie(record, dict(found))
    return set(numbers.values())


@node_work("a report's items are tied to what was recorded of them")
def _tie(record: Report, media: Mapping[int, int]) -> None:
    rows = list(record.items.filter(position__in=media))
    for row in rows:
        row.media_id = media[row.position]
    ReportItem.objects.bulk_update(rows, ["media"])


@node_work("a report's items are tied to what was recorded of them")
def _finish(record: Report, items: Sequence[FoundItem]) -> None:
    """Tie the items that came with a file, and say that the report is whole."""
    of_files = {
        number: each.item.sha256 for number, each in enumerate(items, start=1) if each.file is not None
    }
    with transaction.atomic():
        for some in parts(sorted(of_files)):
            rows = Media.objects.filter(sha256__in=[of_files[number] for number in some])
            numbers = {bytes(digest): media for digest, media in rows.values_list("sha256", "pk") if digest}
            wanted = {number: of_files[number] or b"" for number in some}
            _tie(record, {number: numbers[digest] for number, digest in wanted.items() if digest in numbers})
        Report.objects.filter(pk=record.pk).update(is_recorded=True)


def _cut(text: str | None) -> str:
    return (text or "").replace("\0", "")[:REFERENCE_LENGTH]
