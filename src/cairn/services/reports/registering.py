"""What a report brings becomes sightings, in a case that is the report; holders are told."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from cairn.fingerprints.sandbox import DecoderPool
from cairn.linking import PDQ_31
from cairn.records import audit
from cairn.records.authorities import AuthorityKind
from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.reports import Report
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting, SightingSource, digest_of_address
from cairn.services.alerting.meeting import Meeting, Met, tell_holders
from cairn.services.checking.check import check
from cairn.services.checking.closing import LINKING_S
from cairn.services.checking.even_time import evenly
from cairn.services.checking.planning import CheckRequest, plan
from cairn.services.checking.register import tell_of_media, write_sightings
from cairn.services.checking.stated import agreeing_media, is_of_no_bytes, record_stated
from cairn.services.checking.suggesting import suggest
from cairn.services.looking_up.occasion import step_s
from cairn.services.reports.recording import case_of, measured, tie

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cairn.records.jobs import Check
    from cairn.records.media import Media
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.checking.register import Registration
    from cairn.services.node.opening import Node
    from cairn.services.reports.items import FoundItem
    from cairn.services.reports.recording import Handed
    from cairn.types import StatedDigests

EXHIBIT = "1"
"""What a report came as; each report is a case of its own, so that holders are told of each, and it can be
withdrawn and deleted alone."""
_SOURCES = {AuthorityKind.COMPANY: SightingSource.COMPANY_REPORT}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the files of a report come from.

    Attributes:
        open_pool: Where hostile bytes are decoded.
        root: Addresses are told from below this folder on; ``None`` for whole addresses.
    """

    open_pool: OpenPool = DecoderPool
    root: Path | None = None


def record_sightings(node: Node, path: Path, record: Report, handed: Handed, source: Source) -> None:
    """Record a sighting of every item that has an MD5 or SHA-1, or a file; said twice, each is there once.

    Files are measured in the sandbox as those of a seizure are, and kept where the node has a vault. A file
    of which nothing could be measured is recorded by its digests.
    """
    items, actor = handed.items, handed.actor
    place: dict[str, Any] = {
        "actor": actor,
        "case": case_of(record),
        "exhibit": EXHIBIT,
        "register": True,
        "source": _SOURCES.get(AuthorityKind(actor.authority.kind), SightingSource.HOTLINE_REPORT),
        "found_at": record.happened_at or record.reported_at,
        "root": source.root,
    }
    files = tuple(dict.fromkeys(each.file for each in items if each.file is not None))
    if files:
        check(node, CheckRequest(files, **place), open_pool=source.open_pool)
    read = measured(items)
    planned = plan(CheckRequest((path,), by_digests=True, **place), actor)
    assert planned.registration is not None  # noqa: S101 - a case is named, and it is to be registered
    alone = [
        (number, each.digests)
        for number, each in enumerate(items, start=1)
        if (each.file is None or each.item.sha256 not in read) and not is_of_no_bytes(each.digests)
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
    _finish(record, items, read)


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
        tie(record, dict(found))
    return set(numbers.values())


def _finish(record: Report, items: Sequence[FoundItem], read: Mapping[bytes, Media]) -> None:
    """Tie the items that came with a file, and say that the report is whole."""
    of_files = {
        number: media.pk
        for number, each in enumerate(items, start=1)
        if each.file is not None and (media := read.get(each.item.sha256 or b"")) is not None
    }
    with transaction.atomic():
        for some in parts(sorted(of_files)):
            tie(record, {number: of_files[number] for number in some})
        _is_whole(record)


@node_work("a report's items are tied to what was recorded of them")
def _is_whole(record: Report) -> None:
    Report.objects.filter(pk=record.pk).update(is_recorded=True)
