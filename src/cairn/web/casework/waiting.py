"""What waits for a second person of my authority? Proposals of series, victims and offenders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from cairn.records.access import Act
from cairn.services.keeping.proposing import waiting_deletions
from cairn.services.status.history import Waiting
from cairn.services.status.history import waiting as proposals
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.STATUS_PROPOSE)
def waiting(request: DeskRequest) -> HttpResponse:
    """List them, the oldest first; each is decided on the page of what it is about."""
    rows = [(row, _address(row)) for row in proposals(request.actor)]
    deletions = waiting_deletions(actor=request.actor)
    values = {"rows": rows, "deletions": deletions, "login": request.actor.user}
    return render(request, "casework/waiting.html", values)


def _address(row: Waiting) -> str:
    if row.series_number is not None:
        return reverse("series", args=[row.series_number])
    owner, _, reference = row.name.partition("/")
    return reverse("person", args=[f"{row.kind}s", owner, reference])
