"""Which programs act for us? The API keys of one's authority: made, shown once, rotated and revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import Act, missing
from cairn.records.keys import Scope
from cairn.records.users import Role
from cairn.services.keys.keeping import create_key, list_keys, revoke_key, rotate_key
from cairn.services.keys.terms import LONGEST_LIFE, LONGEST_OVERLAP, SCOPES_OF, Terms, possible_roles
from cairn.web.not_there import not_there
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.sure import Sure, ask, is_sure
from cairn.web.typed import choice, number, text

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from cairn.services.keys.token import Token

LIFE_DAYS, OVERLAP_DAYS = 365, 7
"""What the forms begin with."""


@page(Act.KEY_MANAGE)
def keys(request: DeskRequest) -> HttpResponse:
    """List them, and offer to make one."""
    rows = list_keys(request.actor)
    values = {
        "rows": [(row, [Scope(each) for each in row.scopes]) for row in rows],
        "roles": [
            (role, sorted(SCOPES_OF[role])) for role in sorted(possible_roles(request.actor.authority))
        ],
        "scopes": list(Scope),
        "life_days": LIFE_DAYS,
        "longest_days": LONGEST_LIFE.days,
        "overlap_days": OVERLAP_DAYS,
        "longest_overlap": LONGEST_OVERLAP.days,
    }
    return render(request, "keys/keys.html", values)


@page(Act.KEY_MANAGE, methods=("POST",), weighty=True)
def make(request: DeskRequest) -> HttpResponse:
    """Make one, and show it, this once."""
    typed, role = request.POST, choice(request.POST, "role", Role)
    terms = Terms.usual(
        role,
        _scopes(typed),
        life=timedelta(days=number(typed, "days")),
        per_minute=_limit(typed, "per_minute"),
        per_day=_limit(typed, "per_day"),
    )
    name = text(typed, "name")
    return _shown(request, create_key(name, role=role, terms=terms, actor=request.actor), name)


@page(Act.KEY_MANAGE, methods=("POST",), weighty=is_sure)
def change(request: DeskRequest, number: str) -> HttpResponse:
    """Draw another secret for a key, or end it; both are asked once more."""
    deed, here = request.POST.get("do", ""), reverse("keys")
    if deed not in {"rotate", "revoke"}:
        raise missing()
    if not is_sure(request.POST):
        asked = _rotation(number) if deed == "rotate" else _end(number)
        return ask(request, asked, back=here)
    with not_there("key.missing"):
        if deed == "rotate":
            return _shown(request, _rotated(number, request), number)
        revoke_key(number, actor=request.actor)
    say(request, _("The key %(number)s no longer holds.") % {"number": number})
    return HttpResponseRedirect(here)


def _rotated(key: str, request: DeskRequest) -> Token:
    overlap, life = number(request.POST, "overlap_days"), number(request.POST, "days")
    return rotate_key(key, overlap=timedelta(days=overlap), life=timedelta(days=life), actor=request.actor)


def _shown(request: DeskRequest, token: Token, name: str) -> HttpResponse:
    return render(request, "keys/key.html", {"token": str(token), "number": token.number, "name": name})


def _scopes(typed: QueryDict) -> frozenset[Scope]:
    try:
        return frozenset(map(Scope, typed.getlist("scope")))
    except ValueError:
        raise InputError(_("Choose one of the values that the form offers."), code="desk.choice") from None


def _limit(typed: QueryDict, name: str) -> int | None:
    return number(typed, name) if text(typed, name) else None


def _rotation(key: str) -> Sure:
    return Sure(
        _("Draw another secret for the key %(number)s?") % {"number": key},
        (
            _("The new secret is shown once. The program has to be told it."),
            _("The one before holds for the days that you have said, and no longer."),
        ),
        _("Yes, draw it"),
    )


def _end(key: str) -> Sure:
    return Sure(
        _("Revoke the key %(number)s?") % {"number": key},
        (_("Every program that calls with it is refused at once. It cannot be taken back."),),
        _("Yes, revoke it"),
    )
