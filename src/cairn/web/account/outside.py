"""Signing in through the other service that the node's file names; what comes after it is as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.errors import InputError, PeerError
from cairn.records.access import missing
from cairn.services.node.this_process import this_node
from cairn.services.outside.signing_in import WAITS_S, way_back, way_there
from cairn.web.account.signing_in import REFUSED, go_on
from cairn.web.gate import own_place

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from cairn.records.sign_in_rules import OutsideService

_KEPT = "outside"
_UNAVAILABLE = 502


def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to the other service."""
    service = _service()
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    try:
        address, kept = way_there(service, back=_back(request))
    except PeerError:
        return _refused(request, _unreachable(), _UNAVAILABLE)
    request.session[_KEPT] = {**kept, "next": own_place(request.GET.get("next"))}
    request.session.set_expiry(WAITS_S)
    return HttpResponseRedirect(address)


def come_back(request: HttpRequest) -> HttpResponse:
    """Take what the browser brings back from the other service, once."""
    service = _service()
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    kept = request.session.pop(_KEPT, {})
    try:
        user = way_back(this_node(), service, kept=kept, said=request.GET.dict(), back=_back(request))
    except PeerError:
        return _refused(request, _unreachable(), _UNAVAILABLE)
    except InputError:
        said = _("The other sign-in service vouches for nobody whom this node knows. Ask your administrator.")
        return _refused(request, said, REFUSED)
    return go_on(request, user, own_place(kept.get("next")))


def _service() -> OutsideService:
    service = this_node().config.sign_in.outside
    if service is None:
        raise missing()
    return service


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("sign-in-outside-back"))


def _unreachable() -> str:
    return _(
        "The other sign-in service gives no answer that can be used. Sign in with your password, or later."
    )


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "account/outside.html", {"refused": sentence}, status=status)
