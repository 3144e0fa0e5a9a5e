"""What lies in a series, by SHA-256, for its owner and its lead; no picture is shown here."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from django.shortcuts import render

from cairn.frames import span_text
from cairn.records.access import Act
from cairn.services.series.media import media_of
from cairn.services.series.names import numbered_series
from cairn.web.board.spans import What
from cairn.web.occasion import occasion_of
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse

PAGE = 100


@page(Act.SERIES_CHANGE)
def media(request: DeskRequest, number: int) -> HttpResponse:
    """List a page of the media."""
    found = numbered_series(number, actor=request.actor)
    rows = media_of(
        found,
        actor=request.actor,
        after=request.GET.get("after", ""),
        most=PAGE + 1,
        case=occasion_of(request).case,
    )
    values = {
        "series": found,
        "rows": [(row, tuple(starmap(span_text, row.spans or ()))) for row in rows[:PAGE]],
        "whats": tuple(What),
        "occasion": occasion_of(request),
        "after": rows[PAGE - 1].sha256 if len(rows) > PAGE else "",
    }
    return render(request, "board/media.html", values)
