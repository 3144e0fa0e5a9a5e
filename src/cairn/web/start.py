"""The start: the first room that somebody has a use for."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cairn.web.menu import menu_for
from cairn.web.pages import DeskRequest, page


@page()
def start(request: DeskRequest) -> HttpResponse:
    """Show the way to the first room of the menu, or to one's own account where there is none."""
    first = next(menu_for(request.actor, request.path), None)
    return HttpResponseRedirect(first.address if first else reverse("account"))
