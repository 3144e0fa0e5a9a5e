"""Moves media from one series to another, and back: what a merge and a split have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery

from cairn.linking.owned import put_together, without
from cairn.records.regrouping import RegroupedMedia
from cairn.records.series import SeriesMedia
from cairn.services.series.spans import kept_as, owned_from

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.regrouping import Regrouping

BATCH_ROWS = 2_000


def move(row: Regrouping, memberships: QuerySet[SeriesMedia]) -> int:
    """Move these memberships of the source into the target, write down each, and answer how many.

    What lies in the target already is taken out of the source, and stays in the target when all is undone. Of
    a media of which both have stretches, the target then has all of them.
    """
    there = SeriesMedia.objects.filter(series=row.target, media__in=memberships.values("media"))
    both = {each.media_id: each for each in there}
    moved = [
        RegroupedMedia(
            regrouping=row,
            media_id=each.media_id,
            was_in_target=each.media_id in both,
            added_by_id=each.added_by_id,
            added_in_id=each.added_in_id,
            added_at=each.added_at,
            spans_ms=each.spans_ms,
            target_spans_ms=both[each.media_id].spans_ms if each.media_id in both else None,
        )
        for each in memberships.order_by("pk")
    ]
    RegroupedMedia.objects.bulk_create(moved, batch_size=BATCH_ROWS)
    in_source = SeriesMedia.objects.filter(series=row.source)
    in_source.filter(media__in=_moved(row, was_in_target=True)).delete()
    in_source.filter(media__in=_moved(row, was_in_target=False)).update(series=row.target)
    for each in moved:
        if each.was_in_target and (spans := _of_both(each)) != each.target_spans_ms:
            SeriesMedia.objects.filter(series=row.target, media=each.media_id).update(spans_ms=spans)
    return len(moved)


def move_back(row: Regrouping) -> None:
    """Put every media back into the source that was moved and still lies in the target."""
    in_target = SeriesMedia.objects.filter(series=row.target)
    in_target.filter(media__in=_moved(row, was_in_target=False)).update(series=row.source)
    both = list(row.moved.filter(was_in_target=True, media__in=in_target.values("media")).order_by("pk"))
    SeriesMedia.objects.bulk_create(
        [
            SeriesMedia(
                series=row.source,
                media_id=each.media_id,
                added_by_id=each.added_by_id,
                added_in_id=each.added_in_id,
                spans_ms=each.spans_ms,
            )
            for each in both
        ],
        batch_size=BATCH_ROWS,
        ignore_conflicts=True,
    )
    since = row.moved.filter(media=OuterRef("media")).values("added_at")[:1]
    again = SeriesMedia.objects.filter(series=row.source, media__in=_moved(row, was_in_target=True))
    again.update(added_at=Subquery(since))
    for each in both:
        if (spans := _of_both(each)) != each.target_spans_ms:
            here = in_target.get(media=each.media_id)
            _take_back(here, each, all_of_it=here.spans_ms == spans)


def _take_back(here: SeriesMedia, moved: RegroupedMedia, *, all_of_it: bool) -> None:
    """Take out of the target what the merge brought of a media; what was said of others since stays.

    Args:
        here: The media in the target, as it is now.
        moved: What was of it in either series.
        all_of_it: Nobody has said anything of it since the merge.
    """
    now, source, target = map(owned_from, (here.spans_ms, moved.spans_ms, moved.target_spans_ms))
    if all_of_it:
        here.spans_ms = moved.target_spans_ms
    elif now is not None and source is not None and target is not None:
        here.spans_ms = kept_as(without(now, without(source, target)))
    if here.spans_ms == []:  # what was the target's before was taken out since
        here.delete()
    else:
        here.save(update_fields=["spans_ms"])


def _of_both(moved: RegroupedMedia) -> list[list[int]] | None:
    """Answer which stretches of a media that lay in both are the target's afterwards."""
    return kept_as(put_together(owned_from(moved.spans_ms), owned_from(moved.target_spans_ms)))


def _moved(row: Regrouping, *, was_in_target: bool) -> QuerySet[RegroupedMedia, int]:
    return row.moved.filter(was_in_target=was_in_target).values_list("media", flat=True)
