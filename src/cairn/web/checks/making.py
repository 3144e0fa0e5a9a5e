"""I have a seizure: asking for a check of what one sends, or of what the server can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.records.cases import LABEL_LENGTH, PURPOSE_LENGTH, REFERENCE_LENGTH
from cairn.records.check_orders import OrderKind
from cairn.services.check_orders.ordering import OrderRequest, find_order, make_order
from cairn.services.node.this_process import this_node
from cairn.web.facets import chosen_number
from cairn.web.pages import DeskRequest, page
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

INVALID = 422


class CheckForm(forms.Form):
    """What is checked, for which case, and whether it is recorded."""

    label = forms.CharField(
        label=_("What is it?"),
        help_text=_("Such as: phone of 12 March. With a case, it becomes the label of the exhibit."),
        max_length=LABEL_LENGTH,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    case = forms.CharField(
        label=_("Your case reference"),
        help_text=_("May stay empty: then nothing is recorded, and the look is tied to no case."),
        max_length=REFERENCE_LENGTH,
        required=False,
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        help_text=_("Why, for the audit log. Empty leaves the purpose of the case as it is."),
        max_length=PURPOSE_LENGTH,
        required=False,
    )
    register = forms.BooleanField(label=_("Record what is found, so that others can meet it"), required=False)
    path = forms.CharField(
        label=_("Path on the server"),
        help_text=_("A file or a folder, from the beginning, as the server knows it."),
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off"}),
    )


@page(Act.CASE_READ, methods=("GET", "POST"))
def new_check(request: DeskRequest) -> HttpResponse:
    """Ask what is to be checked, and go on to sending it, or to watching it."""
    form = CheckForm(request.POST if request.method == "POST" else None, initial=_before(request))
    refused = ""
    if form.is_valid():
        wanted = _wanted(form.cleaned_data, is_on_server="server" in request.POST)
        try:
            order = make_order(this_node(), wanted, actor=request.actor)
            return HttpResponseRedirect(reverse("check", args=[order.pk]))
        except InputError as error:
            refused = in_own_language(error.sentence)
    values = {"form": form, "refused": refused, "has_server": bool(this_node().config.check_roots)}
    return render(request, "checks/new.html", values, status=INVALID if refused or form.errors else 200)


def _before(request: DeskRequest) -> dict[str, Any]:
    """Answer what an earlier check asked for, where this one is to be it again."""
    number = chosen_number(request, "again")
    if number is None:
        return {}
    order = find_order(number, actor=request.actor)
    return {
        "label": order.label,
        "case": "" if order.case is None else order.case.reference,
        "register": order.register,
        "path": order.path,
    }


def _wanted(typed: dict[str, Any], *, is_on_server: bool) -> OrderRequest:
    return OrderRequest(
        kind=OrderKind.SERVER if is_on_server else OrderKind.UPLOAD,
        label=typed["label"],
        path=typed["path"].strip(),
        case=typed["case"].strip(),
        purpose=typed["purpose"].strip(),
        register=typed["register"],
    )
