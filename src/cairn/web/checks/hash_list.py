"""I have a list of hashes: what is known of each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.records.cases import REFERENCE_LENGTH
from cairn.services.answering.answer_json import list_row, listed_row, match_row, series_row
from cairn.services.answering.restrictions import restrictions_of
from cairn.services.looking_up.asking import look_up
from cairn.services.looking_up.hashes import MOST_HASHES, Hashes
from cairn.services.looking_up.typed import TypedHashes, read_typed
from cairn.services.node.this_process import this_node
from cairn.types import Verdict
from cairn.web.checks.shown import listed_of, match_of, series_of
from cairn.web.checks.wording import MEANINGS, SIGNS
from cairn.web.handling import handling_words
from cairn.web.pages import DeskRequest, page
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from cairn.services.looking_up.answer import Hit, LookupAnswer

INVALID = 422
MOST_BYTES = 1_500_000
"""Of a list: 10,000 hashes with a path beside each."""


class HashForm(forms.Form):
    """A list of hashes, pasted or in a file, and the case that the look belongs to."""

    pasted = forms.CharField(
        label=_("Hashes, one a line"),
        help_text=_(
            "MD5, SHA-1, SHA-256, PDQ or PhotoDNA. What stands beside them, such as a path, is left aside."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autofocus": True}),
    )
    file = forms.FileField(label=_("Or a list in a file"), required=False)
    digits = forms.ChoiceField(
        label=_("64 digits are"), choices=[("sha256", "SHA-256"), ("pdq", "PDQ")], initial="sha256"
    )
    case = forms.CharField(label=_("Your case reference"), max_length=REFERENCE_LENGTH, required=False)


@page(Act.CASE_READ, methods=("GET", "POST"))
def hash_list(request: DeskRequest) -> HttpResponse:
    """Ask for hashes, and show what is known of them; nothing of the answer is kept."""
    form = HashForm(request.POST or None, request.FILES or None)
    values: dict[str, Any] = {"form": form, "most": MOST_HASHES}
    if not form.is_valid():
        return render(request, "checks/hashes.html", values, status=INVALID if form.is_bound else 200)
    try:
        typed = read_typed(_text(form.cleaned_data), is_pdq=form.cleaned_data["digits"] == "pdq")
        hashes = Hashes.parse(typed.texts)
        answer = look_up(this_node(), hashes, actor=request.actor, case=form.cleaned_data["case"].strip())
    except InputError as error:
        values["refused"] = in_own_language(error.sentence)
        return render(request, "checks/hashes.html", values, status=INVALID)
    return render(request, "checks/hashes.html", values | _shown(answer, typed))


def _text(typed: dict[str, Any]) -> str:
    file = typed["file"]
    if file is None:
        return str(typed["pasted"])
    if file.size > MOST_BYTES:
        raise InputError(f"Ask for {MOST_HASHES:,} hashes at once; the list is longer.", code="lookup.hashes")
    return f"{typed['pasted']}\n{file.read().decode('utf-8', 'replace')}"


def _shown(answer: LookupAnswer, typed: TypedHashes) -> dict[str, Any]:
    series = {met.facts.id: series_row(met) for met in answer.series}
    lists = {met.facts.id: list_row(met) for met in answer.lists}
    held = restrictions_of(met.facts for met in answer.series)
    return {
        "answer": answer,
        "typed": typed,
        "handling": "" if held is None else handling_words(held),
        "tiles": [
            (verdict, answer.counts[verdict], MEANINGS[verdict], *SIGNS[verdict])
            for verdict in Verdict
            if verdict is not Verdict.NOT_COMPARABLE
        ],
        "series": [series_of(row) for row in series.values()],
        "hits": [_hit(hit, typed, series, lists) for hit in answer.hits],
    }


def _hit(
    hit: Hit, typed: TypedHashes, series: dict[int, dict[str, Any]], lists: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    kind, sign = SIGNS[hit.verdict]
    return {
        "hash": typed.texts[hit.kind][hit.position],
        "of": hit.kind.value,
        "verdict": hit.verdict,
        "kind": kind,
        "sign": sign,
        "matches": [match_of(match_row(match), series) for match in hit.matches],
        "more": hit.more,
        "listed": [listed_of(listed_row(each), lists) for each in hit.listed],
    }
