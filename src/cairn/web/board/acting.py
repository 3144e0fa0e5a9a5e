"""What every act on a series has: a form that is posted, one service, a sentence, and the board again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse

from cairn.services.series.names import numbered_series
from cairn.web.pages import DeskRequest, Page, page
from cairn.web.said import say
from cairn.web.sure import Sure, ask, is_sure

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse, QueryDict

    from cairn.records.access import Act
    from cairn.records.series import Series
    from cairn.records.users import Actor

    Deed = Callable[[Series, QueryDict, Actor], str | Sure]
    """Does what was typed to a series, and answers what was done, or what is asked once more before it is."""


def acting(act: Act, deed: Deed, *, takes_back: bool = False) -> Page:
    """Answer the view of a form that does something to a series, for those whose role may do the act.

    Args:
        act: Whose role.
        deed: What is done.
        takes_back: It takes a weighty act back, and so is one itself, which nothing asks about once more.
    """

    @page(act, methods=("POST",), weighty=takes_back or is_sure)
    def view(request: DeskRequest, number: int) -> HttpResponse:
        series = numbered_series(number, actor=request.actor)
        done = deed(series, request.POST, request.actor)
        if isinstance(done, Sure):
            return ask(request, done, back=reverse("series", args=[series.pk]))
        say(request, done)
        left = numbered_series(series.pk, actor=request.actor)  # Another one, where it was merged.
        return HttpResponseRedirect(reverse("series", args=[left.pk]))

    return view
