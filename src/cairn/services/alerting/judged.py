"""A judgement that concerns a series of somebody else: its owner is told, and decides."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cairn.linking.judgement import Outcome
from cairn.records.access import visible_to
from cairn.records.alerts import AlertKind
from cairn.records.links import Judgement
from cairn.records.lock import node_work
from cairn.records.series import Series, SeriesMedia
from cairn.services.alerting.raising import News, raise_alerts, recipient

if TYPE_CHECKING:
    from collections.abc import Iterator


@node_work("others are told what they may know")
def judged_the_same(judgement: Judgement) -> None:
    """Tell the owners of series that hold one of two media which another authority calls the same.

    Nothing is added to their series. Whoever may not see the judgement is not told of it. To be called in the
    transaction of the act.
    """
    if judgement.outcome == Outcome.CONFIRMED:
        raise_alerts(_news(judgement))


def series_with_one_of(judgement: Judgement) -> Iterator[Series]:
    """Yield the series that stand and hold one of the two media, and not the other."""
    members = SeriesMedia.objects.filter(media__in=(judgement.first_id, judgement.second_id))
    held = Counter(members.values_list("series", flat=True))
    one_sided = [number for number, media in held.items() if media == 1]
    standing = Series.objects.filter(pk__in=one_sided, merged_into=None, withdrawn_at=None)
    yield from standing.select_related("owner").order_by("owner__code", "name")


def _news(judgement: Judgement) -> Iterator[News]:
    for series in series_with_one_of(judgement):
        if series.owner_id == judgement.authority_id:
            continue
        if visible_to(recipient(series.owner), Judgement).filter(pk=judgement.pk).exists():
            pair = f"{judgement.first_id}:{judgement.second_id}:{judgement.kind}"
            yield News(
                kind=AlertKind.LINK,
                to=series.owner,
                once=f"link:{series.pk}:{pair}:{judgement.authority_id}",
                series=series,
                about=judgement.authority,
                facts={"judgement": judgement.pk},
            )
