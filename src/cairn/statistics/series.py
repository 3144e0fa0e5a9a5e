"""Series: how many in which state, how long the oldest has waited, and what marks them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.db.models.functions import ExtractYear

from cairn.records.series import Marker, Series, SeriesMarker
from cairn.statistics.figures import Unit, computed, counted
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cairn.records.authorities import Authority
    from cairn.statistics.figures import Figure


def series(authority: Authority | None, today: date) -> Iterator[Figure]:
    """Yield the figures of series, of one authority or of all."""
    told = Q(withdrawn_at=None, merged_into=None)
    rows = Series.objects.filter(told if authority is None else told & Q(owner=authority))
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
    marked = SeriesMarker.objects.filter(series__in=rows)
    by_year = (
        marked.order_by()
        .values_list(ExtractYear("series__created_at"), "marker")
        .annotate(number=Count("series", distinct=True))
    )
    counts = {f"{year} {Marker(marker).label}": number for year, marker, number in by_year}
    yield counted("markers", "Series, by the year they were opened and what marks them", Unit.SERIES, counts)
