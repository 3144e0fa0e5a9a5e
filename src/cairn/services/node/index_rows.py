"""What the index holds of media: a picture's hash as it lies, and a video's frames with their seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Sum

from cairn.index import Rows
from cairn.linking.duplicate import FIRST_FRAME_MS
from cairn.records.footage import Footage
from cairn.records.sightings import Sighting
from cairn.services.footage.columns import from_columns
from cairn.types import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from cairn.frames import Frames
    from cairn.records.media import Media, PendingIndexEntry

FOOTAGE_AT_ONCE = 200
"""Videos that a rebuild reads at once."""

HASHES_A_FRAME = 2
"""At most: of the whole frame, and of what lies within its borders."""

MINIMUM_QUALITY = 50


def stills(media: Sequence[Media]) -> Rows:
    """Answer ids and hashes; the index holds every picture as it lies, and is asked in all orientations."""
    comparable = [(row.pk, bytes(row.pdq)[:PDQ_BYTES]) for row in media if row.pdq is not None]
    hashes = np.frombuffer(b"".join(raw for _, raw in comparable), np.uint8)
    return Rows(
        ids=np.array([number for number, _ in comparable], np.uint64),
        timestamps_ms=np.zeros(len(comparable), np.uint32),
        values=hashes.reshape(-1, PDQ_BYTES),
    )


def with_frames(media: Sequence[Media]) -> Rows:
    """Answer the pictures among these media, and the frames of the videos."""
    rows = Footage.objects.filter(media__in=[row.pk for row in media], kept__gt=0)
    return _together([stills(media), *map(_rows, rows.only("media_id", "columns"))])


def recorded_frames() -> Iterator[Rows]:
    """Yield the frames of all recorded videos."""
    recorded = Footage.objects.filter(kept__gt=0, media__in=Sighting.objects.values("media"))
    batch = []
    for row in recorded.order_by("pk").only("media_id", "columns").iterator(chunk_size=FOOTAGE_AT_ONCE):
        batch.append(_rows(row))
        if len(batch) == FOOTAGE_AT_ONCE:
            yield _together(batch)
            batch = []
    if batch:
        yield _together(batch)


def frames_of(media: QuerySet[PendingIndexEntry, Any]) -> int:
    """Answer how many hashes of frames these media may have in the index, at most."""
    total = Footage.objects.filter(media__in=media).aggregate(total=Sum("kept"))["total"]
    return HASHES_A_FRAME * (total or 0)


def _rows(row: Footage) -> Rows:
    return frame_rows(row.media_id, from_columns(bytes(row.columns)))


def frame_rows(media: int, frames: Frames) -> Rows:
    """Answer the comparable hashes of some frames: whole, and within their borders where they have any."""
    whole = frames.quality >= MINIMUM_QUALITY
    within = (frames.inside_quality >= MINIMUM_QUALITY) & (frames.hashes != frames.inside).any(axis=1)
    stamps = (np.rint(frames.at * 1000) + FIRST_FRAME_MS).astype(np.uint32)
    values = np.concatenate([frames.hashes[whole], frames.inside[within]])
    return Rows(
        ids=np.full(len(values), media, np.uint64),
        timestamps_ms=np.concatenate([stamps[whole], stamps[within]]),
        values=values,
    )


def _together(rows: Sequence[Rows]) -> Rows:
    return Rows(
        ids=np.concatenate([each.ids for each in rows]),
        timestamps_ms=np.concatenate([each.timestamps_ms for each in rows]),
        values=np.concatenate([each.values for each in rows]),
    )
