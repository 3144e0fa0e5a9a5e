"""What was measured beside the hashes is kept of media that somebody has recorded, and not of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Exists, Model, OuterRef

from cairn.records.batches import parts
from cairn.records.features import Features
from cairn.records.jobs import Check, CheckItem
from cairn.records.learnt import LearntVector
from cairn.records.lock import node_work
from cairn.records.sightings import Sighting
from cairn.records.sounds import Sound

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.media import Media

M = TypeVar("M", bound=Model)


def recorded(rows: QuerySet[M]) -> QuerySet[M]:
    """Answer the rows of media that somebody has recorded."""
    return rows.filter(Exists(Sighting.objects.filter(media=OuterRef("media"))))


def recorded_media(rows: QuerySet[Media]) -> QuerySet[Media]:
    """Answer the media that somebody has recorded."""
    return rows.filter(Exists(Sighting.objects.filter(media=OuterRef("pk"))))


@node_work("what was measured is kept of what somebody has recorded, whoever that is")
def drop_unrecorded(check: Check) -> None:
    """Forget what was measured of this check's files that nobody records and no other check waits for."""
    waits_elsewhere = CheckItem.objects.filter(media=OuterRef("media"), check_run__finished_at=None).exclude(
        check_run=check
    )
    numbers = sorted(check.items.filter(media__isnull=False).values_list("media", flat=True).distinct())
    for measured in (Features.objects, LearntVector.objects, Sound.objects):
        if not measured.exists():
            continue
        for part in parts(numbers):
            measured.filter(
                ~Exists(Sighting.objects.filter(media=OuterRef("media"))),
                ~Exists(waits_elsewhere),
                media__in=part,
            ).delete()
