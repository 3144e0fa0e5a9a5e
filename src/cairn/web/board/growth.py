"""What belongs to a series because people call it the same? Shown first, and added by its owner's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from cairn.linking.judgement import LinkKind
from cairn.records.access import Act
from cairn.services.series.growing import grow
from cairn.services.series.names import name_for, numbered_series
from cairn.web.facets import chosen
from cairn.web.not_there import not_there
from cairn.web.occasion import occasion_of
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.typed import is_ticked

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.SERIES_CHANGE, methods=("GET", "POST"))
def growth(request: DeskRequest, number: int) -> HttpResponse:
    """Show what follows from judgements, or add it; what is added is what follows at that moment."""
    series = numbered_series(number, actor=request.actor)
    kind = chosen(request, "kind", LinkKind) or LinkKind.DUPLICATE
    applies = request.method == "POST"
    with_others = is_ticked(request.POST if applies else request.GET, "others")
    with not_there("series.missing"):
        found = grow(
            name_for(series, actor=request.actor),
            actor=request.actor,
            apply=applies,
            kinds=(kind,),
            with_others=with_others,
            case=occasion_of(request).case or None,
        )
    if applies:
        added = len(found.additions)
        told = ngettext("%(number)s media is added.", "%(number)s media are added.", added)
        say(request, told % {"number": added})
        return HttpResponseRedirect(reverse("series", args=[series.pk]))
    values = {
        "series": series,
        "found": found,
        "kind": kind,
        "kinds": tuple(LinkKind),
        "with_others": with_others,
        "occasion": occasion_of(request),
    }
    return render(request, "board/growth.html", values)
