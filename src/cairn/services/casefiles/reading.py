"""The records of case files as what is to be checked: an address, and digests, or why there are none."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import printable
from cairn.intake.containers.names import Addresses, shown
from cairn.intake.hash_text import parse_hexadecimal
from cairn.intake.vics import CaseRead, MediaRead, RecordRefused, contradictions, read_vics
from cairn.types import PDQ_BYTES, StatedDigests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.intake import Item
    from cairn.intake.vics import Media, Read
    from cairn.services.checking.patience import Told

MOST_NAME_CHARACTERS = 4_000
PDQ_NAME = "pdq"
"""How the PDQ hash is called among the other hashes of a record, in any case."""
NO_DIGEST = "It states no MD5, SHA-1 or SHA-256."


@dataclass(frozen=True, slots=True)
class Record:
    """One media record of a case file.

    Attributes:
        address: The file's address, ``!/``, and the path that the record states.
        digests: What it states; ``None`` where nothing can be compared.
        why_not: Why, then.
        size_bytes: As stated.
        media_type: As stated.
        pdq: As stated among the other hashes, 32 bytes; ``None`` where there is none.
        photodna: As stated, 144 bytes; ``None`` where there is none.
    """

    address: str
    digests: StatedDigests | None
    why_not: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    pdq: bytes | None = None
    photodna: bytes | None = None


def records_of(items: Sequence[Item], *, told: Told) -> Iterator[Record]:
    """Yield every record of these files, one by one; a file that breaks off ends with a record that says so.

    Args:
        items: Of one set.
        told: Is told where the totals of cases do not agree with their records.

    Raises:
        InputError: A file is no VICS file (``vics.none``).
    """
    addresses, cases = Addresses(), list[CaseRead]()
    for item in items:
        try:
            with os.fdopen(item.open(), "rb", buffering=0) as raw:
                for read in read_vics(raw):
                    if isinstance(read, CaseRead):
                        cases.append(read)
                    elif isinstance(read, MediaRead | RecordRefused):
                        yield _record(item, read, addresses)
        except InputError as error:
            if error.code == "vics.none":
                raise
            yield Record(addresses.unique(item.address), None, f"{item.address} breaks off: {error.sentence}")
        except OSError as error:
            why = f"{item.address} could not be read to its end: {error.strerror}."
            yield Record(addresses.unique(item.address), None, why)
    for sentence in contradictions(cases):
        told(sentence)


def stated_by(media: Media) -> StatedDigests:
    """Answer the digests that a record states."""
    return StatedDigests(media.md5, media.sha1, media.sha256)


def _record(item: Item, read: Read, addresses: Addresses) -> Record:
    if not isinstance(read, MediaRead):
        number, why = (read.number, read.why) if isinstance(read, RecordRefused) else (0, NO_DIGEST)
        address = addresses.unique(f"{item.address}!/record {number}")
        return Record(address, None, f"{address}: {why}")
    media = read.media
    name = shown(_place(media) or f"record {read.number}", most_characters=MOST_NAME_CHARACTERS)
    address = addresses.unique(f"{item.address}!/{printable(name)}")
    stated = stated_by(media)
    if not stated.named:
        return Record(address, None, f"{address}: {NO_DIGEST}")
    return Record(
        address, stated, None, media.media_size_bytes, media.mime_type or None, _pdq(media), media.photodna
    )


def _pdq(media: Media) -> bytes | None:
    """Answer the PDQ hash that a record states; one in another form is none."""
    said = (each.value for each in media.alternative_hashes if each.name.casefold() == PDQ_NAME)
    return next((raw for value in said if (raw := parse_hexadecimal(value, PDQ_BYTES)) is not None), None)


def _place(media: Media) -> str:
    """Answer where the record says that the file lies: in the export, or else where it was first found."""
    if media.relative_file_path:
        return media.relative_file_path
    for file in media.media_files:
        if file.file_path or file.file_name:
            return "\\".join(part for part in (file.file_path, file.file_name) if part)
    return ""
