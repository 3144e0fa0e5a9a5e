"""``/statistics``: counts, with small ones withheld."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Router

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Shape
from cairn.records.keys import Scope
from cairn.services.statistics import statistics
from cairn.statistics import Overview
from cairn.statistics import Scope as Records

router = Router(tags=["statistics"])


class CellOut(Shape):
    """One number; none where it is withheld, or where there is nothing to compute it from."""

    key: str
    value: float | None
    is_withheld: bool
    records: int | None


class FigureOut(Shape):
    """One statistic, its name for programs and its words for people."""

    name: str
    words: str
    unit: str
    cells: list[CellOut]


class OverviewOut(Shape):
    """All statistics."""

    scope: Records
    authority: str | None
    today: date
    counted_at: datetime
    is_kept: bool
    figures: list[FigureOut]


@router.get(
    "/statistics",
    auth=Bearer(Scope.STATISTICS_READ),
    response={200: OverviewOut, **REFUSALS},
    summary="Read statistics",
)
def figures(request: Call, scope: Records = Records.OWN) -> Overview:
    """Count over the authority's own records, or over the alliance's with small counts withheld."""
    return statistics(asked(request).actor, scope=scope)
