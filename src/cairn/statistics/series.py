"""Series: how many in which state, how long those without an identification wait, and what marks them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce, Substr

from cairn.records.met_on import Day
from cairn.records.series import Marker, Series, SeriesMarker
from cairn.statistics.figures import Cell, Figure, Unit, computed, counted
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from cairn.statistics.figures import Counts
    from cairn.statistics.keys import Keys

WAITING_DAYS = (0, 91, 365, 730)
"""Where the groups of waiting series begin: a quarter, a year, two years, and longer."""


def count_series(keys: Keys, today: date) -> Counts:
    """Answer how many series there are, by the name of each figure and its keys."""
    rows = Series.objects.filter(keys.owned, merged_into=None)
    waiting = rows.filter(status=SeriesStatus.UNIDENTIFIED)
    oldest = waiting.aggregate(first=Min("created_at"))["first"]
    return {
        "series-by-status": dict(rows.order_by().values_list("status").annotate(number=Count("pk"))),
        "oldest-unidentified": {}
        if oldest is None
        else {"oldest": (today - oldest.astimezone(UTC).date()).days},
        "unidentified-by-age": _waiting(waiting, today),
        "markers": _markers(rows),
    }


def series(keys: Keys, counts: Counts) -> Iterator[Figure]:
    """Yield the figures of series from what ``count_series`` has counted."""
    status = dict.fromkeys((str(each) for each in SeriesStatus), 0) | dict(counts["series-by-status"])
    yield counted("series-by-status", "Series, by status", Unit.SERIES, status)
    age = counts["oldest-unidentified"].get("oldest")
    yield computed(
        "oldest-unidentified",
        "Age of the oldest unidentified series",
        Unit.DAYS,
        {"oldest": None if age is None else float(age)},
        records={"oldest": status[SeriesStatus.UNIDENTIFIED]},
    )
    words, by_age = "Unidentified series, by the days since they were opened", counts["unidentified-by-age"]
    yield Figure("unidentified-by-age", words, Unit.SERIES, tuple(Cell(key, by_age[key]) for key in _GROUPS))
    yield counted(
        "markers",
        "Series, by the year they were opened and what marks them",
        Unit.SERIES,
        counts["markers"],
        every=[f"{year} {marker.label}" for year in keys.years for marker in Marker],
    )


_GROUPS = {
    f"{low} or more" if high is None else f"{low} to {high - 1}": (low, high)
    for low, high in zip(WAITING_DAYS, (*WAITING_DAYS[1:], None), strict=True)
}
"""The groups of waiting series by what they are called, the shortest wait first."""


def _waiting(rows: QuerySet[Series], today: date) -> dict[str, int]:
    """Answer how many series have waited for how long."""
    counts = {
        f"group{place}": Count("pk", filter=_opened(today, low, high))
        for place, (low, high) in enumerate(_GROUPS.values())
    }
    found = rows.aggregate(**counts)
    return {key: found[f"group{place}"] for place, key in enumerate(_GROUPS)}


def _opened(today: date, low: int, high: int | None) -> Q:
    """Answer the condition that a series was opened ``low`` days ago or more, and less than ``high``."""
    older = Q(created_at__lt=_midnight(today, low - 1)) if low else Q()
    return older if high is None else older & Q(created_at__gte=_midnight(today, high - 1))


def _midnight(today: date, days: int) -> datetime:
    """Answer the moment, in UTC, at which the day so many days ago began."""
    return datetime.combine(today - timedelta(days=days), time(), tzinfo=UTC)


def _markers(rows: QuerySet[Series]) -> dict[str, int]:
    """Answer how many series have a marker, by the year in which they were opened.

    What marked a series that was merged marks the one that it was merged into.
    """
    own = Q(series__in=rows)
    marked = SeriesMarker.objects.filter(own | Q(series__merged_into__in=rows))
    standing = Coalesce("series__merged_into", "series")
    by_year = (
        marked.order_by()
        .values_list(Substr(Day("series__created_at"), 1, len("2026")), "marker")
        .annotate(number=Count(standing, distinct=True))
    )
    return {f"{year} {Marker(marker).label}": number for year, marker, number in by_year}
