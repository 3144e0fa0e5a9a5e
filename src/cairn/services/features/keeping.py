"""Between local features and the rows that keep them: of what is recorded, and of a check that still runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.records.batches import parts
from cairn.records.features import Features, PendingFeatures
from cairn.records.footage import Footage
from cairn.records.lock import node_work
from cairn.records.sightings import Sighting
from cairn.services.features.recorded import recorded
from cairn.types import LOCAL_METHOD, LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

ENQUEUED_MEDIA: Final = 10_000
"""Media that are set waiting at once where all are compared again."""


@node_work("one content is one media, whoever met it")
def keep(found: Mapping[int, LocalFeatures]) -> None:
    """Keep the features of these media, in a transaction; those of recorded media wait for the index."""
    Features.objects.bulk_create(
        [_as_row(media, found[media]) for media in sorted(found)],
        update_conflicts=True,
        unique_fields=["media"],
        update_fields=["method", "width", "height", "points", "descriptors"],
    )
    recorded = Sighting.objects.filter(media__in=list(found)).values_list("media", flat=True).distinct()
    await_features(recorded)


@node_work("the index of features waits for media of everybody")
def await_features(media: Iterable[int]) -> None:
    """Let these recorded media wait for the index of features and for their links, where they have features.

    Call it in the transaction that records them, or that keeps their features.
    """
    for part in parts(sorted(set(media))):
        stills = current(Features.objects.filter(media__in=part)).values_list("media", flat=True)
        videos = Footage.objects.filter(media__in=part, detailed__gt=0).values_list("media", flat=True)
        looked_at = {*stills, *videos}
        PendingFeatures.objects.bulk_create(
            [PendingFeatures(media_id=number) for number in sorted(looked_at)],
            update_conflicts=True,
            unique_fields=["media"],
            update_fields=["is_indexed"],
        )


@node_work("links are suggested between media of everybody")
def await_details_again() -> None:
    """Let everything recorded whose features are kept wait for being compared in detail anew."""
    numbers = recorded(current(Features.objects.all())).order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(numbers.filter(pk__gt=last)[:ENQUEUED_MEDIA]):
        PendingFeatures.objects.bulk_create(
            [PendingFeatures(media_id=number, is_indexed=True) for number in batch], ignore_conflicts=True
        )
        last = batch[-1]


def features_of(rows: QuerySet[Features], media: Collection[int]) -> dict[int, LocalFeatures]:
    """Answer the features that these rows hold of some media; a media without any is absent."""
    return {row.media_id: as_value(row) for row in current(rows.filter(media__in=media))}


def current(rows: QuerySet[Features]) -> QuerySet[Features]:
    """Answer the rows of the present method: others would be compared with what they do not fit."""
    return rows.filter(method=LOCAL_METHOD)


def as_value(row: Features) -> LocalFeatures:
    """Answer the features that a row keeps."""
    return LocalFeatures(row.width, row.height, bytes(row.points), bytes(row.descriptors))


def _as_row(media: int, features: LocalFeatures) -> Features:
    return Features(
        media_id=media,
        method=LOCAL_METHOD,
        width=features.width,
        height=features.height,
        points=features.points,
        descriptors=features.descriptors,
    )
