"""The answers of hash sharing services in the style of NCMEC's version 2: entries and tombstones in XML.

A page holds entries in no order of time. A tombstone (``deletedImage``, ``deletedVideo``) takes back an
entry, which is known by its member and its id together. Fingerprints that this list type does not carry
(TMK, videntifier and others), feedback and everything unknown stay as facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias

from cairn.intake.lists.columns import parse_hash
from cairn.intake.lists.entry import Hash, ListEntry, Remark
from cairn.intake.xml_records import Element, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = "queryResult"
OWN: Final = "cairnEntry"
"""The element in which another node says what the format has no place for."""
_RECORDS: Final = {
    "image": ("image", False),
    "video": ("video", False),
    "deletedImage": ("image", True),
    "deletedVideo": ("video", True),
}
_HASHES: Final = {
    "md5": Hash.MD5,
    "sha1": Hash.SHA1,
    "sha256": Hash.SHA256,
    "pdna": Hash.PHOTODNA,
    "photodna": Hash.PHOTODNA,
    "pdq": Hash.PDQ,
}
_TEXTS: Final = ("series", "reference", "name", "source", "dated")
_FLAGS: Final = frozenset({"is_distributed", "victim_identified", "offender_identified"})
_LONGEST_SIZE: Final = 18
_OWN_PARTS: Final = {"member", "timestamp", "id", "classification"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself.

    Attributes:
        stated_count: How many entries it claims to hold.
        newest: The newest time in it, as written.
        next_address: Where the next page is; it goes stale after some hours. ``None`` on the last page.
    """

    stated_count: int | None
    newest: str | None
    next_address: str | None


EntryRead: TypeAlias = "ListEntry | Remark | Page"


def read_shared_entries(source: BinaryIO) -> Iterator[EntryRead]:
    """Yield the entries of a page, then the page itself.

    Raises:
        InputError: As ``read_records``.
    """
    counts: list[int] = []
    newest: list[str] = []
    for element in read_records(source, lambda names: names[-1] in _RECORDS and names[0] == ROOT):
        if element.name in _RECORDS:
            yield _entry(element)
            continue
        for part in element.children:
            if part.attributes.get("count", "").isdecimal():
                counts.append(int(part.attributes["count"][:9]))
            if part.attributes.get("maxTimestamp"):
                newest.append(part.attributes["maxTimestamp"])
        paging = element.find("paging")
        yield Page(
            sum(counts) if counts else None,
            max(newest, default=None),
            paging.said("next") if paging else None,
        )


def _entry(element: Element) -> ListEntry | Remark:
    media_type, is_withdrawn = _RECORDS[element.name]
    member = element.find("member")
    hashes, facts = _fingerprints(element)
    facts |= dict(_rest(element))
    own = _own(element)
    if member is not None and member.text:
        facts["member"] = member.text
    reference = element.said("id")
    if not (hashes or (is_withdrawn and reference)):
        return Remark(element.line, "The entry has no hash that Cairn can use.", element.line)
    said: dict[str, Any] = {
        "category": element.said("classification"),
        "reference": reference,
        "media_type": media_type,
        "source": (member.attributes.get("id") or member.text or None) if member is not None else None,
        "dated": element.said("timestamp"),
    }
    if own is not None:
        facts |= {} if reference is None else {"id": reference}
        if member is not None and member.text:
            facts["member@id"], said["source"] = member.attributes.get("id", ""), member.text
        said |= own
    return ListEntry(line=element.line, **hashes, is_withdrawn=is_withdrawn, **said, facts=facts)


def _own(element: Element) -> dict[str, Any] | None:
    """Answer what another node says beside the format, as ``ListEntry`` calls it; else ``None``."""
    found = element.find(OWN)
    if found is None:
        return None
    own: dict[str, Any] = {name: found.attributes[name] for name in _TEXTS if name in found.attributes}
    for name in _FLAGS & found.attributes.keys():
        own[name] = {"true": True, "false": False}.get(found.attributes[name])
    size = found.attributes.get("size_bytes", "")
    if size.isascii() and size.isdecimal() and len(size) <= _LONGEST_SIZE:
        own["size_bytes"] = int(size)
    return own


def _fingerprints(element: Element) -> tuple[dict[str, Any], dict[str, str]]:
    """Answer the hashes by their fields, and under their names the fingerprints that are none."""
    hashes: dict[str, Any] = {}
    facts: dict[str, str] = {}
    for part in (each for group in element.every("fingerprints") for each in group.children):
        kind = _HASHES.get(part.name.lower())
        found = parse_hash(part.text, kind) if kind else None
        if kind and found and kind.value not in hashes:
            hashes[kind.value] = found
        else:
            facts[f"fingerprints/{part.name}"] = part.text or part.attributes.get("href", "")
    return hashes, facts


def _rest(element: Element) -> Iterator[tuple[str, str]]:
    for path, text in element.walk():
        top = path.partition("/")[0].partition("@")[0]
        if top not in _OWN_PARTS and top != "fingerprints":
            yield path, text
