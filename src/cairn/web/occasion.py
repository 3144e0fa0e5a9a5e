"""The occasion of a look: in which case, and why; kept in the session, and audited with each look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from cairn.records.access import Act
from cairn.services.cases import require_occasion
from cairn.web.gate import own_place
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.typed import text

if TYPE_CHECKING:
    from django.http import HttpRequest

_KEY = "occasion"


@dataclass(frozen=True, slots=True)
class Occasion:
    """In which case, and why; empty where nothing was said."""

    case: str = ""
    purpose: str = ""


def occasion_of(request: HttpRequest) -> Occasion:
    """Answer what was last said in this session."""
    kept = request.session.get(_KEY, ["", ""])
    return Occasion(*kept)


def forget(request: HttpRequest) -> None:
    """Look without an occasion from now on, such as where the case is gone."""
    request.session.pop(_KEY, None)


@page(Act.CASE_READ, methods=("POST",))
def choose(request: DeskRequest) -> HttpResponse:
    """Say in which case, and why, one looks from now on; an empty form ends it."""
    case, purpose = text(request.POST, "case"), text(request.POST, "purpose")
    require_occasion(case, purpose, actor=request.actor)
    if case or purpose:
        request.session[_KEY] = [case, purpose]
        say(request, _("Your looks are audited with this from now on."))
    else:
        forget(request)
        say(request, _("Your looks are audited without a case from now on."))
    return HttpResponseRedirect(own_place(request.POST.get("next")))
