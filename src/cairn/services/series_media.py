"""The media of a series by their numbers and digests, for those who regroup it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.access import Act
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.series import SeriesMedia
from cairn.services.status import require_hands
from cairn.services.status_subjects import proposers

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.records.series import Series
    from cairn.records.users import Actor

MOST_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class MediaRow:
    """One media of a series: its number in the records, what it is, and who put it there."""

    number: int
    sha256: str
    media_type: str | None
    size_bytes: int
    added_by: str
    added_at: datetime


@under_lock
def media_of(
    series: Series, *, actor: Actor, after: int = 0, most: int = MOST_LISTED, case: str = ""
) -> tuple[MediaRow, ...]:
    """Answer the media of a series by number, to its owner and its lead; the look is audited.

    Args:
        series: One that the actor owns or leads.
        actor: Who asks.
        after: Only numbers above this one, so that long series can be read in parts.
        most: How many at the most.
        case: The case in which they are looked at.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), transaction.atomic():
        require_hands(actor, Act.SERIES_CHANGE, series, proposers(series))
        rows = SeriesMedia.objects.filter(series=series, media__gt=after).select_related("media", "added_by")
        found = list(rows.order_by("media")[:most])
        audit.append(
            audit.AuditTag.SERIES_MEDIA_LISTED,
            actor=actor,
            case_reference=case,
            record_ids=[series.pk],
            counts={"media": len(found)},
        )
    return tuple(
        MediaRow(
            number=row.media_id,
            sha256=bytes(row.media.sha256).hex(),
            media_type=row.media.media_type,
            size_bytes=row.media.size_bytes,
            added_by=row.added_by.code,
            added_at=row.added_at,
        )
        for row in found
    )
