"""Taking reports in: each becomes a record with its sightings, in somebody's queue, and is acknowledged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import DecoderPool
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.reports.beside import Beside, matched
from cairn.services.reports.reading import read_report_file
from cairn.services.reports.recording import Handed, measured, record_report, taken_before
from cairn.services.reports.registering import Source, record_sightings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cairn.records.users import Actor
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.node.opening import Node
    from cairn.services.reports.items import FoundItem
    from cairn.services.reports.reading import ReportFile


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A file that came along and was recorded, of which near copies are not found, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What whoever hands a report in is told: nothing of what is known, nor of who will read it.

    Attributes:
        number: How the report is called here.
        reference: How its sender calls it.
        items: How many files or hashes it is about.
        files: How many of them were sent along.
        unnamed_files: How many of these no item named; each is an item of its own.
        without_hash: How many can be compared with nothing yet.
        not_compared: Files that were recorded by their digests alone, because no picture can be read in them.
        other_files: Files that are called like one of its items, are another, and were not taken.
        is_new: False where it was taken before, and nothing was changed.
    """

    number: int
    reference: str
    items: int
    files: int
    unnamed_files: int
    without_hash: int
    not_compared: tuple[NotCompared, ...]
    other_files: tuple[str, ...]
    is_new: bool


@under_lock
def take_report(
    node: Node,
    path: Path,
    *,
    actor: Actor,
    sent: Path | None = None,
    open_pool: OpenPool = DecoderPool,
) -> tuple[Acknowledgement, ...]:
    """Take in every report of a file; taken before, nothing is changed but what was broken off.

    Args:
        node: The open node.
        path: The file. What lies beside it is looked for where it names files.
        actor: Who hands it in.
        sent: The folder of what was sent along; then only that is looked at, and all of it is taken.
        open_pool: Where hostile bytes are decoded.

    Raises:
        AccessError: The actor may not report.
        InputError: It is no report, or files are missing or others (``report.unknown``, ``report.invalid``,
            ``report.file``); then none of its reports is taken.
        ConfigurationError: The records cannot be reached.
    """
    require(actor, Act.REPORT_TAKE)
    file = read_report_file(path)
    beside = Beside(path.parent if sent is None else sent, path, is_sent=sent is not None)
    source = Source(open_pool, None if sent is None else beside.folder)
    found = matched(file.reports, beside)
    return tuple(
        _take(node, path, _handed(file, place, each.items, actor), each.others, source)
        for place, each in enumerate(found, start=1)
    )


def _take(node: Node, path: Path, handed: Handed, others: tuple[str, ...], source: Source) -> Acknowledgement:
    with database_errors_in_words():
        record = taken_before(handed)
        is_new = record is None
        if record is None:
            record = record_report(node, handed)
        if not record.is_recorded:
            record_sightings(node, path, record, handed, source)
        not_compared = tuple(_not_compared(handed.items))
    return Acknowledgement(
        number=record.number,
        reference=handed.report.reference or "",
        items=len(handed.items),
        files=sum(each.file is not None for each in handed.items),
        unnamed_files=sum(not each.is_named for each in handed.items),
        without_hash=sum(not each.item.has_hash for each in handed.items),
        not_compared=not_compared,
        other_files=others,
        is_new=is_new,
    )


def _handed(file: ReportFile, position: int, items: Sequence[FoundItem], actor: Actor) -> Handed:
    """Answer a report as it was handed in; with other files it is another one."""
    files = sorted(f"{each.item.file}\0{(each.item.sha256 or b'').hex()}" for each in items if each.file)
    digest = hashlib.sha256(file.digest + "\0".join(files).encode()).digest() if files else file.digest
    return Handed(file.reports[position - 1], items, file.source_format, digest, position, actor)


def _not_compared(items: Sequence[FoundItem]) -> Iterator[NotCompared]:
    read = measured(items)
    for each in items:
        if each.file is not None:
            media = read.get(each.item.sha256 or b"")
            if media is None or media.reason:
                yield NotCompared(each.item.file or "", "" if media is None else media.reason)
