"""One's own password, changed by whoever knows the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.errors import InputError
from cairn.services.directory.users import PASSWORD_LENGTH, set_password
from cairn.services.factors.attempts import prove_by_password
from cairn.web.account.proving import refused_words
from cairn.web.account.signed_in import keep_password
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _field(label: _StrPromise, autocomplete: str, shortest: int | None = None) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=4096, min_length=shortest, strip=False, widget=widget)


class PasswordForm(forms.Form):
    """The old password, and the new one twice."""

    old = _field(gettext_lazy("Password until now"), "current-password")
    new = _field(gettext_lazy("New password, 12 characters or more"), "new-password", PASSWORD_LENGTH)
    again = _field(gettext_lazy("New password once more"), "new-password")

    def clean_again(self) -> str:
        """Answer the second typing, where it is the same as the first."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("new", again):
            raise forms.ValidationError(_("The two are not the same."))
        return again


@page(methods=("GET", "POST"), weighty=True)
def password(request: DeskRequest) -> HttpResponse:
    """Change the password; every other session of the person ends."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    refused, user = "", request.actor.user
    if form.is_valid() and user is not None:
        try:
            prove_by_password(user, form.cleaned_data["old"])
        except InputError:
            refused = refused_words()
        else:
            set_password(user.login, form.cleaned_data["new"], actor=request.actor)
            user.refresh_from_db()
            keep_password(request, user)
            return HttpResponseRedirect(reverse("account"))
    status = 401 if refused else 200
    return render(request, "account/password.html", {"form": form, "refused": refused}, status=status)
