"""One's own second factors: added, named, removed; and recovery codes, shown once."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from cairn.errors import InputError
from cairn.services.factors.apps import remove_app
from cairn.services.factors.owned import own_factors
from cairn.services.factors.passkeys import remove_passkey, rename_passkey
from cairn.services.factors.recovery import make_codes
from cairn.web.account.adding import add, offer
from cairn.web.gate import own_place
from cairn.web.pages import DeskRequest, page
from cairn.web.saying import in_own_language


@page()
def factors(request: DeskRequest) -> HttpResponse:
    """Show what the person has."""
    shown = {"factors": own_factors(actor=request.actor), "next": own_place(request.GET.get("next"))}
    return render(request, "account/factors.html", shown)


@page(methods=("GET", "POST"), weighty=True)
def add_factor(request: DeskRequest) -> HttpResponse:
    """Show the key of a new app and offer a passkey, and add what comes back."""
    refused = ""
    if request.method == "POST":
        try:
            add(request, request.actor)
        except InputError as error:
            refused = in_own_language(error.sentence)
        else:
            return _to_factors()
    held = own_factors(actor=request.actor)
    shown = {"factors": held, "refused": refused, **offer(request, request.actor)}
    return render(request, "account/add_factor.html", shown, status=422 if refused else 200)


@page(methods=("POST",), weighty=True)
def end_app(request: DeskRequest) -> HttpResponse:
    """Remove the authenticator app."""
    remove_app(actor=request.actor)
    return _to_factors()


@page(methods=("POST",), weighty=True)
def end_passkey(request: DeskRequest, number: int) -> HttpResponse:
    """Remove a passkey."""
    remove_passkey(number, actor=request.actor)
    return _to_factors()


@page(methods=("POST",))
def name_passkey(request: DeskRequest, number: int) -> HttpResponse:
    """Call a passkey something else."""
    rename_passkey(number, request.POST.get("name", "").strip(), actor=request.actor)
    return _to_factors()


@page(methods=("POST",), weighty=True)
def new_codes(request: DeskRequest) -> HttpResponse:
    """Show new recovery codes, this once: they are in this answer and nowhere else."""
    return render(request, "account/codes.html", {"codes": make_codes(actor=request.actor)})


def _to_factors() -> HttpResponse:
    return HttpResponseRedirect(reverse("account-factors"))
