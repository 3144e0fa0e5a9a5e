"""The calls of Hasher-Matcher-Actioner together, and its way to refuse: ``{"message": ...}``."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from cairn.api import problem
from cairn.api.hma import banks, exchanges, files, matching
from cairn.api.hma.doors import DOORS

HMA = NinjaAPI(
    title="Cairn, as Hasher-Matcher-Actioner",
    auth=DOORS,
    openapi_url=None,
    docs_url=None,
    urls_namespace="cairn-hma",
)
_REFUSED = {409: 403, 422: 400}
"""Where it answers with another status than the API does for the same."""
_FORBIDDEN = dict.fromkeys(("hma.write", "hma.url", "hma.exchange", "list.imported"), 403)


def in_its_words(response: HttpResponse) -> HttpResponse:
    """Answer one of the API's problems as Hasher-Matcher-Actioner would."""
    told = json.loads(response.content)
    status = _FORBIDDEN.get(told["code"], _REFUSED.get(response.status_code, response.status_code))
    found = HttpResponse(
        json.dumps({"message": told["title"]}), status=status, content_type="application/json"
    )
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response.headers:
            found.headers[name] = response.headers[name]
    return found


problem.install(HMA, then=in_its_words)
HMA.add_router("/h", files.router)
HMA.add_router("/m", matching.router)
HMA.add_router("/c", banks.router)
HMA.add_router("/c", exchanges.router)


@HMA.get("/status", auth=None)
@HMA.get("/status/live", auth=None)
def status(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """Answer that the node is there."""
    return HttpResponse("I-AM-ALIVE", content_type="text/plain")
