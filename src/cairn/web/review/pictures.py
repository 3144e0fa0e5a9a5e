"""The pictures themselves: masked by an address, revealed by a form alone."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.services.node.this_process import this_node
from cairn.services.showing.masking import MEDIA_TYPE, Look, Mask
from cairn.services.showing.pictures import Reveal, masked_picture, reveal_picture
from cairn.services.showing.stills import masked_still
from cairn.web.facets import chosen
from cairn.web.gate import own_place
from cairn.web.pages import DeskRequest, page
from cairn.web.review.strip import moment_of, strip_of
from cairn.web.review.tokens import media_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.services.showing.masking import Region

E = TypeVar("E", bound=Enum)
_UNAVAILABLE = 410
_HEADERS = {"Cache-Control": "no-store, private, max-age=0", "Content-Disposition": "inline"}


@page(Act.MEDIA_REVEAL)
def masked(request: DeskRequest, token: str) -> HttpResponse:
    """Answer the masked picture that a page names; 410 where it is not to be had now."""
    sha256, moment = media_of(request, token)
    mask = chosen(request, "mask", Mask) or Mask.BLUR
    upright = request.GET.get("lies") != "stored"
    try:
        if moment:
            strip, number = strip_of(sha256, moment)
            content = masked_still(this_node(), strip, number, mask=mask, actor=request.actor)
        else:
            content = masked_picture(this_node(), sha256, mask=mask, actor=request.actor, upright=upright)
    except InputError as error:
        return HttpResponse(error.code, status=_UNAVAILABLE, content_type="text/plain", headers=_HEADERS)
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=_HEADERS)


@page(Act.MEDIA_REVEAL, methods=("POST",))
def reveal(request: DeskRequest) -> HttpResponse:
    """Answer the picture to the script that asked for it, in the answer itself and at no address."""
    sha256, moment = media_of(request, request.POST.get("token", ""))
    wish = Reveal(
        case=request.POST.get("case", ""),
        look=_typed(request, "look", Look, Look.COLOUR),
        region=_region(request.POST.get("region", "")),
        upright=request.POST.get("lies") != "stored",
        at_ms=moment_of(sha256, moment) if moment else None,
    )
    content = reveal_picture(this_node(), sha256, wish, actor=request.actor)
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=_HEADERS)


def _typed(request: HttpRequest, name: str, kind: type[E], otherwise: E) -> E:
    try:
        return kind(request.POST.get(name) or otherwise)
    except ValueError:
        raise InputError(_("There is no such way to show a picture."), code="picture.look") from None


def _region(typed: str) -> Region | None:
    """Read four shares of the whole, such as ``0.25,0.25,0.5,0.5``."""
    if not typed:
        return None
    try:
        left, top, width, height = (float(part) for part in typed.split(","))
    except ValueError:
        raise _no_region() from None
    if not (0 <= left < 1 and 0 <= top < 1 and 0 < width <= 1 and 0 < height <= 1):
        raise _no_region()
    return left, top, width, height


def _no_region() -> InputError:
    return InputError(_("That is no part of a picture."), code="picture.region")


def back(request: HttpRequest) -> HttpResponseRedirect:
    """Answer the way back to the page that a form came from."""
    return HttpResponseRedirect(own_place(request.POST.get("next")))
