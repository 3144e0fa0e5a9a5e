"""A VICS hash set, or the media of a case, as entries of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from cairn.frames import span_text
from cairn.intake.lists.entry import ListEntry, Remark
from cairn.intake.vics import Media, MediaRead, RecordRefused, read_vics
from cairn.intake.vics.values import SPAN_FACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.lists.batching import OneByOne


def read_vics_entries(source: BinaryIO) -> Iterator[OneByOne]:
    """Yield the media as entries; a record counts as one line.

    Raises:
        InputError: As ``read_vics``.
    """
    for each in read_vics(source):
        if isinstance(each, MediaRead):
            yield _entry(each.number, each.media)
        elif isinstance(each, RecordRefused):
            yield Remark(each.number, each.why, each.number)


def _entry(number: int, media: Media) -> OneByOne:
    if not (media.md5 or media.sha1 or media.sha256 or media.pdq or media.photodna):
        return Remark(number, "The media has no hash.", number)
    return ListEntry(
        line=number,
        md5=media.md5,
        sha1=media.sha1,
        sha256=media.sha256,
        pdq=media.pdq,
        photodna=media.photodna,
        size_bytes=media.media_size_bytes,
        is_distributed=media.is_distributed,
        victim_identified=media.victim_identified,
        offender_identified=media.offender_identified,
        category=None if media.category is None else str(media.category),
        series=media.series or None,
        reference=None if media.media_id is None else str(media.media_id),
        name=media.relative_file_path or None,
        media_type=media.mime_type or None,
        source=media.precategorization_source or None,
        dated=media.date_updated or None,
        facts=_stretches(media),
    )


def _stretches(media: Media) -> dict[str, str]:
    """Answer which stretches of it are a series', as the file tells them; the list keeps them as a fact."""
    told = [f"{span_text(each.from_s, each.to_s, dash='-')} {each.series}" for each in media.spans]
    return {SPAN_FACT: "; ".join(told)} if told else {}
