"""Small counts are withheld from those who may not see the records behind them.

A count of one or two can give a person away: "one victim identified in this small country in May". So a cell
below the threshold is not told. One withheld cell beside a known sum could be computed, so another one goes
with it: what is withheld of one figure always adds up to the threshold at least, and is at least two cells,
or one that hides whether it is anything at all. Zero is a small count too: told apart from "withheld", it
would say that nothing is there. What a reader has recorded is no part of it: with the reader's own exact
numbers taken away, what is left of every count must be large enough.

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


def withhold_small(figure: Figure, own: Figure | None = None) -> Figure:
    """Answer the figure without what few records are behind, and without what would let it be computed.

    Args:
        figure: Of all.
        own: The same figure of the reader's own records, which the reader knows exactly: what counts is what
            is left without them. ``None`` where the reader knows none.
    """
    known = {} if own is None else {cell.key: cell for cell in own.cells}
    others = [_behind(cell) - _behind(known.get(cell.key)) for cell in figure.cells]
    counts = [place for place, cell in enumerate(figure.cells) if cell.records is None]
    hidden = {counts[each] for each in withheld([others[place] for place in counts])}
    hidden |= {
        place
        for place, cell in enumerate(figure.cells)
        if cell.records is not None and others[place] < THRESHOLD
    }
    cells = tuple(
        Cell(cell.key, None, is_withheld=True) if place in hidden else cell
        for place, cell in enumerate(figure.cells)
    )
    return Figure(figure.name, figure.words, figure.unit, cells)


def _behind(cell: Cell | None) -> float:
    """Answer how many records a number rests on."""
    if cell is None:
        return 0
    return (cell.value or 0) if cell.records is None else cell.records


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
