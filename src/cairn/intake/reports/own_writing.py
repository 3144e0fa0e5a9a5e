"""Reports in Cairn's own format, from values."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from cairn.intake.reports.own_fields import HASH_READERS
from cairn.intake.reports.own_format import FORMAT, VERSION

if TYPE_CHECKING:
    from cairn.intake.json_text import Json
    from cairn.intake.moments import Moment
    from cairn.intake.reports.values import Item, Report, Seen


def own_report_record(report: Report) -> dict[str, Json]:
    """Answer the record that ``read_own_report`` reads as this report; what is ``None`` is left out."""
    return _without_nothing(
        {
            "format": FORMAT,
            "version": VERSION,
            "reference": report.reference,
            "kind": report.kind,
            "reporter": report.reporter,
            "reported_at": _written(report.reported_at),
            "happened_at": _written(report.happened_at),
            "country": report.country,
            "urgent": (report.urgency or "") if report.is_urgent else None,
            "classification": report.classification,
            "markers": list(report.markers),
            "seen": [_seen_record(each) for each in report.seen],
            "note": report.note,
            "items": [_item_record(each) for each in report.items],
            **dict(report.facts),
        }
    )


def _item_record(item: Item) -> dict[str, Json]:
    hashes = {
        kind: base64.b64encode(value).decode() if kind == "photodna" else value.hex()
        for kind in HASH_READERS
        if (value := getattr(item, kind)) is not None
    }
    return _without_nothing(
        {
            "hashes": hashes or None,
            "file": item.file,
            "reference": item.reference,
            "name": item.name,
            "media_type": item.media_type,
            "size_bytes": item.size_bytes,
            "classification": item.classification,
            "viewed": item.was_viewed,
            "public": item.is_public,
            "markers": list(item.markers),
            "seen": [_seen_record(each) for each in item.seen],
            "note": item.note,
            **dict(item.facts),
        }
    )


def _seen_record(seen: Seen) -> dict[str, Json]:
    return _without_nothing(
        {
            "kind": seen.kind,
            "at": _written(seen.at),
            "until": _written(seen.until),
            "address": seen.address,
            "ip": seen.ip,
            "port": seen.port,
            "account": seen.account,
            "country": seen.country,
            "note": seen.note,
            **dict(seen.facts),
        }
    )


def _without_nothing(record: dict[str, Any]) -> dict[str, Json]:
    return {key: value for key, value in record.items() if value is not None and value != []}


def _written(at: Moment | None) -> str | None:
    return at.at.isoformat().replace("+00:00", "Z") if at else None
