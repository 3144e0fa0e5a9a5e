"""I need it as a file for somebody: asking for an export of a series or a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cairn.errors import AccessError, InputError
from cairn.records.access import Act
from cairn.records.cases import REFERENCE_LENGTH
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.series import HANDLING_WORDS_LENGTH
from cairn.services.answering.restrictions import Stated
from cairn.services.export_orders.ordering import WantedExport, exportable_series, order_case, order_series
from cairn.services.exports.wish import PERMISSION_LENGTH, PURPOSE_LENGTH, RECIPIENT_LENGTH, ExportFormat
from cairn.web.occasion import occasion_of
from cairn.web.pages import DeskRequest, page
from cairn.web.saying import in_own_language
from cairn.web.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.records.export_orders import ExportOrder

INVALID = 422
PERMISSION = "export.permission"


class ExportForm(forms.Form):
    """For whom, why, in what, and under which handling."""

    case = forms.CharField(label=_("Your case reference"), max_length=REFERENCE_LENGTH, required=False)
    file_format = forms.ChoiceField(
        label=_("In what"), choices=[(each.value, WORDS[ExportFormat, each]) for each in ExportFormat]
    )
    recipient = forms.CharField(label=_("For whom"), max_length=RECIPIENT_LENGTH)
    purpose = forms.CharField(label=_("Why"), max_length=PURPOSE_LENGTH, required=False)
    tlp = forms.ChoiceField(
        label=_("How far it may be passed on, at the most"),
        help_text=_("What the records themselves restrict counts where it is stricter."),
        choices=[(each.value, each.value) for each in Tlp],
        initial=Tlp.AMBER.value,
    )
    handling_code = forms.ChoiceField(
        label=_("What a receiver may do with it"),
        choices=[(each.value, WORDS[HandlingCode, each]) for each in HandlingCode],
        initial=HandlingCode.H0.value,
    )
    handling_words = forms.CharField(
        label=_("With H3: in words"), max_length=HANDLING_WORDS_LENGTH, required=False
    )
    permission = forms.CharField(
        label=_("By whose word, where it takes an owner’s"),
        help_text=_("Who gave it, when and how. It stands in the manifest."),
        max_length=PERMISSION_LENGTH,
        required=False,
    )

    @property
    def wanted(self) -> WantedExport:
        """What was typed, once it is valid."""
        typed = self.cleaned_data
        return WantedExport(
            file_format=ExportFormat(typed["file_format"]),
            recipient=typed["recipient"],
            purpose=typed["purpose"],
            stated=Stated(typed["handling_code"], typed["handling_words"], typed["tlp"]),
            permission=typed["permission"],
        )


@page(Act.SERIES_EXPORT, methods=("GET", "POST"), weighty=True)
def of_series(request: DeskRequest, number: int) -> HttpResponse:
    """Ask for an export of a series that one's authority owns or leads."""
    series = exportable_series(number, actor=request.actor)
    form = ExportForm(request.POST or None, initial={"case": occasion_of(request).case, "tlp": series.tlp})
    form.fields["file_format"].choices = [  # type: ignore[attr-defined]  # it is a choice
        (each.value, WORDS[ExportFormat, each]) for each in ExportFormat if each is not ExportFormat.CASE_UCO
    ]

    def order() -> ExportOrder:
        return order_series(
            series.pk, form.wanted, actor=request.actor, case=form.cleaned_data["case"].strip()
        )

    return _answered(request, form, order, {"series": series, "back": reverse("series", args=[series.pk])})


@page(Act.CASE_EXPORT, methods=("GET", "POST"), weighty=True)
def of_case(request: DeskRequest) -> HttpResponse:
    """Ask for an export of what was found in a case of one's own authority."""
    form = ExportForm(request.POST or None, initial={"case": request.GET.get("case", "")})
    form.fields["case"].required = True

    def order() -> ExportOrder:
        return order_case(form.cleaned_data["case"].strip(), form.wanted, actor=request.actor)

    return _answered(request, form, order, {"back": reverse("exports")})


def _answered(
    request: DeskRequest, form: ExportForm, order: Callable[[], ExportOrder], values: dict[str, Any]
) -> HttpResponse:
    refused = ""
    if form.is_valid():
        try:
            return HttpResponseRedirect(reverse("export", args=[order().pk]))
        except InputError as error:
            refused = in_own_language(error.sentence)
        except AccessError as error:
            if error.code != PERMISSION:
                raise
            refused = in_own_language(error.sentence)
    status = INVALID if refused or form.errors else 200
    return render(request, "exports/new.html", {"form": form, "refused": refused, **values}, status=status)
