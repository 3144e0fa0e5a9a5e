"""A series and what was merged into it: the one that stands, and its family.

What belongs to a merged series, such as notes, markers, claims and victims, stays with it, so that a merge
can be undone; its media move. So whoever asks for what belongs to a series asks for its family, and whoever
comes by something that belongs to a merged series goes on to the one that stands.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.access import missing, visible_series
from cairn.records.batches import parts
from cairn.records.lock import under_lock
from cairn.records.series import Claim, Series

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cairn.records.authorities import Authority
    from cairn.records.users import Actor


def families(numbers: Collection[int]) -> Mapping[int, int]:
    """Answer these series and all that were merged into them, directly or not, each with where it went.

    Args:
        numbers: The ids of series; those that stand, where the answer is to name the ones that stand.
    """
    went = {number: number for number in numbers}
    latest = list(went)
    while latest:
        merged: list[int] = []
        for some in parts(latest):
            rows = Series.objects.filter(merged_into__in=some).order_by("pk")
            for number, target in rows.values_list("pk", "merged_into"):
                if target is not None and number not in went:
                    went[number] = went[target]
                    merged.append(number)
        latest = merged
    return went


def family(series: Series) -> tuple[int, ...]:
    """Answer the ids of a series and of all that were merged into it, directly or not, itself first."""
    return tuple(families([series.pk]))


def claimants(numbers: Collection[int]) -> Mapping[int, set[Authority]]:
    """Answer who has a claim that stands on each of these series, or on what was merged into it."""
    went = families(numbers)
    found: defaultdict[int, set[Authority]] = defaultdict(set)
    for some in parts(list(went)):
        rows = Claim.objects.filter(series__in=some, ends_at__gt=timezone.now())
        for row in rows.select_related("authority"):
            found[went[row.series_id]].add(row.authority)
    return found


def standing(series: Series) -> Series:
    """Answer the series into which this one was merged in the end, as it is now; itself where it was not.

    What may be done with it is asked next: the door is not asked here.

    Raises:
        AccessError: It is gone (``access.missing``).
    """
    found = Series.objects.filter(pk=series.pk).first()
    while found is not None and found.merged_into_id is not None:
        found = Series.objects.filter(pk=found.merged_into_id).first()
    if found is None:
        raise missing()
    return found


@under_lock
def visible_family(series: Series, *, actor: Actor) -> tuple[int, ...]:
    """Answer the ids of those of the family that the actor may see.

    What belongs to a series is seen by those who see the series. So whoever has asked this once may ask for
    what belongs to these series by their ids: among 100,000 series it is far cheaper than asking the door
    which series there are with each question.
    """
    rows = visible_series(actor).filter(pk__in=family(series)).order_by("pk")
    return tuple(rows.values_list("pk", flat=True))
