"""The records of a VICS file as strict values.

What a field of the data model holds is typed. Every other member, and what a field holds that it may not
hold, stays under its own name in ``other``, so that nothing of a file is lost. They are named tuples,
because a case has millions of them and a frozen dataclass takes ten times as long to make. Source: the
Project VIC data models 1.2, 1.3, 2.0.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from cairn.frames import span_of, span_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.intake.json_text import Json

SPAN_FACT: Final = "CairnSpan"
"""The name of the fact that tells a stretch, such as ``00:03:12-00:04:40 NO-0007``."""

NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})


class Doubt(NamedTuple):
    """A field that holds something that it may not hold; the value is kept in ``other``.

    Attributes:
        field: Its name in the file.
        why: In words, to follow the name: ``is neither true nor false``.
    """

    field: str
    why: str


class AlternativeHash(NamedTuple):
    """Another hash of a media, under the name that the exporting tool gave it."""

    name: str = ""
    value: str = ""
    other: Mapping[str, Json] = NOTHING


class Exif(NamedTuple):
    """A named fact of the picture."""

    md5: bytes | None = None
    name: str = ""
    value: str = ""
    other: Mapping[str, Json] = NOTHING


class SeriesSpan(NamedTuple):
    """A stretch of a video or a sound that is a series'; the data model has no field for it.

    Attributes:
        series: The series' name.
        from_s: Where it begins, in seconds.
        to_s: Where it ends.
    """

    series: str
    from_s: float
    to_s: float

    def as_fact(self, md5: bytes | None = None) -> Exif:
        """Answer it as a fact of the content, which other tools show and keep."""
        return Exif(md5, SPAN_FACT, f"{span_text(self.from_s, self.to_s, dash='-')} {self.series}")


class CaseProperty(NamedTuple):
    """A named fact of the case."""

    case_id: str | None = None
    name: str = ""
    value: str = ""
    other: Mapping[str, Json] = NOTHING


class MediaFile(NamedTuple):
    """One place where the content was found. Times are as written; see ``cairn.intake.moments``."""

    md5: bytes | None = None
    file_name: str | None = None
    file_path: str | None = None
    created: str | None = None
    written: str | None = None
    accessed: str | None = None
    unallocated: bool | None = None
    deleted: bool | None = None
    source_id: str | None = None
    physical_location: str | None = None
    parent_md5: bytes | None = None
    parent_file_name: str | None = None
    parent_file_path: str | None = None
    parent_physical_location: str | None = None
    other: Mapping[str, Json] = NOTHING


class Media(NamedTuple):
    """What a file says of one content. Several may speak of the same one.

    Attributes:
        category: The bare code. It means nothing without its scheme, which the file does not name.
        media_size_bytes: As stated.
        date_updated: As written; see ``cairn.intake.moments``.
        photodna: 144 bytes.
        is_precategorized: As stated; it says nothing where ``category`` is ``None``.
        doubts: The fields, here and in the records below, that hold what they may not hold.
    """

    media_id: int | None = None
    category: int | None = None
    md5: bytes | None = None
    sha1: bytes | None = None
    media_size_bytes: int | None = None
    mime_type: str | None = None
    relative_file_path: str | None = None
    date_updated: str | None = None
    comments: str | None = None
    tags: str | None = None
    series: str | None = None
    victim_identified: bool | None = None
    offender_identified: bool | None = None
    is_distributed: bool | None = None
    is_suspected: bool | None = None
    self_generated: bool | None = None
    is_precategorized: bool | None = None
    precategorization_source: str | None = None
    photodna: bytes | None = None
    miniature: str | None = None
    alternative_hashes: tuple[AlternativeHash, ...] = ()
    exifs: tuple[Exif, ...] = ()
    media_files: tuple[MediaFile, ...] = ()
    other: Mapping[str, Json] = NOTHING
    doubts: tuple[Doubt, ...] = ()

    @property
    def sha256(self) -> bytes | None:
        """The SHA-256 among the alternative hashes, where there is one."""
        return self._alternative("SHA256", 32)

    @property
    def pdq(self) -> bytes | None:
        """The PDQ hash among the alternative hashes, where there is one."""
        return self._alternative("PDQ", 32)

    @property
    def spans(self) -> tuple[SeriesSpan, ...]:
        """The stretches of it that are a series', among the facts of the content; others are passed over."""
        found = []
        for each in self.exifs:
            text, _, series = each.value.partition(" ")
            span = span_of(text) if each.name == SPAN_FACT else None
            if span is not None and series:
                found.append(SeriesSpan(series, *span))
        return tuple(found)

    def _alternative(self, name: str, length_bytes: int) -> bytes | None:
        for each in self.alternative_hashes:
            if each.name.upper().replace("-", "").replace("_", "") == name:
                try:
                    found = bytes.fromhex(each.value)
                except ValueError:
                    continue
                if len(found) == length_bytes:
                    return found
        return None


class Case(NamedTuple):
    """A case, without its media. The totals are as stated, and exporters count different things."""

    case_id: str | None = None
    case_number: str | None = None
    contact_organization: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    contact_title: str | None = None
    total_media_files: int | None = None
    total_precategorized: int | None = None
    seizure_date: str | None = None
    source_application_name: str | None = None
    source_application_version: str | None = None
    case_metadata: tuple[CaseProperty, ...] = ()
    other: Mapping[str, Json] = NOTHING
    doubts: tuple[Doubt, ...] = ()
