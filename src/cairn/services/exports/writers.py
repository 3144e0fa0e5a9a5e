"""The files of an export, by format; every one carries its handling, whole and within its records."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, assert_never

from cairn.errors import InputError
from cairn.intake.lists.entry import Hash, ListEntry
from cairn.intake.lists.writing import write_hash_lines, write_table
from cairn.intake.vics import AlternativeHash, Case, CaseProperty, Form, Kind, Media, MediaFile, SeriesSpan
from cairn.intake.vics.writing import write_case, write_media_set
from cairn.sentences import Sentence
from cairn.services.exports.bundle import write_exhibit
from cairn.services.exports.page import write_page
from cairn.services.exports.wish import ExportFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from cairn.services.exports.folder import ExportFolder
    from cairn.services.exports.rows import Place, Row
    from cairn.services.exports.subject import Subject

VICS_VERSION = "2.0"
LISTED = (Hash.MD5, Hash.SHA1, Hash.SHA256, Hash.PDQ)


def require_format(file_format: ExportFormat, kind: str) -> None:
    """Make sure that such a thing can be written so.

    Raises:
        InputError: It cannot (``export.format``).
    """
    if file_format is ExportFormat.CASE_UCO and kind != "case":
        raise InputError(
            Sentence(
                "A CASE bundle tells of a case: anything else is exported as vics, csv, hash-list or html."
            ),
            code="export.format",
        )


def write_files(folder: ExportFolder, subject: Subject) -> None:
    """Write every file of the export but its manifest."""
    match subject.wish.file_format:
        case ExportFormat.VICS:
            folder.write(f"{subject.kind}.json", partial(_vics, subject))
        case ExportFormat.CSV:
            folder.write(f"{subject.kind}.csv", partial(_csv, subject))
        case ExportFormat.HASH_LIST:
            for kind in LISTED:
                folder.write(f"{kind}.txt", partial(_hashes, subject, kind))
        case ExportFormat.CASE_UCO:
            for position, (number, label) in enumerate(subject.exhibits, start=1):
                folder.write(f"exhibit-{position}.jsonld", partial(write_exhibit, subject, number, label))
        case ExportFormat.HTML:
            folder.write(f"{subject.kind}.html", partial(write_page, subject))
        case _:
            assert_never(subject.wish.file_format)


def _vics(subject: Subject, target: BinaryIO) -> int:
    media = (_media(subject, row, number) for number, row in enumerate(subject.rows(None), start=1))
    if subject.case is None:
        return write_media_set(target, media, form=Form(VICS_VERSION, Kind.MEDIA, "Default")).records
    case = Case(
        case_number=subject.name,
        contact_organization=subject.actor.authority.name,
        contact_name=subject.actor.authority.contact,
        source_application_name="Cairn",
        case_metadata=(
            CaseProperty(name="Handling", value=subject.handling),
            CaseProperty(name="For", value=subject.wish.recipient),
        ),
    )
    return write_case(target, case, media, form=Form(VICS_VERSION, Kind.CASES, "Default")).records


def _media(subject: Subject, row: Row, number: int) -> Media:
    others = (("SHA256", row.sha256), ("PDQ", row.pdq))
    category = _bare_code(subject, row)
    return Media(
        media_id=number,
        category=category,
        md5=row.md5,
        sha1=row.sha1,
        media_size_bytes=row.size_bytes,
        mime_type=row.media_type,
        tags=", ".join(f"{scheme}:{code}" for scheme, code in row.categories) or None,
        series="; ".join(row.series) or None,
        victim_identified=True if row.is_identified else None,
        offender_identified=True if row.has_identified_offender else None,
        is_precategorized=True if category is not None else None,
        precategorization_source=subject.source,
        alternative_hashes=tuple(AlternativeHash(name, value.hex()) for name, value in others if value),
        exifs=tuple(SeriesSpan(name, *span).as_fact(row.md5) for name, span in row.spans),
        media_files=tuple(_file(row, place) for place in row.places),
    )


def _bare_code(subject: Subject, row: Row) -> int | None:
    """Answer the code of the scheme that was asked for, where there is one, and it is a number."""
    codes = [code for scheme, code in row.categories if scheme == subject.wish.scheme]
    return int(codes[0]) if len(codes) == 1 and codes[0].isascii() and codes[0].isdigit() else None


def _file(row: Row, place: Place) -> MediaFile:
    name = place.address.replace("\\", "/").rpartition("/")[2]
    changed = None if place.changed_at is None else place.changed_at.isoformat()
    return MediaFile(
        md5=row.md5, file_name=name, file_path=place.address, written=changed, source_id=place.exhibit
    )


def _csv(subject: Subject, target: BinaryIO) -> int:
    return write_table(target, _entries(subject), notes=subject.notes)


def _hashes(subject: Subject, kind: Hash, target: BinaryIO) -> int:
    return write_hash_lines(target, _entries(subject, places=False), kind, notes=subject.notes)


def _entries(subject: Subject, *, places: bool = True) -> Iterator[ListEntry]:
    """Yield an entry for each media, or for each place where it was found."""
    for number, row in enumerate(subject.rows(None), start=1):
        found = [(f"{each.exhibit}: {each.address}", each.recorded_at.isoformat()) for each in row.places]
        for name, dated in found if places and found else [(None, None)]:
            yield ListEntry(
                number,
                md5=row.md5,
                sha1=row.sha1,
                sha256=row.sha256,
                pdq=row.pdq,
                size_bytes=row.size_bytes,
                media_type=row.media_type,
                category=", ".join(f"{scheme}:{code}" for scheme, code in row.categories) or None,
                series="; ".join(row.series) or None,
                victim_identified=True if row.is_identified else None,
                offender_identified=True if row.has_identified_offender else None,
                reference=str(number),
                source=subject.source,
                name=name,
                dated=dated,
            )
