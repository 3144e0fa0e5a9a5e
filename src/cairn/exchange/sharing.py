"""Entries and tombstones as hash sharing in the style of NCMEC's version 2 tells them, written as its XML.

What Cairn says beyond that stands in one element of its own, ``cairnEntry``, which others pass over.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from cairn.intake.lists.shared_entries import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NAMESPACE: Final = "https://hashsharing.ncmec.org/hashsharing/v2"
OWN_NAMESPACE: Final = "urn:cairn:exchange:1"


class Shape(StrEnum):
    """What an entry is of."""

    IMAGE = "image"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Member:
    """Who has put an entry there: an authority."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a member says of one hash of an entry.

    Attributes:
        kind: Which hash, such as ``MD5``.
        member: Who says so.
        at: When.
        reasons: Why the entry does not fit, by the ids of reasons; empty where it does.
    """

    kind: str
    member: Member
    at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """One entry.

    Attributes:
        shape: What it is of.
        member: Whose it is.
        name: How the member calls it.
        at: Since when it stands as it is.
        hashes: By the format's name of their kind, as texts.
        classification: In the member's own words.
        own: What else is said, under Cairn's own names.
        feedback: What members say of it.
    """

    shape: Shape
    member: Member
    name: str
    at: datetime
    hashes: Mapping[str, str]
    classification: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    feedback: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that its member has taken back."""

    shape: Shape
    member: Member
    name: str
    at: datetime


def hash_text(kind: str, value: bytes) -> str:
    """Answer a hash as the format writes it: PhotoDNA values in base64, all others in hexadecimal digits."""
    return base64.b64encode(value).decode() if kind == "pdna" else value.hex()


def time_text(at: datetime) -> str:
    """Answer a time as the format writes it, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def result_xml(found: Sequence[Shared | Tombstone], next_address: str | None) -> str:
    """Answer a page of entries."""
    parts = [_HEAD, f'<queryResult xmlns="{NAMESPACE}" xmlns:c="{OWN_NAMESPACE}">']
    for shape in Shape:
        rows = [each for each in found if each.shape is shape]
        if rows:
            newest = time_text(max(each.at for each in rows))
            parts.append(f'<{shape}s count="{len(rows)}" maxTimestamp="{newest}">')
            parts += [_shared(each) if isinstance(each, Shared) else _tombstone(each) for each in rows]
            parts.append(f"</{shape}s>")
    if next_address is not None:
        parts.append(f"<paging><next>{_text(next_address)}</next></paging>")
    return "".join([*parts, "</queryResult>"])


def status_xml(member: Member, *, user: str, address: str) -> str:
    """Answer who asks."""
    inside = f"<ipAddress>{_text(address)}</ipAddress><username>{_text(user)}</username>{_member(member)}"
    return f'{_HEAD}<status xmlns="{NAMESPACE}">{inside}</status>'


def members_xml(members: Sequence[Member]) -> str:
    """Answer whose entries there are."""
    return f'{_HEAD}<members xmlns="{NAMESPACE}">{"".join(map(_member, members))}</members>'


def reasons_xml(reasons: Mapping[str, str], kinds: Sequence[str]) -> str:
    """Answer why an entry may not fit, in words by id, for each kind of hash."""
    rows = "".join(_reason(guid, words, kind) for kind in kinds for guid, words in reasons.items())
    root = "availableFeedbackReasons"
    return f'{_HEAD}<{root} xmlns="{NAMESPACE}">{rows}</{root}>'


def taken_xml() -> str:
    """Answer that feedback was taken."""
    return f'{_HEAD}<submissionResult xmlns="{NAMESPACE}"/>'


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), " ")
"""What no XML can hold. Source: XML 1.0, 2.2."""


def _shared(each: Shared) -> str:
    hashes = "".join(f"<{kind}>{value}</{kind}>" for kind, value in each.hashes.items())
    classification = f"<classification>{_text(each.classification)}</classification>" * bool(
        each.classification
    )
    own = "".join(f" {name}={quoteattr(_legal(value))}" for name, value in each.own.items())
    return (
        f"<{each.shape}>{_member(each.member)}<timestamp>{time_text(each.at)}</timestamp>"
        f"<id>{_text(each.name)}</id>{classification}<fingerprints>{hashes}</fingerprints>"
        f"{_feedback(each.feedback)}{f'<c:{OWN}{own}/>' if own else ''}</{each.shape}>"
    )


def _tombstone(each: Tombstone) -> str:
    name = f"deleted{each.shape.capitalize()}"
    return (
        f"<{name}>{_member(each.member)}<id>{_text(each.name)}</id>"
        f"<timestamp>{time_text(each.at)}</timestamp></{name}>"
    )


def _feedback(said: Sequence[Said]) -> str:
    if not said:
        return ""
    parts = [f'<feedback lastUpdateTimestamp="{time_text(max(each.at for each in said))}">']
    for (kind, is_negative), group in groupby(sorted(said, key=_order), key=_order):
        rows = list(group)
        name = "negativeFeedback" if is_negative else "affirmativeFeedback"
        parts.append(f'<{name} type="{kind}" lastUpdateTimestamp="{time_text(max(e.at for e in rows))}">')
        parts += _reasons(kind, rows) if is_negative else map(_members, rows)
        parts.append(f"</{name}>")
    return "".join([*parts, "</feedback>"])


def _order(said: Said) -> tuple[str, bool]:
    return said.kind, bool(said.reasons)


def _reasons(kind: str, said: Sequence[Said]) -> Iterator[str]:
    for guid in sorted({guid for each in said for guid in each.reasons}):
        voices = "".join(_members(each) for each in said if guid in each.reasons)
        yield f'<reasons><reason guid="{guid}" type="{kind}"/>{voices}</reasons>'


def _reason(guid: str, words: str, kind: str) -> str:
    return f'<reason guid="{guid}" name={quoteattr(words)} type="{kind}"/>'


def _members(said: Said) -> str:
    return f'<members timestamp="{time_text(said.at)}">{_member(said.member)}</members>'


def _member(member: Member) -> str:
    return f'<member id="{member.number}">{_text(member.name)}</member>'


def _text(text: str) -> str:
    return escape(_legal(text))


def _legal(text: str) -> str:
    return text.translate(_ILLEGAL)
