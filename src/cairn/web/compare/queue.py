"""Which links wait for a judgement? The queue, the strongest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.linking.judgement import LinkKind
from cairn.records.access import Act, missing
from cairn.services.judgements.comparing import next_open
from cairn.services.judgements.link_places import LinkPlace
from cairn.services.judgements.links import list_links
from cairn.web.compare.pair import address_of, named_by
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say

if TYPE_CHECKING:
    from django.http import HttpResponse

    from cairn.services.judgements.link_facts import LinkRow


PAGE = 50
_BETWEEN = "~"


@page(Act.LINK_READ)
def queue(request: DeskRequest) -> HttpResponse:
    """List the links that the authority has not decided, or all of them."""
    shows_all = request.GET.get("all") == "yes"
    rows, are_more = list_links(
        request.actor, only_open=not shows_all, most=PAGE, after=_place(request.GET.get("after", ""))
    )
    after_this = _name_of(rows[-1]) if are_more else None
    return render(request, "compare/queue.html", {"rows": rows, "after": after_this, "shows_all": shows_all})


def _name_of(row: LinkRow) -> str:
    score = "" if row.score is None else row.score.hex()
    return _BETWEEN.join((score, row.kind.value, row.first, row.second))


def _place(typed: str) -> LinkPlace | None:
    """Answer where the page before ended.

    Raises:
        AccessError: The address names no such place.
    """
    if not typed:
        return None
    try:
        score, kind, first, second = typed.split(_BETWEEN)
        return LinkPlace(float.fromhex(score) if score else None, first, second, LinkKind(kind))
    except (ValueError, OverflowError):
        raise missing() from None


@page(Act.LINK_READ)
def next_pair(request: DeskRequest) -> HttpResponse:
    """Lead to the next link that waits: after the one in the address, where there is one."""
    names = [request.GET.get(name, "") for name in ("kind", "first", "second")]
    return HttpResponseRedirect(after(request, *names))


def after(request: DeskRequest, kind: str = "", first: str = "", second: str = "") -> str:
    """Answer the address of what waits after a pair; where nothing does, that of the queue, which says so."""
    here = named_by(kind, first, second) if first else None
    found = next_open(here, actor=request.actor)
    if found is None:
        say(request, _("No other link waits for your authority."))
        return reverse("links")
    return address_of(found)
