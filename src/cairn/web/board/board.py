"""One series: where the work stands, who does it, where it was seen, and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.people import AgeBand, Sex
from cairn.records.series import Marker, Priority
from cairn.services.directory.authorities import authorities
from cairn.services.series.board import series_board
from cairn.types import Handling, SeriesStatus
from cairn.web.board.charts import ROW_HEIGHT, months, shares, timeline
from cairn.web.casework.said_by import is_own_word
from cairn.web.occasion import forget, occasion_of
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.world import tile_map

if TYPE_CHECKING:
    from django.http import HttpResponse

    from cairn.records.users import Actor
    from cairn.services.series.board import Board

_CHOICES = {
    "statuses": tuple(SeriesStatus),
    "priorities": tuple(Priority),
    "markers": tuple(Marker),
    "handlings": tuple(Handling),
    "codes": tuple(HandlingCode),
    "tlps": tuple(Tlp),
    "sexes": tuple(Sex),
    "ages": tuple(AgeBand),
}
_MARKERS = {str(each.label): each for each in Marker}


@page(Act.SERIES_READ)
def series(request: DeskRequest, number: int) -> HttpResponse:
    """Show the series; the look is audited with the case and the purpose that were chosen."""
    occasion = occasion_of(request)
    try:
        board = series_board(number, actor=request.actor, case=occasion.case, purpose=occasion.purpose)
    except InputError as error:
        if error.code != "case.missing":
            raise
        forget(request)
        say(request, _("The case that you looked in is gone. You look without one from now on."))
        return HttpResponseRedirect(reverse("series", args=[number]))
    if board.number != number:
        say(request, _("The series that you asked for was merged into this one."))
        return HttpResponseRedirect(reverse("series", args=[board.number]))
    values = {"board": board, "page": board.page, "occasion": occasion, "choices": _CHOICES}
    return render(request, "board/series.html", values | _shown(board, request.actor))


def _shown(board: Board, actor: Actor) -> dict[str, Any]:
    """Answer the page's values in the shapes in which they are shown."""
    found, mine = board.page, actor.authority.code
    proposal = next(iter(found.proposals), None)
    return {
        "timeline": timeline(found.seen, found.seen_since, identified_on=found.identified_on),
        "countries": shares(found.seen.by_country),
        "world": tile_map(found.seen.by_country),
        "sources": found.seen.by_source,
        "countries_height": len(found.seen.by_country) * ROW_HEIGHT,
        "month_rows": months(found.seen, found.seen_since),
        "markers": [(_MARKERS[row.marker], row) for row in found.markers],
        "own_claim": next((row for row in found.claims if row.authority == mine), None),
        "proposal": proposal,
        "is_mine": proposal is not None and is_own_word(proposal, actor),
        "may_take_back": proposal is not None and (proposal.said_by is None or is_own_word(proposal, actor)),
        "own_code": mine,
        "others": [each for each in authorities() if each.code != mine and each.is_police],
    }
