"""Signing in, after the first factor or in its place: a code, a passkey, or a first factor to add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from cairn.errors import InputError
from cairn.records.users import Actor
from cairn.services.factors.owned import has_factor, own_factors
from cairn.services.factors.passkeys import prove_by_passkey
from cairn.services.node.this_process import this_node
from cairn.web.account.adding import add, offer
from cairn.web.account.passkey_questions import WAITS_S, asked, party_of, taken
from cairn.web.account.proving import QUESTION, prove, refused_words
from cairn.web.account.signed_in import complete, half_signed_in
from cairn.web.gate import own_place
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from cairn.records.users import User

REFUSED = 401
METHODS = ["GET", "POST"]


def factor_page(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of the person whose first one holds."""
    user = half_signed_in(request)
    if request.method not in {*METHODS, "HEAD"}:
        return HttpResponseNotAllowed(METHODS)
    if user is None or not has_factor(user):
        return HttpResponseRedirect(reverse("sign-in"))
    refused = ""
    if request.method == "POST":
        try:
            prove(request, user, {name: request.POST.get(name, "") for name in ("code", "answer")})
        except InputError:
            refused = refused_words()
        else:
            return _let_in(request, user)
    factors = own_factors(actor=Actor.person(user))
    shown = {
        "refused": refused,
        "factors": factors,
        "options": asked(request, QUESTION, user) if factors.passkeys else "",
    }
    return render(request, "account/factor.html", shown, status=REFUSED if refused else 200)


def passkey_page(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone: it verifies its person, so it is both factors."""
    party = party_of(request)
    if request.method not in {*METHODS, "HEAD"}:
        return HttpResponseNotAllowed(METHODS)
    place = own_place(request.POST.get("next") or request.GET.get("next"))
    refused = ""
    if request.method == "POST" and party is not None:
        state = taken(request, QUESTION)
        try:
            user = prove_by_passkey(this_node(), party, state, request.POST.get("answer", ""))
        except InputError:
            refused = refused_words()
        else:
            complete(request, user)
            return HttpResponseRedirect(place)
    shown = {"refused": refused, "next": place, "options": asked(request, QUESTION)}
    if half_signed_in(request) is None:
        request.session.set_expiry(WAITS_S)
    return render(request, "account/passkey.html", shown, status=REFUSED if refused else 200)


def enrol_page(request: HttpRequest) -> HttpResponse:
    """Let the person whose password holds add the second factor without which nobody gets in here."""
    user = half_signed_in(request)
    if request.method not in {*METHODS, "HEAD"}:
        return HttpResponseNotAllowed(METHODS)
    if user is None or has_factor(user):
        return HttpResponseRedirect(reverse("sign-in"))
    actor, refused = Actor.person(user), ""
    if request.method == "POST":
        try:
            add(request, actor)
        except InputError as error:
            refused = in_own_language(error.sentence)
        else:
            return _let_in(request, user, to_codes=True)
    shown = {"refused": refused, "person": user, **offer(request, actor)}
    return render(request, "account/enrol.html", shown, status=422 if refused else 200)


def _let_in(request: HttpRequest, user: User, *, to_codes: bool = False) -> HttpResponse:
    place = own_place(request.session.get("next"))
    complete(request, user)
    if to_codes:
        return HttpResponseRedirect(reverse("account-factors") + "?" + urlencode({"next": place}))
    return HttpResponseRedirect(place)
