"""The media of a series by their digests, for those who regroup it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Coalesce

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.series import SeriesMedia
from cairn.services.cases import require_occasion
from cairn.services.series.spans import owned_from
from cairn.services.status.changing import require_hands
from cairn.services.status.subjects import proposers

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.linking.owned import Owned
    from cairn.records.series import Series
    from cairn.records.users import Actor

MOST_LISTED = 10_000
_NAME = re.compile("[0-9a-f]{64}|sha1:[0-9a-f]{40}|md5:[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class MediaRow:
    """One media of a series: what it is, and who put it there.

    Content that nobody has read has no SHA-256: another digest stands there with its kind before it, such as
    ``sha1:4f…``. Its number in the records is told to nobody: it would tell which files were on the node
    before it. ``spans`` has its stretches in seconds; ``None`` where all of it is in the series.
    """

    sha256: str
    media_type: str | None
    size_bytes: int | None
    added_by: str
    added_at: datetime
    spans: Owned


@under_lock
def media_of(
    series: Series, *, actor: Actor, after: str = "", most: int = MOST_LISTED, case: str = ""
) -> tuple[MediaRow, ...]:
    """Answer the media of a series by digest, to its owner and its lead; the look is audited.

    Args:
        series: One that the actor owns or leads.
        actor: Who asks.
        after: Only media above this SHA-256, the last of the part before; long series are read in parts.
        most: How many at the most.
        case: The actor's own case in which they are looked at.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such case, or ``after`` is no SHA-256 (``case.missing``, ``media.invalid``).
    """
    last = _digest(after)
    with database_errors_in_words(), transaction.atomic():
        require_hands(actor, Act.SERIES_CHANGE, series, proposers(series))
        require_occasion(case, actor=actor)
        rows = SeriesMedia.objects.filter(series=series).select_related("media", "added_by")
        named = rows.annotate(name=Coalesce("media__sha256", "media__sha1", "media__md5"))
        later = named if last is None else named.filter(name__gt=last)
        found = list(later.order_by("name", "pk")[:most])
        audit.append(
            audit.AuditTag.SERIES_MEDIA_LISTED,
            actor=actor,
            case_reference=case,
            record_ids=[series.pk],
            counts={"media": len(found)},
        )
    return tuple(
        MediaRow(
            sha256=row.media.name,
            media_type=row.media.media_type,
            size_bytes=row.media.size_bytes,
            added_by=row.added_by.code,
            added_at=row.added_at,
            spans=owned_from(row.spans_ms),
        )
        for row in found
    )


def _digest(text: str) -> bytes | None:
    if not text:
        return None
    if not _NAME.fullmatch(text.lower()):
        raise InputError(
            f"'{text}' is no SHA-256: give all 64 digits of the last line.", code="media.invalid"
        )
    return bytes.fromhex(text.rpartition(":")[2])
