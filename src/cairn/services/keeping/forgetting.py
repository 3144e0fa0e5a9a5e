"""Media that nobody records any more: their fingerprints leave the index, and their rows the records.

They wait in a table from the transaction that deleted what recorded them. So a crash between the two is
mended by the next deletion, or by the same one when it is called again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cairn.records.categories import Categorisation
from cairn.records.jobs import CheckItem
from cairn.records.links import Judgement
from cairn.records.lock import node_work
from cairn.records.media import Media, PendingRemoval
from cairn.records.regrouping import RegroupedMedia
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.features.indexing import take_out_features
from cairn.services.features.keeping import await_features
from cairn.services.learnt.indexing import take_out_vectors
from cairn.services.node.indexing import await_index, take_out
from cairn.services.sounds.indexing import take_out_sounds
from cairn.services.vault.shredding import shred_unheld, sweep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cairn.services.node.opening import Node

BATCH_MEDIA = 400
"""Media a transaction: below the number of values that SQLite takes at once."""

_KEEP = (
    (Sighting, "media"),
    (SeriesMedia, "media"),
    (Categorisation, "media"),
    (Judgement, "first"),
    (Judgement, "second"),
    (RegroupedMedia, "media"),
    (CheckItem, "media"),
)
"""What refers to a media and keeps its row. Links do not: they are a method's, and can be made anew."""


def await_removal(media: Iterable[int | None]) -> None:
    """Let these media be looked at, whether anybody still records them; in the transaction that deletes."""
    PendingRemoval.objects.bulk_create(
        [PendingRemoval(media_id=number) for number in sorted({each for each in media if each is not None})],
        ignore_conflicts=True,
    )


@node_work("what nobody records any more leaves the index, whoever had recorded it")
def forget(node: Node) -> None:
    """Take every waiting media that nobody records out of the index, and delete those that nothing names."""
    while batch := list(PendingRemoval.objects.order_by("pk").values_list("pk", flat=True)[:BATCH_MEDIA]):
        unrecorded = set(batch) - _recorded(batch)
        if unrecorded:
            take_out(node, unrecorded)
            take_out_features(node, unrecorded)
            take_out_vectors(node, unrecorded)
            take_out_sounds(node, unrecorded)
        with transaction.atomic():
            # Held, so that who registers one of them meanwhile has either done so, or waits for us.
            list(Media.objects.select_for_update().filter(pk__in=batch).order_by("pk"))
            await_index(sorted(unrecorded & _recorded(batch)))
            await_features(unrecorded & _recorded(batch))
            PendingRemoval.objects.filter(pk__in=batch).delete()
            shred_unheld(batch)
            _unnamed(unrecorded).delete()
    sweep(node.config)


def _recorded(media: Collection[int]) -> set[int]:
    return set(Sighting.objects.filter(media__in=media).values_list("media", flat=True))


def _unnamed(media: Collection[int]) -> QuerySet[Media]:
    rows = Media.objects.filter(pk__in=media)
    for model, field in _KEEP:
        rows = rows.filter(~Exists(model._default_manager.filter(**{field: OuterRef("pk")})))  # noqa: SLF001 - Django's own name for it
    return rows
