"""Weighty acts ask once more, on a page that says what will follow; nothing was done until then."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse, QueryDict

_FIELD = "sure"
_NOT_REPEATED = {"csrfmiddlewaretoken", _FIELD}


@dataclass(frozen=True, slots=True)
class Sure:
    """What is asked once more.

    Attributes:
        title: The question.
        sentences: What will follow.
        button: What the button says that does it.
        fields: Values that are sent with the answer, besides those that were sent before.
    """

    title: str
    sentences: tuple[str, ...]
    button: str
    fields: Mapping[str, str] = field(default_factory=dict)


def is_sure(typed: QueryDict) -> bool:
    """Answer whether the form comes from the page that asks once more."""
    return typed.get(_FIELD) == "yes"


def ask(request: HttpRequest, asked: Sure, *, back: str) -> HttpResponse:
    """Ask once more; the form is sent to the same address again, with everything that was in it."""
    typed = {name: value for name, value in request.POST.items() if name not in _NOT_REPEATED}
    values = {"asked": asked, "fields": {**typed, **asked.fields, _FIELD: "yes"}, "back": back}
    return render(request, "sure.html", values)
