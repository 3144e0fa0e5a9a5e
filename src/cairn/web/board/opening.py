"""Opening a series: its name, and who may learn of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import Act
from cairn.services.series.opening import create_series
from cairn.types import Handling
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.typed import choice, text, words

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.SERIES_CREATE, methods=("GET", "POST"))
def open_series(request: DeskRequest) -> HttpResponse:
    """Show the form, or open the series and lead to it."""
    if request.method != "POST":
        return render(request, "board/open.html", {"handlings": tuple(Handling)})
    handling = choice(request.POST, "handling", Handling)
    named = words(request.POST, "named") if handling is Handling.NAMED else ()
    made = create_series(text(request.POST, "name"), actor=request.actor, handling=handling, named=named)
    say(request, _("The series %(name)s is opened.") % {"name": made.name})
    return HttpResponseRedirect(reverse("series", args=[made.pk]))
