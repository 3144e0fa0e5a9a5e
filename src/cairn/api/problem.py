"""Refusals as programs read them: problem details, with the code of the error and a sentence for people.

Source: RFC 9457. What does not exist and what is not for the caller are told alike, and no value
that was sent is said back.
"""

from __future__ import annotations

import json
import logging
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError, HttpError, ValidationError

from cairn.errors import AccessError, CairnError, ConfigurationError, InputError
from cairn.records.connection import in_words
from cairn.services.keys.calling import LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ninja import NinjaAPI

_LOG = logging.getLogger("cairn.api")
MEDIA_TYPE = "application/problem+json"
UNKNOWN, NOT_FOUND, METHOD, CONFLICT, TOO_LARGE, INVALID, TOO_MANY, FAILED, NOT_NOW = (
    *(401, 404, 405, 409, 413, 422, 429, 500, 503),
)
_CONFLICTS = {"call.in-progress", "call.other", "record.exists", "series.exists"}


def problem(status: int, code: str, sentence: str, **more: Any) -> HttpResponse:
    """Answer a problem; ``more`` are its extension members."""
    values = {
        "type": f"urn:cairn:problem:{code}",
        "title": sentence,
        "status": status,
        "code": code,
        **more,
    }
    return HttpResponse(json.dumps(values), status=status, content_type=MEDIA_TYPE)


def of_error(error: CairnError) -> HttpResponse:
    """Answer one of our errors."""
    if isinstance(error, AccessError):
        return _unknown() if error.code == "key.refused" else not_found()
    if isinstance(error, LimitError):
        response = problem(TOO_MANY, error.code, error.sentence)
        response.headers["Retry-After"] = str(error.wait_s)
        return response
    if isinstance(error, InputError):
        return problem(_status_of(error.code), error.code, error.sentence)
    if isinstance(error, ConfigurationError):
        _LOG.error("event=not-ready code=%s", error.code)
        return problem(NOT_NOW, error.code, error.sentence)
    return _failure(error)


def not_found() -> HttpResponse:
    """Answer what is not there, or not for the caller."""
    return problem(NOT_FOUND, "missing", "There is no such thing, or it may not be used so.")


def not_allowed(allowed: str) -> HttpResponse:
    """Answer a call with a method that there is none with; ``allowed`` are those that there are."""
    response = problem(METHOD, "call.method", f"This call is made with {allowed}.")
    response.headers["Allow"] = allowed
    return response


def install(api: NinjaAPI, *, then: Callable[[HttpResponse], HttpResponse] = lambda problem: problem) -> None:
    """Let every error of the API's calls end in a problem, or in what ``then`` makes of it."""
    for kind, tell in _TOLD.items():
        api.add_exception_handler(kind, partial(_tell, tell, then))


def too_large() -> HttpResponse:
    """Answer a call that carries more than the API takes."""
    return problem(TOO_LARGE, "call.too-large", "The call is larger than the API takes.")


def not_understood() -> HttpResponse:
    """Answer a call whose body is not what it says to be."""
    return problem(400, "call.invalid", "The body of the call cannot be read.")


@csrf_exempt
def nowhere(_: HttpRequest) -> HttpResponse:
    """Answer a path at which there is no call."""
    return not_found()


def _status_of(code: str) -> int:
    if code.endswith(".missing"):
        return NOT_FOUND
    return CONFLICT if code in _CONFLICTS else INVALID


def _unknown() -> HttpResponse:
    response = problem(UNKNOWN, "key.refused", "Send a key that holds: Authorization: Bearer KEY")
    response.headers["WWW-Authenticate"] = 'Bearer realm="cairn"'
    return response


def _of_http(error: HttpError) -> HttpResponse:
    if error.status_code == 400:  # noqa: PLR2004 - ninja's word for a body that is no JSON
        return not_understood()
    if error.status_code == TOO_LARGE:
        return too_large()
    return problem(error.status_code, "call.refused", "The call is refused.")


def _not_valid(error: ValidationError) -> HttpResponse:
    """Answer where a call does not have the form that the API says, without what was sent there."""
    errors = [
        {"place": "/".join(map(str, each.get("loc", ()))), "what": str(each.get("type", "invalid"))}
        for each in error.errors[:20]
    ]
    return problem(
        INVALID, "call.form", "The call has not the form that the description says.", errors=errors
    )


def _failure(error: Exception) -> HttpResponse:
    """Answer what should not happen: the caller gets a number, the log has the trace under it."""
    number = uuid.uuid4().hex[:12]
    _LOG.error("event=failed number=%s kind=%s", number, type(error).__name__, exc_info=error)
    return problem(
        FAILED, "failed", "Something went wrong here; the operator finds it by its number.", number=number
    )


def _tell(
    tell: Callable[[Any], HttpResponse],
    then: Callable[[HttpResponse], HttpResponse],
    _: HttpRequest,
    error: object,
) -> HttpResponse:
    return then(tell(error))


_TOLD: Mapping[type[Exception], Callable[[Any], HttpResponse]] = {
    CairnError: of_error,
    DatabaseError: lambda error: of_error(in_words(error)),
    ValidationError: _not_valid,
    AuthenticationError: lambda _: _unknown(),
    HttpError: _of_http,
    Http404: lambda _: not_found(),
    RequestDataTooBig: lambda _: too_large(),
    TooManyFilesSent: lambda _: too_large(),
    MultiPartParserError: lambda _: not_understood(),
    Exception: _failure,
}
"""By kind of error, the nearest kind first; what is told of it."""
