"""What happened that my authority should know? The alerts, newest first, and the letters of good outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.records.alerts import AlertKind
from cairn.services.alerting.letters import write_letter
from cairn.services.alerting.reading import LISTED, Choice, list_alerts, mark_read
from cairn.web.facets import chosen
from cairn.web.not_there import not_there
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say

if TYPE_CHECKING:
    from django.http import HttpResponse

_MOST_DIGITS = 18


@page(Act.ALERT_READ)
def alerts(request: DeskRequest) -> HttpResponse:
    """List the alerts that nobody of the authority has read, or all of them; of one kind, or of any."""
    kind, with_read = chosen(request, "kind", AlertKind), request.GET.get("read") == "yes"
    rows = list_alerts(Choice(kind=kind, with_read=with_read), actor=request.actor)
    values = {
        "rows": rows,
        "kind": kind,
        "kinds": tuple(AlertKind),
        "with_read": with_read,
        "are_more": len(rows) == LISTED,
    }
    return render(request, "alerts/list.html", values)


@page(Act.ALERT_READ, methods=("POST",))
def read(request: DeskRequest) -> HttpResponse:
    """Mark alerts as read, for the whole authority."""
    typed = request.POST.getlist("number")
    if not all(each.isascii() and each.isdecimal() and len(each) <= _MOST_DIGITS for each in typed):
        raise InputError(_("There is no such alert."), code="desk.alert")
    for each in typed:
        mark_read(int(each), actor=request.actor)
    told = ngettext("%(number)s alert is read.", "%(number)s alerts are read.", len(typed))
    say(request, told % {"number": len(typed)})
    return HttpResponseRedirect(reverse("alerts"))


@page(Act.ALERT_READ)
def letter(request: DeskRequest, number: int) -> HttpResponse:
    """Show the letter of an outcome, to print."""
    with not_there("alert.missing", "alert.no-letter"):
        written = write_letter(number, actor=request.actor)
    return render(request, "alerts/letter.html", {"letter": written})
