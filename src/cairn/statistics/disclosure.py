"""Small counts are withheld from those who may not see the records behind them.

A count of one or two can give a person away: "one victim identified in this small country in May". So a cell
below the threshold is not told. One withheld cell beside a known sum could be computed, so another one goes
with it: what is withheld of one figure always adds up to the threshold at least, and is at least two cells,
or one that hides whether it is anything at all. Zero is a small count too: told apart from "withheld", it
would say that nothing is there.

Source: A. Hundepool et al., Statistical Disclosure Control (2012), chapter 4: primary and secondary
suppression in one-dimensional tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.statistics.figures import Cell, Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

THRESHOLD = 5
"""Counts below this are withheld. Source: the common rule of statistics offices is 3 to 10; with 5 nobody can
be told from fewer than four others."""


def withhold_small(figure: Figure) -> Figure:
    """Answer the figure without its small counts, and without what would let them be computed.

    A number that was computed is withheld where few records are behind it.
    """
    counts = {place: cell.value or 0 for place, cell in enumerate(figure.cells) if cell.records is None}
    places = list(counts)
    hidden = {places[each] for each in withheld(list(counts.values()))}
    hidden |= {
        place
        for place, cell in enumerate(figure.cells)
        if cell.records is not None and cell.records < THRESHOLD
    }
    cells = tuple(
        Cell(cell.key, None, is_withheld=True, records=cell.records) if place in hidden else cell
        for place, cell in enumerate(figure.cells)
    )
    return Figure(figure.name, figure.words, figure.unit, cells)


def withheld(counts: Sequence[float]) -> frozenset[int]:
    """Answer the places of the counts that are not told.

    Args:
        counts: Of one figure, whose sum may be known to the reader from elsewhere.

    Returns:
        Every place with a count below ``THRESHOLD``; and where those are one place alone, or add up to less
        than ``THRESHOLD``, the smallest others too, until neither is so or no others are left.
    """
    hidden = {place for place, count in enumerate(counts) if count < THRESHOLD}
    if not hidden:
        return frozenset()
    others = sorted((count, place) for place, count in enumerate(counts) if place not in hidden)
    for _, place in others:
        if len(hidden) > 1 and sum(counts[each] for each in hidden) >= THRESHOLD:
            break
        hidden.add(place)
    return frozenset(hidden)
