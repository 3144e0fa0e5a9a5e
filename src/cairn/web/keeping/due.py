"""What has to be decided on? Cases and series whose day of review has come, and what was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import ROLES, Act, missing
from cairn.services.cases import own_case
from cairn.services.keeping.proposing import waiting_deletions
from cairn.services.keeping.reviews import due_reviews, set_case_review, set_series_review
from cairn.services.keeping.series_deletion import exactly_own_series
from cairn.services.keeping.tombstones import list_tombstones
from cairn.web.not_there import not_there
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.typed import day, text

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.CASE_READ)
def due(request: DeskRequest) -> HttpResponse:
    """List what is due, and what was deleted."""
    values = {
        "rows": due_reviews(request.actor),
        "stones": list_tombstones(request.actor),
        "waiting": waiting_deletions(actor=request.actor),
        "with_people": bool(request.actor.roles & ROLES[Act.PERSON_READ]),
    }
    return render(request, "keeping/due.html", values)


@page(Act.CASE_READ, methods=("POST",))
def review(request: DeskRequest) -> HttpResponse:
    """Keep a case or a series until another day; without one, until somebody says otherwise."""
    kind, name, on = text(request.POST, "kind"), text(request.POST, "name"), day(request.POST, "on")
    with not_there("case.missing", "series.missing"):
        if kind == "case":
            set_case_review(own_case(name, actor=request.actor), on, actor=request.actor)
        elif kind == "series":
            set_series_review(exactly_own_series(name, actor=request.actor), on, actor=request.actor)
        else:
            raise missing()
    say(request, _("%(name)s is kept; the day of review is changed.") % {"name": name})
    return HttpResponseRedirect(reverse("keeping"))
