"""One's own account: the language, the theme, and where one is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.services.directory.sessions import end_sessions, own_sessions
from cairn.services.directory.users import set_language
from cairn.web.account.signed_in import this_digest
from cairn.web.gate import own_place
from cairn.web.language import CODES
from cairn.web.pages import DeskRequest, page
from cairn.web.themes import COOKIE, THEMES

if TYPE_CHECKING:
    from django.http import HttpRequest

_YEAR_S = 365 * 24 * 3600


@page()
def account(request: DeskRequest) -> HttpResponse:
    """Show who one is to the node, and where one is signed in."""
    sessions = own_sessions(request.actor, this=this_digest(request))
    return render(request, "account/account.html", {"sessions": sessions})


@page(methods=("POST",))
def choose_language(request: DeskRequest) -> HttpResponse:
    """Keep the language in which this person reads the desk."""
    language = request.POST.get("language", "")
    if language not in CODES:
        raise InputError(_("There is no such language at the desk."), code="desk.language")
    set_language(language, actor=request.actor)
    return HttpResponseRedirect(_back(request))


@page(methods=("POST",))
def choose_theme(request: DeskRequest) -> HttpResponse:
    """Keep the theme in this browser."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        raise InputError(_("There is no such theme."), code="desk.theme")
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        COOKIE, theme, max_age=_YEAR_S, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
    return response


@page(methods=("POST",))
def end(request: DeskRequest) -> HttpResponse:
    """End one of the person's other sessions, or all others."""
    typed = request.POST.get("number", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None  # noqa: PLR2004
    if typed and number is None:
        raise InputError(_("There is no such session."), code="desk.session")
    end_sessions(request.actor, number=number, keep=this_digest(request))
    return HttpResponseRedirect(reverse("account"))


def _back(request: HttpRequest) -> str:
    return own_place(request.POST.get("next"))
