"""Cairn's own report format: JSON from hotlines and companies that send hashes or files.

It is read strictly: a name that is not known is an error, because a misspelt ``classification`` would be lost
in silence. Names that begin with ``x-`` are the sender's own, and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from cairn.intake.json_text import JsonText
from cairn.intake.reports.own_fields import (
    MAX_NAME_CHARS,
    invalid,
    own_members,
    read_country,
    read_file,
    read_flag,
    read_hashes,
    read_list,
    read_markers,
    read_number,
    read_text,
    read_time,
    read_word,
    require_object,
)
from cairn.intake.reports.values import Classification, Item, PlaceKind, Report, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.intake.json_text import Json

FORMAT: Final = "cairn-report"
VERSION: Final = 1
MAX_ITEMS: Final = 100_000

_REPORT_KEYS: Final = {
    "format",
    "version",
    "reference",
    "kind",
    "reporter",
    "reported_at",
    "happened_at",
    "country",
    "urgent",
    "classification",
    "markers",
    "seen",
    "note",
    "items",
}
_ITEM_KEYS: Final = {
    "hashes",
    "file",
    "reference",
    "name",
    "media_type",
    "size_bytes",
    "classification",
    "viewed",
    "public",
    "markers",
    "seen",
    "note",
}
_SEEN_KEYS: Final = {"kind", "at", "until", "address", "ip", "port", "account", "country", "note"}


def read_own_report(source: BinaryIO) -> Report:
    """Parse a report.

    Raises:
        InputError: It is no JSON (``input.damaged``, ``input.limit``), or no report as described
            (``report.invalid``): the sentence names the place and what is due there.
    """
    text = JsonText(source)
    value = text.value()
    text.finish()
    report = require_object(value, "the report", _REPORT_KEYS)
    if (
        report.get("format") != FORMAT
        or type(report.get("version")) is not int
        or report["version"] != VERSION
    ):
        raise invalid(f"'format' is not '{FORMAT}', or 'version' is not {VERSION}")
    items = read_list(report, "items", "the report")
    if not items or len(items) > MAX_ITEMS:
        raise invalid(f"'items' has {len(items):,} entries, and needs 1 to {MAX_ITEMS:,}")
    urgency = report.get("urgent")
    if urgency is not None and not isinstance(urgency, str):
        raise invalid("'urgent' is no text that says why")
    return Report(
        reference=read_text(report, "reference", "the report", most=MAX_NAME_CHARS, is_due=True),
        kind=read_text(report, "kind", "the report", most=MAX_NAME_CHARS),
        reporter=read_text(report, "reporter", "the report", most=MAX_NAME_CHARS, is_due=True),
        reported_at=read_time(report, "reported_at", "the report", is_due=True),
        happened_at=read_time(report, "happened_at", "the report"),
        country=read_country(report, "the report"),
        is_urgent=urgency is not None,
        urgency=read_text(report, "urgent", "the report"),
        classification=read_word(report, "classification", Classification, "the report"),
        markers=read_markers(report, "the report"),
        seen=_seen(report, "the report"),
        note=read_text(report, "note", "the report"),
        items=tuple(_item(each, f"item {number}") for number, each in enumerate(items, start=1)),
        facts=own_members(report, "the report"),
    )


def _item(value: Json, place: str) -> Item:
    item = require_object(value, place, _ITEM_KEYS)
    hashes = read_hashes(item.get("hashes", {}), place)
    file = read_file(item, place)
    if not hashes and file is None:
        raise invalid(f"{place} has neither a hash nor a file")
    return Item(
        **hashes,
        file=file,
        reference=read_text(item, "reference", place, most=MAX_NAME_CHARS),
        name=read_text(item, "name", place, most=MAX_NAME_CHARS),
        media_type=read_text(item, "media_type", place, most=MAX_NAME_CHARS),
        size_bytes=read_number(item, "size_bytes", place, most=2**63 - 1),
        classification=read_word(item, "classification", Classification, place),
        was_viewed=read_flag(item, "viewed", place),
        is_public=read_flag(item, "public", place),
        markers=read_markers(item, place),
        seen=_seen(item, place),
        note=read_text(item, "note", place),
        facts=own_members(item, place),
    )


def _seen(record: Mapping[str, Json], place: str) -> tuple[Seen, ...]:
    return tuple(
        _one_seen(each, f"{place}, seen {number}")
        for number, each in enumerate(read_list(record, "seen", place), start=1)
    )


def _one_seen(value: Json, place: str) -> Seen:
    seen = require_object(value, place, _SEEN_KEYS)
    kind = read_word(seen, "kind", PlaceKind, place)
    if kind is None:
        raise invalid(f"{place} has no 'kind'")
    return Seen(
        kind,
        at=read_time(seen, "at", place),
        until=read_time(seen, "until", place),
        address=read_text(seen, "address", place),
        ip=read_text(seen, "ip", place, most=MAX_NAME_CHARS),
        port=read_number(seen, "port", place, most=65_535),
        account=read_text(seen, "account", place, most=MAX_NAME_CHARS),
        country=read_country(seen, place),
        note=read_text(seen, "note", place),
        facts=own_members(seen, place),
    )
