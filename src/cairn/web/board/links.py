"""What hangs together with a series: the links of its media, drawn, and always also as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from cairn.records.access import Act
from cairn.services.judgements.links import list_links
from cairn.services.series.names import name_for, numbered_series
from cairn.web.board.graph import SIZE, graph_of
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.LINK_READ)
def links(request: DeskRequest, number: int) -> HttpResponse:
    """Show the strongest links."""
    found = numbered_series(number, actor=request.actor)
    rows, are_more = list_links(request.actor, series=name_for(found, actor=request.actor))
    values = {"series": found, "rows": rows, "are_more": are_more, "graph": graph_of(rows), "size": SIZE}
    return render(request, "board/links.html", values)
