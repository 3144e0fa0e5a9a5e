"""What is new in this case? A page of masked pictures, one a content, without what is settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render

from cairn.errors import InputError
from cairn.frames import clock
from cairn.records.access import Act, missing
from cairn.services.cases import list_cases
from cairn.services.review.queue import PAGE, Order, Place, Side, View, review_queue
from cairn.services.review.schemes import schemes_of
from cairn.services.showing.masking import Look, Mask
from cairn.web.facets import chosen
from cairn.web.pages import DeskRequest, page
from cairn.web.review.pause import is_due, minutes_without_pause
from cairn.web.review.saying import can_undo
from cairn.web.review.strip import stills, whole
from cairn.web.review.tokens import Use, media_of, token_for
from cairn.web.words import word

if TYPE_CHECKING:
    from enum import StrEnum

    from django.http import HttpRequest, HttpResponse

    from cairn.services.review.entries import Entry
    from cairn.services.review.queue import Queue
    from cairn.services.review.schemes import SchemeKeys
    from cairn.web.review.strip import Still


_WAY_IN = 0.1
"""A video begins with titles and black more often than what follows."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One content as a page shows it, under a name that only this session can use."""

    entry: Entry
    token: str
    picture: str
    place: str
    percent: int | None

    @property
    def length(self) -> str:
        """How long it is, of a video; ``""`` where that is not known."""
        return clock(self.entry.length_s) if self.entry.length_s else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways, as a link."""

    name: str
    value: str
    title: str
    is_chosen: bool


@page(Act.MEDIA_REVEAL)
def queue(request: DeskRequest) -> HttpResponse:
    """Show the cases to choose from, or what is new in the one that was chosen."""
    case = request.GET.get("case", "")
    if not case:
        return render(request, "review/cases.html", {"cases": list_cases(request.actor)})
    view = chosen(request, "view", View) or View.GRID
    order = chosen(request, "order", Order) or Order.NEAR
    most = 1 if view is View.LOUPE else PAGE
    try:
        found = review_queue(case, actor=request.actor, order=order, place=_place(request), most=most)
    except InputError as error:
        raise (missing() if error.code == "case.missing" else error) from None
    schemes = schemes_of(request.actor)
    mask = chosen(request, "mask", Mask) or Mask.BLUR
    look = chosen(request, "look", Look) or Look.COLOUR
    minutes = minutes_without_pause(request)
    values = {
        "queue": found,
        "tiles": _tiles(request, found),
        "strip": _strip(request, found, view),
        "view": view.value,
        "mask": mask.value,
        "look": look.value,
        "views": _choices("view", View, view),
        "orders": _choices("order", Order, order),
        "masks": _choices("mask", Mask, mask),
        "looks": _choices("look", Look, look),
        "scheme": _scheme(request, schemes),
        "schemes": schemes,
        "before": found.before and token_for(request, found.before, use=Use.PLACE),
        "after": found.after and token_for(request, found.after, use=Use.PLACE),
        "pause_after": minutes if is_due(minutes) else None,
        "can_undo": can_undo(request),
    }
    return render(request, "review/queue.html", values)


def _tiles(request: HttpRequest, found: Queue) -> tuple[Tile, ...]:
    return tuple(
        Tile(
            entry,
            token_for(request, entry.sha256),
            _picture(request, entry),
            token_for(request, entry.sha256, use=Use.PLACE),
            None if entry.nearest is None else round(100 * entry.nearest),
        )
        for entry in found.entries
    )


def _picture(request: HttpRequest, entry: Entry) -> str:
    """Answer the name of what stands for a content: itself, or a frame a little way into a video."""
    if not entry.moves:
        return token_for(request, entry.sha256)
    return stills(request, entry.sha256, [_WAY_IN * (entry.length_s or 0.0)])[0].token


def _strip(request: HttpRequest, found: Queue, view: View) -> tuple[Still, ...]:
    """Answer the frames of a video that is looked at alone."""
    entry = found.entries[0] if found.entries else None
    if view is not View.LOUPE or entry is None or not entry.moves:
        return ()
    return stills(request, entry.sha256, whole(entry.length_s or 0.0, entry.shots))


def _place(request: HttpRequest) -> Place | None:
    """Answer beside which content the page lies, as a link of this session names it.

    Raises:
        AccessError: It is no such name, or an old one.
    """
    for side in Side:
        if token := request.GET.get(side.value):
            return Place(media_of(request, token, use=Use.PLACE)[0].hex(), side)
    return None


def _choices(name: str, kind: type[StrEnum], now: StrEnum) -> tuple[Choice, ...]:
    return tuple(Choice(name, each.value, word(each), each is now) for each in kind)


def _scheme(request: HttpRequest, schemes: tuple[SchemeKeys, ...]) -> SchemeKeys | None:
    """Answer the scheme whose codes have the digits: the one of the address, else the first.

    Raises:
        AccessError: There is no such scheme.
    """
    asked = request.GET.get("scheme", "")
    if not asked:
        return schemes[0] if schemes else None
    found = next((each for each in schemes if each.scheme == asked), None)
    if found is None:
        raise missing()
    return found
