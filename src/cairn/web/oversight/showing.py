"""Turns the figures of the statistics into what a page shows: headlines, charts over years, and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from cairn.statistics.sightings import GROWTH_TARGET_PER_CENT
from cairn.types import SeriesStatus
from cairn.web.oversight.chart import Chart, chart
from cairn.web.oversight.figure_words import NOTES, TITLES, UNITS, key_word
from cairn.web.world import tile_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.utils.functional import _StrPromise

    from cairn.statistics import Cell, Figure
    from cairn.web.world import TileMap

ROOMS: Sequence[tuple[_StrPromise, Sequence[str]]] = (
    (
        _("Who was found"),
        (
            *("victims-identified", "victims-safeguarded", "offenders-identified", "offenders-arrested"),
            *("victims-by-country", "victims-supported"),
        ),
    ),
    (
        _("What still waits"),
        ("series-by-status", "unidentified-by-age", "days-to-identification", "markers"),
    ),
    (
        _("What comes in"),
        ("media-by-year", "growth", "sightings-by-source", "recirculation", "countries-a-media"),
    ),
    (
        _("What was spared"),
        ("files-checked", "known-share", "looks-avoided", "hours-avoided"),
    ),
    (_("The alliance"), ("countries", "units")),
)
"""The questions that the statistics answer, each with its figures."""
HEADLINES = ("victims-total", "victims-a-day", "oldest-unidentified", "growth", "known-share")
"""Figures whose number, or whose last one, stands above all others."""
LINES = frozenset({"growth", "known-share", "days-to-identification"})
"""Figures whose numbers do not add up: lines, where others are columns."""
MAPPED = frozenset({"victims-by-country"})
"""Figures whose groups are countries."""
TARGETS = {"growth": float(GROWTH_TARGET_PER_CENT)}
_STATUSES = tuple(str(each) for each in SeriesStatus)
_YEAR = re.compile(r"(\d{4})(?: (.+))?")


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart over years, of a figure or of one of its groups."""

    title: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what is counted over, its numbers, and how long a bar beside the first is."""

    title: str
    cells: tuple[Cell | None, ...]
    bar: int = 0
    is_reached: bool | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure as it is shown: a table, and charts where it is over years.

    Attributes:
        name: Of the figure.
        title: What it says.
        note: What one has to know to read it.
        columns: The heads of the columns of numbers.
        rows: The lines of the table.
        is_yearly: Its lines are years; else the table has bars of its own.
        panels: Its charts; none where every number is withheld.
        is_line: They are lines.
        world: Its map, where it is by country.
    """

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_yearly: bool = False
    panels: tuple[Panel, ...] = ()
    is_line: bool = False
    world: TileMap | None = None


def shown(figure: Figure) -> Shown:
    """Answer a figure as it is shown."""
    found = [(_YEAR.fullmatch(cell.key), cell) for cell in figure.cells]
    told = [(key[1], key[2] or "", cell) for key, cell in found if key is not None]
    title, note = str(TITLES[figure.name]), str(NOTES.get(figure.name, ""))
    unit = str(UNITS[figure.unit])
    if not told or len(told) < len(found):
        world = None
        if figure.name in MAPPED:
            world = tile_map({cell.key: None if cell.is_withheld else cell.value for cell in figure.cells})
        return Shown(figure.name, title, note, columns=(unit,), rows=_bars(figure), world=world)
    groups: dict[str, dict[str, Cell]] = {}
    for year, group, cell in told:
        groups.setdefault(group, {})[year] = cell
    years = _years(year for year, _, _ in told)
    return Shown(
        figure.name,
        title,
        note,
        columns=(unit,) if set(groups) == {""} else tuple(key_word(group) for group in groups),
        rows=tuple(_by_year(figure.name, groups, years)),
        is_yearly=True,
        panels=tuple(_panels(figure, groups, years)),
        is_line=figure.name in LINES,
    )


def number(value: float | None) -> str:
    """Answer a number as the reader's language writes it: whole, or with as much as it needs."""
    if value is None:
        return "–"
    places = 0 if float(value).is_integer() else 2 if abs(value) < 1 else 1
    return str(number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))


def _panels(
    figure: Figure, groups: Mapping[str, Mapping[str, Cell]], years: Sequence[str]
) -> Iterator[Panel]:
    """Yield a chart of every group of which a number is told, all of them to one scale."""
    most = max((cell.value or 0 for cell in figure.cells), default=0)
    for group, cells in groups.items():
        if any(cell.value is not None for cell in cells.values()):
            drawn = chart(cells, years, most=most, target=TARGETS.get(figure.name))
            yield Panel(key_word(group), drawn)


def _years(found: Iterable[str]) -> tuple[str, ...]:
    """Answer every year from the first to the last."""
    years = sorted(int(year) for year in set(found))
    return tuple(str(year) for year in range(years[0], years[-1] + 1))


def _by_year(name: str, groups: Mapping[str, Mapping[str, Cell]], years: Iterable[str]) -> Iterator[Row]:
    target = TARGETS.get(name)
    for year in years:
        cells = tuple(of_group.get(year) for of_group in groups.values())
        value = None if cells[0] is None else cells[0].value
        is_reached = None if target is None or value is None else value >= target
        if any(cell is not None for cell in cells):
            yield Row(year, cells, is_reached=is_reached)


def _bars(figure: Figure) -> tuple[Row, ...]:
    most = max((cell.value or 0 for cell in figure.cells), default=0)
    return tuple(
        Row(key_word(cell.key), (cell,), round(100 * (cell.value or 0) / most) if most else 0)
        for cell in sorted(figure.cells, key=_in_order)
    )


def _in_order(cell: Cell) -> int:
    """Answer a place for statuses and for groups that begin with a number; all others keep theirs."""
    if cell.key in _STATUSES:
        return _STATUSES.index(cell.key)
    first = cell.key.partition(" ")[0]
    return int(first) if first.isdecimal() else 0
