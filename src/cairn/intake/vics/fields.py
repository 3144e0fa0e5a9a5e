"""Which member of the data model is which field, and how its value is read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cairn.intake.vics.single_values import (
    Doubtful,
    hexadecimal_reader,
    read_flag,
    read_number,
    read_photodna,
    read_text,
    write_base64,
    write_hexadecimal,
    write_same,
)
from cairn.intake.vics.values import AlternativeHash, Case, CaseProperty, Doubt, Exif, Media, MediaFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cairn.intake.json_text import Json

_T = TypeVar("_T", AlternativeHash, Exif, CaseProperty, MediaFile)


class Field(NamedTuple):
    """A field: its attribute, and the two ways between its value and JSON."""

    attribute: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


_TEXT = (read_text, write_same)
_NUMBER = (read_number, write_same)
_FLAG = (read_flag, write_same)
_MD5 = (hexadecimal_reader(16), write_hexadecimal)
_SHA1 = (hexadecimal_reader(20), write_hexadecimal)
_EXIF = {
    "MD5": Field("md5", *_MD5),
    "PropertyName": Field("name", *_TEXT),
    "PropertyValue": Field("value", *_TEXT),
}
_CASE_PROPERTY = {
    "CaseID": Field("case_id", *_TEXT),
    "PropertyName": Field("name", *_TEXT),
    "PropertyValue": Field("value", *_TEXT),
}
_ALTERNATIVE_HASH = {"HashName": Field("name", *_TEXT), "HashValue": Field("value", *_TEXT)}
_MEDIA_FILE = {
    "MD5": Field("md5", *_MD5),
    "FileName": Field("file_name", *_TEXT),
    "FilePath": Field("file_path", *_TEXT),
    "Created": Field("created", *_TEXT),
    "Written": Field("written", *_TEXT),
    "Accessed": Field("accessed", *_TEXT),
    "Unallocated": Field("unallocated", *_FLAG),
    "Deleted": Field("deleted", *_FLAG),
    "SourceID": Field("source_id", *_TEXT),
    "PhysicalLocation": Field("physical_location", *_TEXT),
    "ParentMD5": Field("parent_md5", *_MD5),
    "ParentFileName": Field("parent_file_name", *_TEXT),
    "ParentFilePath": Field("parent_file_path", *_TEXT),
    "ParentPhysicalLocation": Field("parent_physical_location", *_TEXT),
}


class _Several(NamedTuple):
    """Records below, and what is doubtful in them."""

    values: tuple[Any, ...]
    doubts: list[Doubt]


class _Table(NamedTuple):
    """How a record becomes a row: for each name a place in it and the way to read it."""

    places: dict[str, tuple[int, Callable[[Any], Any]]]
    blank: list[Any]
    other: int


def _table(kind: type[_T | Media | Case], fields: Mapping[str, Field]) -> _Table:
    names = kind._fields
    places = {key: (names.index(each.attribute), each.read) for key, each in fields.items()}
    return _Table(places, [kind._field_defaults[name] for name in names], names.index("other"))


def _row(record: Json, table: _Table, doubts: list[Doubt]) -> list[Any]:
    """Answer the values of a record in the order of its type; doubtful ones are kept under their names."""
    row = table.blank.copy()
    other: dict[str, Json] = {}
    if type(record) is not dict:
        raise Doubtful("is no list of records")
    place_of = table.places.get
    for key, value in record.items():
        place = place_of(key)
        if place is None:
            other[key] = value
        elif value is not None:
            index, read = place
            if (
                read is read_text and type(value) is str and value.isascii()
            ):  # By far most, and without a call.
                row[index] = value
                continue
            try:
                row[index] = read(value)
            except Doubtful as doubt:
                doubts.append(Doubt(key, str(doubt)))
                other[key] = value
            else:
                if type(row[index]) is _Several:
                    row[index], below = row[index]
                    doubts += below
    if other:
        row[table.other] = other
    return row


def _several(
    kind: type[_T], fields: Mapping[str, Field]
) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Answer how a list of records below is read and written."""
    table = _table(kind, fields)

    def read(value: object) -> _Several:
        if type(value) is not list:
            raise Doubtful("is no list of records")
        doubts: list[Doubt] = []
        rows = [_row(each, table, doubts) for each in value]
        return _Several(tuple([kind._make(row) for row in rows]), doubts)

    def write(values: tuple[_T, ...]) -> list[Json]:
        return [_write(each, fields) for each in values]

    return read, write


_MEDIA = {
    "MediaID": Field("media_id", *_NUMBER),
    "Category": Field("category", *_NUMBER),
    "MD5": Field("md5", *_MD5),
    "SHA1": Field("sha1", *_SHA1),
    "MediaSize": Field("media_size_bytes", *_NUMBER),
    "MimeType": Field("mime_type", *_TEXT),
    "RelativeFilePath": Field("relative_file_path", *_TEXT),
    "DateUpdated": Field("date_updated", *_TEXT),
    "Comments": Field("comments", *_TEXT),
    "Tags": Field("tags", *_TEXT),
    "Series": Field("series", *_TEXT),
    "VictimIdentified": Field("victim_identified", *_FLAG),
    "OffenderIdentified": Field("offender_identified", *_FLAG),
    "IsDistributed": Field("is_distributed", *_FLAG),
    "IsSuspected": Field("is_suspected", *_FLAG),
    "SelfGenerated": Field("self_generated", *_FLAG),
    "IsPrecategorized": Field("is_precategorized", *_FLAG),
    "PrecategorizationSource": Field("precategorization_source", *_TEXT),
    "PhotoDNA": Field("photodna", read_photodna, write_base64),
    "Miniature": Field("miniature", *_TEXT),
    "AlternativeHashes": Field("alternative_hashes", *_several(AlternativeHash, _ALTERNATIVE_HASH)),
    "Exifs": Field("exifs", *_several(Exif, _EXIF)),
    "MediaFiles": Field("media_files", *_several(MediaFile, _MEDIA_FILE)),
}
_CASE = {
    "CaseID": Field("case_id", *_TEXT),
    "CaseNumber": Field("case_number", *_TEXT),
    "ContactOrganization": Field("contact_organization", *_TEXT),
    "ContactName": Field("contact_name", *_TEXT),
    "ContactPhone": Field("contact_phone", *_TEXT),
    "ContactEmail": Field("contact_email", *_TEXT),
    "ContactTitle": Field("contact_title", *_TEXT),
    "TotalMediaFiles": Field("total_media_files", *_NUMBER),
    "TotalPrecategorized": Field("total_precategorized", *_NUMBER),
    "SeizureDate": Field("seizure_date", *_TEXT),
    "SourceApplicationName": Field("source_application_name", *_TEXT),
    "SourceApplicationVersion": Field("source_application_version", *_TEXT),
    "CaseMetadata": Field("case_metadata", *_several(CaseProperty, _CASE_PROPERTY)),
}


_MEDIA_TABLE = _table(Media, _MEDIA)
_CASE_TABLE = _table(Case, _CASE)


def media_from(record: dict[str, Json]) -> Media:
    """Answer a media record as a value; nothing of it is lost."""
    doubts: list[Doubt] = []
    row = _row(record, _MEDIA_TABLE, doubts)
    row[-1] = tuple(doubts)
    return Media._make(row)


def case_from(record: dict[str, Json]) -> Case:
    """Answer a case's own members as a value; nothing of them is lost."""
    doubts: list[Doubt] = []
    row = _row(record, _CASE_TABLE, doubts)
    row[-1] = tuple(doubts)
    return Case._make(row)


def media_record(media: Media) -> dict[str, Json]:
    """Answer the record that ``media_from`` reads as this value; what is ``None`` is left out."""
    return _write(media, _MEDIA)


def case_record(case: Case) -> dict[str, Json]:
    """Answer the members that ``case_from`` reads as this value; what is ``None`` is left out."""
    return _write(case, _CASE)


def _write(value: object, fields: Mapping[str, Field]) -> dict[str, Json]:
    record: dict[str, Json] = {}
    for key, known in fields.items():
        held = getattr(value, known.attribute)
        if held is not None and held != ():
            record[key] = known.write(held)
    return {**record, **getattr(value, "other")}  # noqa: B009 - every value of this room has it
