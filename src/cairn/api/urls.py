"""Where the API lies: everything below ``/api/``, also what is not there."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.urls import path, re_path

from cairn.api.application import API
from cairn.api.documentation import documentation
from cairn.api.exchange.application import EXCHANGE
from cairn.api.hma.application import HMA
from cairn.api.problem import METHOD, not_allowed, nowhere

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI


def _calls_of(api: NinjaAPI) -> tuple[list[Any], str, str]:
    """Answer where the calls lie; another method than theirs is refused as everything is."""
    patterns, application, namespace = api.urls
    for each in patterns:
        if each.callback is not None:
            each.callback = _refusing(each.callback)
    return patterns, application, namespace


def _refusing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *values: Any, **named: Any) -> HttpResponse:
        answer = view(request, *values, **named)
        return not_allowed(answer.headers["Allow"]) if answer.status_code == METHOD else answer

    return answered


urlpatterns = [
    path("v1/docs", documentation, name="api-documentation"),
    path("v1/", _calls_of(API)),
    path("hma/", HMA.urls),
    path("exchange/", EXCHANGE.urls),
    re_path("", nowhere),
]
