"""Between sounds and the rows that keep them: of what is recorded, and of a check that still runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.sounds import Sound
from cairn.types import SOUND_METHOD, SoundPoints

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet


@node_work("one content is one media, whoever met it")
def keep_sounds(found: Mapping[int, SoundPoints]) -> None:
    """Keep the sounds of these media, in a transaction; each waits for the index and for its links."""
    Sound.objects.bulk_create(
        [
            Sound(media_id=number, method=SOUND_METHOD, duration_ms=sound.duration_ms, points=sound.points)
            for number, sound in sorted(found.items())
        ],
        update_conflicts=True,
        unique_fields=["media"],
        update_fields=["method", "duration_ms", "points", "is_indexed", "is_linked"],
    )


def sounds_of(rows: QuerySet[Sound], media: Collection[int]) -> dict[int, SoundPoints]:
    """Answer the sounds that these rows hold of some media, in order; a media without any is absent."""
    found: dict[int, SoundPoints] = {}
    for part in parts(sorted(media)):
        for row in current(rows.filter(media__in=part)).order_by("pk"):
            found[row.media_id] = SoundPoints(row.duration_ms, bytes(row.points))
    return found


def current(rows: QuerySet[Sound]) -> QuerySet[Sound]:
    """Answer the rows of the present method: others would be compared with what they do not fit."""
    return rows.filter(method=SOUND_METHOD)
