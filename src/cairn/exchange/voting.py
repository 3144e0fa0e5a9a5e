"""Saying to a hash sharing service in the style of NCMEC's version 2 whether hashes of its entries fit.

Source: the service's documentation, ``PUT …/entries/{member}/{id}/{TYPE}/feedback`` and ``/v2/feedback``.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from cairn.errors import InputError, PeerError
from cairn.exchange.sharing import NAMESPACE
from cairn.intake.lists import Hash
from cairn.intake.xml_records import read_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.exchange.connection import Service
    from cairn.exchange.kept import Kept
    from cairn.intake.xml_records import Element

TYPES: Final = {Hash.MD5: "MD5", Hash.SHA1: "SHA1"}
"""The hashes that a word is said of: equal, they are of the same content. SHA-256 is none of the service's
types, and a near picture is another one."""
_NAMES: Final = {kind: kind.value for kind in TYPES}


@dataclass(frozen=True, slots=True)
class Hashed:
    """One hash of an entry that stands at a service."""

    member: str
    entry: str
    type: str
    digest: bytes

    @property
    def name(self) -> str:
        """How this hash of this entry is told from all others."""
        return f"{self.member} {self.entry} {self.type}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hash may not fit, as the service offers it; of one type of hash."""

    guid: str
    words: str
    type: str


def hashed(kept: Kept) -> Iterator[Hashed]:
    """Yield the hashes of everything that stands, as it was fetched."""
    for record in kept.records():
        *_, entry = read_records(io.BytesIO(record.encode()), lambda _: False)
        member, name = entry.find("member"), entry.said("id")
        if member is None or name is None or not member.attributes.get("id"):
            continue
        for each in _digests(entry):
            yield Hashed(member.attributes["id"], name, *each)


def _digests(entry: Element) -> Iterator[tuple[str, bytes]]:
    for group in entry.every("fingerprints"):
        for kind, word in TYPES.items():
            try:
                raw = bytes.fromhex(group.said(_NAMES[kind]) or "")
            except ValueError:
                continue
            if len(raw) == kind.length_bytes:
                yield word, raw


def reasons_of(service: Service) -> tuple[Reason, ...]:
    """Answer the reasons that the service offers.

    Raises:
        PeerError: It does not answer as agreed.
    """
    raw = service.get("/v2/feedback")
    try:
        found = [
            Reason(each.attributes["guid"], each.attributes.get("name", ""), each.attributes.get("type", ""))
            for each in read_records(io.BytesIO(raw), lambda names: names[-1] == "reason")
            if each.name == "reason" and each.attributes.get("guid")
        ]
    except InputError as error:
        raise PeerError(
            f"The service's answer cannot be read. {error.sentence}", code="peer.answer"
        ) from None
    return tuple(found)


def vote(service: Service, of: Hashed, reasons: Mapping[str, str] | None) -> None:
    """Say that a hash fits, or why it does not; said again, it is the same word.

    Args:
        service: To whom.
        of: Which hash.
        reasons: Why it does not fit: by the type of hash the id of a reason; ``None`` where it does.

    Raises:
        PeerError: The service refuses, or does not answer.
    """
    if reasons is None:
        said = "<affirmative/>"
    else:
        said = f"<negative><reasonIds><guid>{escape(reasons[of.type])}</guid></reasonIds></negative>"
    inside = f'<feedbackSubmission xmlns="{NAMESPACE}">{said}</feedbackSubmission>'
    body = f'<?xml version="1.0" encoding="UTF-8"?>{inside}'
    place = "/".join(quote(each, safe="") for each in (of.member, of.entry, of.type))
    service.put(f"/v2/entries/{place}/feedback", body.encode(), media_type="application/xml")
