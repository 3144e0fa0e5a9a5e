"""What has the work come to, and what is left? Figures as charts, tables and files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from cairn.records.access import Act, missing
from cairn.services.statistics import statistics as count
from cairn.statistics import Scope, Unit, as_csv
from cairn.web.facets import chosen
from cairn.web.oversight.figure_words import TITLES
from cairn.web.oversight.showing import HEADLINES, ROOMS, number, shown
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.statistics import Figure
    from cairn.web.oversight.showing import Shown


@dataclass(frozen=True, slots=True)
class Headline:
    """One number above all others."""

    number: str
    title: str
    year: str
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What figures answer together."""

    title: str
    figures: tuple[Shown, ...]


@page(Act.STATISTICS_READ)
def statistics(request: DeskRequest) -> HttpResponse:
    """Show all figures of one's own authority, or of the alliance."""
    scope = chosen(request, "scope", Scope) or Scope.OWN
    found = count(request.actor, scope=scope)
    figures = {figure.name: figure for figure in found.figures}
    values = {
        "found": found,
        "scopes": tuple((each, each is scope) for each in Scope),
        "headlines": tuple(_headlines(figures)),
        "questions": tuple(_questions(figures)),
    }
    return render(request, "oversight/statistics.html", values)


@page(Act.STATISTICS_READ)
def statistics_file(request: DeskRequest, scope: str) -> HttpResponse:
    """Hand out all figures, or one, as lines for a spreadsheet."""
    name = request.GET.get("figure", "")
    if scope not in set(Scope) or (name and name not in TITLES):
        raise missing()
    found = count(request.actor, scope=Scope(scope))
    wanted = tuple(figure for figure in found.figures if name in {"", figure.name})
    written = HttpResponse(as_csv(replace(found, figures=wanted)), content_type="text/csv; charset=utf-8")
    file = "-".join(["cairn", "statistics", scope, *([name] if name else [])])
    written.headers["Content-Disposition"] = f'attachment; filename="{file}.csv"'
    return written


def _headlines(figures: Mapping[str, Figure]) -> Iterator[Headline]:
    for name in HEADLINES:
        for cell in figures[name].cells[-1:]:
            year = cell.key if cell.key.isdecimal() else ""
            told = number(cell.value) + (" %" if figures[name].unit is Unit.PER_CENT else "")
            yield Headline(told, str(TITLES[name]), year, cell.is_withheld)


def _questions(figures: Mapping[str, Figure]) -> Iterator[Question]:
    for title, names in ROOMS:
        found = tuple(shown(figures[name]) for name in names if name in figures)
        if found:
            yield Question(str(title), found)
