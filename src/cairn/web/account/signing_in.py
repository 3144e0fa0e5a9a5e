"""Signing in with the password, and signing out.

The password is tried by ``services.directory.acting.sign_in`` and nowhere else: it audits each attempt, lets
a login wait after some, and says nothing of what was wrong. ADR 101 says why there is no second lock-out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.errors import InputError
from cairn.services.directory.acting import sign_in
from cairn.services.directory.sessions import end_sessions
from cairn.services.node.this_process import this_node
from cairn.web.account.factors import next_factor
from cairn.web.account.passkey_questions import party_of
from cairn.web.account.signed_in import begin, complete, this_digest
from cairn.web.gate import own_place
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from cairn.records.users import User

REFUSED = 401


class SignInForm(forms.Form):
    """A login and a password."""

    login = forms.CharField(
        label=gettext_lazy("Login"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Ask for login and password, and go on to where the person was going."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    place = own_place(request.POST.get("next") or request.GET.get("next"))
    form = SignInForm(request.POST if request.method == "POST" else None)
    refused = ""
    if form.is_valid():
        try:
            return _let_in(request, form.cleaned_data, place)
        except InputError:
            refused = _(
                "The login and the password do not fit together, or there were too many attempts. After five "
                "wrong ones a login waits, each time longer, an hour at the most."
            )
    status = REFUSED if refused else 200
    return render(
        request,
        "account/sign_in.html",
        {
            "form": form,
            "refused": refused,
            "next": place,
            "next_query": urlencode({"next": place}),
            "outside": this_node().config.sign_in.outside,
            "has_party": party_of(request) is not None,
        },
        status=status,
    )


def _let_in(request: HttpRequest, typed: dict[str, str], place: str) -> HttpResponse:
    actor = sign_in(this_node(), typed["login"], typed["password"], is_whole=False)
    assert actor.user is not None  # noqa: S101 - a person has signed in
    return go_on(request, actor.user, place)


def go_on(request: HttpRequest, user: User, place: str) -> HttpResponse:
    """Sign the person in, whose first factor holds, or show the way to the second one."""
    factor = next_factor(user)
    if factor is None:
        complete(request, user)
        return HttpResponseRedirect(place)
    begin(request, user)
    request.session["next"] = place
    return HttpResponseRedirect(reverse(factor))


@page(methods=("POST",))
def sign_out(request: DeskRequest) -> HttpResponse:
    """End this session."""
    end_sessions(request.actor, this=this_digest(request))
    request.session.flush()
    return HttpResponseRedirect(reverse("sign-in"))
