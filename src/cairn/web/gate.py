"""The gate: who has not signed in learns nothing, and a page that is declared for nobody is nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from cairn.records.access import missing
from cairn.web.account.signed_in import person_of
from cairn.web.language import language_of
from cairn.web.refusals import bad_request, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

SIGN_IN_PLACES = "/sign-in/"
"""Everything below is for those who have not signed in, or only half."""
MOST_SIGN_IN_BYTES = 64 * 1024
"""Of a form by somebody who has not signed in: a passkey answers with some thousand. More is not read."""
OWN_LOCKS = ("/api/",)
"""Places that look for themselves who asks, by other means than a session."""


class Gate:
    """Says who asks and in which language, and lets nobody past who has not signed in.

    Whether there is anything at a path is not told to them: the path is not even looked up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take what comes after the gate."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or show the way to the sign-in page."""
        request.get_host()  # Refused here, before anything is looked up, where it is not ours.
        if request.path.startswith(OWN_LOCKS):
            return self._get_response(request)
        actor = person_of(request)
        request.actor = actor  # type: ignore[attr-defined]  # as `DeskRequest` says
        with translation.override(language_of(request, actor)):
            if actor is None and not request.path.startswith(SIGN_IN_PLACES):
                return _to_sign_in(request)
            if actor is None and int(request.META.get("CONTENT_LENGTH") or 0) > MOST_SIGN_IN_BYTES:
                return bad_request(request)
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _: Any, __: Any
    ) -> HttpResponse | None:
        """Refuse a view that does not say whom it is for."""
        if hasattr(view, "roles") or request.path.startswith((SIGN_IN_PLACES, *OWN_LOCKS)):
            return None
        return refusal(request, missing())


def own_place(typed: str | None) -> str:
    """Answer a path of the desk to go on to; anything that could lead elsewhere becomes the start."""
    place = typed or "/"
    is_own = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    return place if is_own else "/"


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        place = f"{shown.path}?{shown.query}" if shown.query else shown.path
        return HttpResponse(status=204, headers={"HX-Redirect": _sign_in_page(own_place(place))})
    return HttpResponseRedirect(_sign_in_page(request.get_full_path() if request.method == "GET" else "/"))


def _sign_in_page(place: str) -> str:
    return reverse("sign-in") + ("" if place == "/" else "?" + urlencode({"next": place}))
