"""How long victims wait: from the first sighting of a series' media to the day of the identification."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import Max, Min, Q

from cairn.records.met_on import met_on
from cairn.records.series import Series
from cairn.records.status import StatusChange
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTLED = (SeriesStatus.IDENTIFIED, SeriesStatus.SAFEGUARDED)


def days_to_identification(last: int) -> Iterator[tuple[int | None, str, int, int]]:
    """Yield authority (or ``None`` for all), year of identification, the median days, and of how many series.

    Args:
        last: The highest sighting that counts.
    """
    path = "seriesmedia__media__sighting__"
    counted = Q(**{f"{path}withdrawn_at": None, f"{path}pk__lte": last})
    rows = Series.objects.filter(withdrawn_at=None, merged_into=None, status__in=SETTLED).annotate(
        first=Min(met_on(path), filter=counted)
    )
    identified = dict(
        StatusChange.objects.filter(series__in=rows.values("pk"), to_status__in=SETTLED)
        .exclude(confirmed_at=None)
        .exclude(from_status__in=SETTLED)
        .order_by()
        .values_list("series")
        .annotate(day=Max("holds_since"))  # An earlier one was taken back.
    )
    days: defaultdict[tuple[int | None, str], list[int]] = defaultdict(list)
    for number, owner, since, first in rows.exclude(first=None).values_list(
        "pk", "owner", "status_since", "first"
    ):
        day = identified.get(number, since)
        took = day - date.fromisoformat(first)
        for authority in (owner, None):
            days[authority, str(day.year)].append(max(took.days, 0))
    yield from ((authority, year, round(median(each)), len(each)) for (authority, year), each in days.items())
