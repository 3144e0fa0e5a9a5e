"""An exhibit of a case as a CASE bundle: files, the links among them, and what may be done with all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from cairn import __version__
from cairn.intake.case_uco import (
    Act,
    Bundle,
    BundleFile,
    FileLink,
    Marking,
    Organization,
    Provenance,
    Tool,
    write_bundle,
)
from cairn.linking.evidence import stored_in_words
from cairn.records.access import visible_to
from cairn.records.batches import parts
from cairn.records.links import Link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from cairn.services.exports.rows import Place, Row
    from cairn.services.exports.subject import Subject

TIE = "Similar_To"


def write_exhibit(subject: Subject, number: int, label: str, target: BinaryIO) -> int:
    """Write the files of one exhibit, and answer how many.

    Ids are made of what the bundle says itself, so that the same thing has the same id in every bundle, and
    no number of the records leaves the node.
    """
    files: dict[int, UUID] = {}
    count = 0

    def each_file() -> Iterator[BundleFile]:
        nonlocal count
        for row in subject.rows(number):
            for place in row.places:
                file = _file(subject, row, place)
                files.setdefault(row.number, file.id)
                count += 1
                yield file

    write_bundle(target, _bundle(subject, label), each_file(), _links(subject, files))
    return count


def _bundle(subject: Subject, label: str) -> Bundle:
    authority = subject.actor.authority
    return Bundle(
        id=_id(subject, "bundle", label, subject.made_at.isoformat()),
        case_id=_id(subject, "case"),
        case_reference=subject.name,
        description=f"The exhibit {label} of the case {subject.name}, for {subject.wish.recipient}.",
        made_at=subject.made_at,
        authority=Organization(uuid5(UUID(subject.node.config.identity), authority.code), authority.name),
        tool=Tool(uuid5(UUID(subject.node.config.identity), f"cairn {__version__}"), "Cairn", __version__),
        provenance=Provenance(_id(subject, "exhibit", label), label, f"The exhibit {label}."),
        act=Act(_id(subject, "export", label, subject.made_at.isoformat()), "Export", subject.made_at),
        markings=(
            Marking(_id(subject, "marking", subject.held.tlp), subject.held.tlp),
            Marking(_id(subject, "marking", subject.handling), subject.handling),
        ),
    )


def _file(subject: Subject, row: Row, place: Place) -> BundleFile:
    hashes = {"MD5": row.md5, "SHA1": row.sha1, "SHA256": row.sha256, "PDQ": row.pdq}
    content = next((value.hex() for value in (row.sha256, row.sha1, row.md5) if value), "")
    notes = [f"Category {scheme}:{code}." for scheme, code in row.categories]
    notes += [f"In the series {name}." for name in row.series]
    return BundleFile(
        id=_id(subject, "file", place.exhibit, place.address, content),
        name=place.address.replace("\\", "/").rpartition("/")[2],
        path=place.address,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        hashes={name: value for name, value in hashes.items() if value is not None},
        width=row.width,
        height=row.height,
        modified_at=place.changed_at,
        notes=tuple(notes),
    )


def _links(subject: Subject, files: dict[int, UUID]) -> Iterator[FileLink]:
    """Yield the links among the files, once these are written; a generator is not asked before."""
    for some in parts(list(files)):
        rows = visible_to(subject.actor, Link).filter(first__in=some).order_by("first", "second", "pk")
        for link in rows:
            if link.second_id in files:
                ends = files[link.first_id], files[link.second_id]
                yield FileLink(
                    id=uuid5(ends[0], f"{ends[1]} {link.kind} {link.method}"),
                    source=ends[0],
                    target=ends[1],
                    kind=TIE,
                    notes=(f"{link.method}: {stored_in_words(link.evidence)}",),
                )


def _id(subject: Subject, *names: str) -> UUID:
    whole = "\0".join((subject.actor.authority.code, subject.name, *names))
    return uuid5(UUID(subject.node.config.identity), whole)
