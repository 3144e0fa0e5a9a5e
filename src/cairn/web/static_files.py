"""Style sheets and scripts: read once, named after their content, kept by browsers for a year.

They are few and small, so they are served from memory by the application itself: no second server and no
build step. ``address_of`` answers where a file lies; a name without its digest is served to nobody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PLACE = "/static/"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_DIGEST_LETTERS = 16
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served."""

    content: bytes
    media_type: str


def address_of(name: str) -> str:
    """Answer the address of a file, such as ``desk.css``.

    Raises:
        KeyError: There is none of that name.
    """
    return PLACE + _stored()[0][name]


class StaticFiles:
    """Answers for everything under ``/static/``, before anybody asks who looks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take what comes after."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the file, or pass on what is none."""
        if not request.path.startswith(PLACE):
            return self._get_response(request)
        file = _stored()[1].get(request.path.removeprefix(PLACE))
        if file is None or request.method not in {"GET", "HEAD"}:
            return HttpResponseNotFound(content_type="text/plain")
        return HttpResponse(
            file.content, content_type=file.media_type, headers={"Cache-Control": _FOR_A_YEAR}
        )


@cache
def _stored() -> tuple[Mapping[str, str], Mapping[str, StaticFile]]:
    """Answer the address of each name, and the file at each address."""
    addresses: dict[str, str] = {}
    stored: dict[str, StaticFile] = {}
    for name, content in _found():
        stem, dot, ending = name.rpartition(".")
        digest = hashlib.sha256(content).hexdigest()[:_DIGEST_LETTERS]
        addresses[name] = f"{stem}.{digest}.{ending}"
        stored[addresses[name]] = StaticFile(content, _TYPES[dot + ending])
    return addresses, stored


def _found() -> Iterator[tuple[str, bytes]]:
    yield from _within(files("cairn.web") / "static", "")
    htmx = files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
    yield "htmx.js", htmx.read_bytes()


def _within(folder: Traversable, place: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _within(each, f"{place}{each.name}/")
        elif "." + each.name.rpartition(".")[2] in _TYPES:
            yield place + each.name, each.read_bytes()
