"""What is reported to us, and what comes first? The queue, and what one's own authority has handed in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.shortcuts import render

from cairn.records.access import ROLES, Act
from cairn.services.reports.queue import MOST_LISTED, list_reports
from cairn.web.facets import chosen
from cairn.web.pages import DeskRequest, page
from cairn.web.reports.wording import ReportView

if TYPE_CHECKING:
    from django.http import HttpResponse


class Side(StrEnum):
    """Which reports are listed; without one, those in the queue."""

    HANDED_IN = "handed-in"


class State(StrEnum):
    """In which state; without one, those that are open."""

    CLOSED = "closed"


@page(Act.REPORT_READ)
def queue(request: DeskRequest) -> HttpResponse:
    """List them, what is looked at first on top."""
    side, state = chosen(request, "side", Side), chosen(request, "state", State)
    rows = list_reports(request.actor, handed_in=side is Side.HANDED_IN, closed=state is State.CLOSED)
    values = {
        "rows": [ReportView(row) for row in rows],
        "handed_in": side is Side.HANDED_IN,
        "closed": state is State.CLOSED,
        "are_more": len(rows) == MOST_LISTED,
        "can_take": bool(request.actor.roles & ROLES[Act.REPORT_TAKE]),
    }
    return render(request, "reports/queue.html", values)
