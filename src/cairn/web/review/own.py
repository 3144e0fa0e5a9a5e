"""How much have I looked at? One's own ledger, shown to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from cairn.records.access import Act
from cairn.services.showing.exposure import DAYS_KEPT, LONGEST_LOOK_S, note_exposure, own_exposure
from cairn.web.pages import DeskRequest, page
from cairn.web.review.pause import begin_anew
from cairn.web.review.pictures import back

if TYPE_CHECKING:
    from django.http import HttpResponseRedirect

_NO_CONTENT = 204


@page(Act.MEDIA_REVEAL)
def ledger(request: DeskRequest) -> HttpResponse:
    """Show the person's own days."""
    rows = own_exposure(request.actor)
    values = {"rows": rows, "looks": sum(row.looks for row in rows), "kept": DAYS_KEPT}
    return render(request, "review/ledger.html", values)


@page(Act.MEDIA_REVEAL, methods=("POST",))
def held(request: DeskRequest) -> HttpResponse:
    """Keep how long a picture was shown, as the page that showed it says."""
    typed = request.POST.get("seconds", "")
    seconds = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0  # noqa: PLR2004
    note_exposure(request.actor, seconds=min(seconds, LONGEST_LOOK_S))
    return HttpResponse(status=_NO_CONTENT)


@page(Act.MEDIA_REVEAL, methods=("POST",))
def paused(request: DeskRequest) -> HttpResponseRedirect:
    """Count the time anew: the person has had a pause."""
    begin_anew(request)
    return back(request)
