"""What is known of it? The answer first: counts, series, whom to ask; and the answer as a file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from cairn.records.access import Act, missing
from cairn.services.check_orders.exporting import ExportKind, kinds_of
from cairn.services.check_orders.reading import show_answer
from cairn.services.export_orders.ordering import order_answer
from cairn.types import Verdict
from cairn.web.checks.shown import handling_of, series_of
from cairn.web.checks.wording import MEANINGS, SIGNS, reason_word
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: DeskRequest, number: int) -> HttpResponse:
    """Show the answer of a check."""
    answer = show_answer(number, actor=request.actor)
    counts = answer.order.counts
    values = {
        "answer": answer,
        "order": answer.order,
        "compared_at": datetime.fromisoformat(answer.head["coverage"]["compared_at"]),
        "head": answer.head,
        "handling": handling_of(answer.head),
        "tiles": [
            (verdict, counts[verdict.value], MEANINGS[verdict], *SIGNS[verdict]) for verdict in Verdict
        ],
        "series": [series_of(row) for row in answer.series],
        "lists": answer.lists,
        "reasons": [(reason, reason_word(reason), number) for reason, number in answer.reasons],
        "exports": kinds_of(answer.order),
    }
    return render(request, "checks/answer.html", values)


@page(Act.CASE_READ, methods=("POST",))
def export(request: DeskRequest, number: int, kind: str) -> HttpResponse:
    """Ask for the answer as a file; it is made beside the desk."""
    try:
        wanted = ExportKind(kind)
    except ValueError:
        raise missing() from None
    order = order_answer(number, wanted, actor=request.actor, language=get_language() or "")
    return HttpResponseRedirect(reverse("export", args=[order.pk]))
