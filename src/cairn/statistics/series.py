"""Series: how many in which state, how long the oldest has waited, and what marks them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce, ExtractYear

from cairn.records.series import Marker, Series, SeriesMarker
from cairn.statistics.figures import Unit, computed, counted
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from cairn.statistics.figures import Figure
    from cairn.statistics.keys import Keys


def series(keys: Keys, today: date) -> Iterator[Figure]:
    """Yield the figures of series."""
    rows = Series.objects.filter(keys.owned, merged_into=None)
    status = dict.fromkeys((str(each) for each in SeriesStatus), 0)
    status.update(rows.order_by().values_list("status").annotate(number=Count("pk")))
    yield counted("series-by-status", "Series, by status", Unit.SERIES, status)
    oldest = rows.filter(status=SeriesStatus.UNIDENTIFIED).aggregate(first=Min("created_at"))["first"]
    waiting = status[SeriesStatus.UNIDENTIFIED]
    age = None if oldest is None else float((today - oldest.astimezone(UTC).date()).days)
    yield computed(
        "oldest-unidentified",
        "Age of the oldest unidentified series",
        Unit.DAYS,
        {"oldest": age},
        records={"oldest": waiting},
    )
    yield counted(
        "markers",
        "Series, by the year they were opened and what marks them",
        Unit.SERIES,
        _markers(rows),
        every=[f"{year} {marker.label}" for year in keys.years for marker in Marker],
    )


def _markers(rows: QuerySet[Series]) -> dict[str, int]:
    """Answer how many series have a marker, by the year in which they were opened.

    What marked a series that was merged marks the one that it was merged into.
    """
    own = Q(series__in=rows)
    marked = SeriesMarker.objects.filter(own | Q(series__merged_into__in=rows))
    standing = Coalesce("series__merged_into", "series")
    by_year = (
        marked.order_by()
        .values_list(ExtractYear("series__created_at"), "marker")
        .annotate(number=Count(standing, distinct=True))
    )
    return {f"{year} {Marker(marker).label}": number for year, marker, number in by_year}
