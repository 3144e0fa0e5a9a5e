"""Who works on the same as we do? Unsettled series on which two or more countries are at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from cairn.records.access import Act
from cairn.services.alerting.conflicts import conflicts as found_conflicts
from cairn.types import SeriesStatus
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.SERIES_READ)
def conflicts(request: DeskRequest) -> HttpResponse:
    """List them, as far as one's authority may know."""
    rows = [(row, SeriesStatus(row.status)) for row in found_conflicts(actor=request.actor)]
    return render(request, "keeping/conflicts.html", {"rows": rows})
