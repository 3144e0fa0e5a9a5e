"""What cannot be shown is told in a sentence: never a trace, never whether a hidden record exists."""

from __future__ import annotations

import logging
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import AccessError, CairnError, ConfigurationError, InputError
from cairn.records.connection import in_words
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


_LOG = logging.getLogger("cairn.web")
NOT_FOUND, INVALID, FAILED, NOT_NOW = 404, 422, 500, 503


class Refusals:
    """Turns the errors of pages into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take what comes after."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer the page of one of our errors, or nothing: others are Django's, and end in a handler."""
        if isinstance(error, DatabaseError):
            return refusal(request, in_words(error))
        return refusal(request, error) if isinstance(error, CairnError) else None


def refusal(request: HttpRequest, error: CairnError) -> HttpResponse:
    """Answer the page that tells an error; what the actor may not see is told as what is not there."""
    if isinstance(error, AccessError):
        return not_found(request)
    if isinstance(error, InputError):
        return _page(request, INVALID, _("That cannot be done so"), in_own_language(error.sentence))
    if isinstance(error, ConfigurationError):
        _LOG.error("event=not-ready code=%s", error.code)
        return _page(request, NOT_NOW, _("The node is not ready"), in_own_language(error.sentence))
    return _failure(request, error)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer the one page of what is not there, or not for the actor."""
    return _page(
        request,
        NOT_FOUND,
        _("Nothing to show here"),
        _("There is no such page, or it is not for your role. The address may be old."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - as above
    """Answer the page of a request that a browser of the desk does not make."""
    return _page(request, 400, _("That request is not understood"), _("Go back to the start and try again."))


def forbidden(request: HttpRequest, reason: str = "", exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer the page of a form that did not come from the desk's own page, or from one too old."""
    return _page(
        request,
        403,
        _("This form is no longer valid"),
        _("Nothing was changed. Go back, load the page again, and send the form once more."),
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer the page of an error that nobody foresaw, or of ours where no page was under way yet."""
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseError):
        return refusal(request, in_words(error))
    return refusal(request, error) if isinstance(error, CairnError) else _failure(request, error)


def _failure(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """Tell a number that the operator finds in the log; values, which may be secret, are not in it."""
    number = uuid.uuid4().hex[:8]
    _LOG.error("event=failed number=%s error=%s where=%s", number, type(error).__name__, _place_of(error))
    return _page(
        request,
        FAILED,
        _("Something went wrong"),
        _("What you were doing may not be recorded. Tell your administrator this number: %(number)s.")
        % {"number": number},
    )


def _place_of(error: BaseException | None) -> str:
    trace = error.__traceback__ if error else None
    places = []
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return "<".join(reversed(places[-6:]))


def _page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    values = {"title": title, "sentence": sentence, "is_refused": True}
    return render(request, "refusal.html", values, status=status)
