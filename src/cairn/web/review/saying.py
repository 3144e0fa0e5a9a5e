"""Saying what pictures are: one at once, many after their effect was shown, and taken back with a key."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.services.review.saying import Change, effect_of, say, undo
from cairn.services.review.schemes import schemes_of
from cairn.web.gate import own_place
from cairn.web.pages import DeskRequest, page
from cairn.web.review.pictures import back
from cairn.web.review.tokens import media_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from cairn.services.review.schemes import Code

_KEY = "review-decisions"
STEPS_BACK = 20
"""Decisions that can be taken back, one after the other."""
MOST_KEPT = 1_000
"""Media in all of them: a session is a row of the records, and no archive."""


@page(Act.CATEGORY_SAY, methods=("POST",))
def categorise(request: DeskRequest) -> HttpResponse:
    """Put what was chosen into a category; more than one is shown with its effect first."""
    tokens, typed = request.POST.getlist("media"), request.POST.get("category", "")
    if not tokens:
        raise InputError(_("Choose at least one picture first."), code="review.nothing")
    media = [media_of(request, token)[0] for token in tokens]
    case = request.POST.get("case", "")
    if len(media) > 1 and request.POST.get("sure") != "yes":
        effect = effect_of(media, typed, actor=request.actor)
        values = {
            "effect": effect,
            "code": _code(typed, request),
            "tokens": tokens,
            "case": case,
            "next": own_place(request.POST.get("next")),
        }
        return render(request, "review/effect.html", values)
    _remember(request, case, say(media, typed, case=case, actor=request.actor))
    return back(request)


@page(Act.CATEGORY_SAY, methods=("POST",))
def take_back(request: DeskRequest) -> HttpResponse:
    """Take back the last decision of this session that is not taken back yet."""
    kept = request.session.get(_KEY, [])
    if not kept:
        raise InputError(_("There is nothing to take back."), code="review.nothing-said")
    case, rows = kept[-1]
    undo([Change(*row) for row in rows], case=case, actor=request.actor)
    request.session[_KEY] = kept[:-1]
    return back(request)


def can_undo(request: HttpRequest) -> bool:
    """Answer whether there is a decision to take back."""
    return bool(request.session.get(_KEY))


def _remember(request: HttpRequest, case: str, changes: Sequence[Change]) -> None:
    if not changes:
        return
    rows = [list(asdict(change).values()) for change in changes]
    kept = [*request.session.get(_KEY, []), [case, rows]][-STEPS_BACK:]
    while len(kept) > 1 and sum(len(each[1]) for each in kept) > MOST_KEPT:
        kept = kept[1:]
    request.session[_KEY] = kept


def _code(typed: str, request: DeskRequest) -> Code:
    return next(code for scheme in schemes_of(request.actor) for code in scheme.codes if code.typed == typed)
