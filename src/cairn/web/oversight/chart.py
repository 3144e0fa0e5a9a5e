"""A chart as numbers: where each column or point of a drawing stands. Templates draw it, and nothing moves.

Every chart stands beside a table of the same numbers, so it holds no more words than it needs. Years run
from left to right in every language, as they do in the tables of other reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cairn.statistics import Cell

HEIGHT = 120
"""Units of the drawing between the base and the highest value."""
TOP = 18
"""Room for the number above the highest column."""
STEP = 56
"""Units from one column to the next: so that a number of seven digits has room above its own."""
COLUMN = 30
WITHHELD_HEIGHT = 14
"""A withheld number has no height; its box is always as high as this."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One number of a drawing.

    Attributes:
        label: What stands under it.
        value: The number; ``None`` where there is none, or where it is withheld.
        is_withheld: It is drawn as an empty, dashed box.
        centre: Where it stands, from the start.
        top: Where its column ends, from above.
        height: How high its column is.
    """

    label: str
    value: float | None
    is_withheld: bool
    centre: int
    top: int
    height: int

    @property
    def left(self) -> int:
        """Where its column begins."""
        return self.centre - COLUMN // 2

    @property
    def above(self) -> int:
        """Where the number above it stands."""
        return self.top - 5


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing over years.

    Attributes:
        marks: Its numbers, in order.
        target: Where the line of a target stands, from above; ``None`` where there is none.
    """

    marks: tuple[Mark, ...]
    target: int | None = None

    @property
    def width(self) -> int:
        """Units of the drawing."""
        return STEP * max(len(self.marks), 1)

    @property
    def base(self) -> int:
        """Where zero stands, from above."""
        return TOP + HEIGHT

    @property
    def height(self) -> int:
        """Units of the drawing, with the labels under the base."""
        return self.base + TOP

    @property
    def column(self) -> int:
        """How wide a column is."""
        return COLUMN

    @property
    def lines(self) -> tuple[str, ...]:
        """The points of each line, which breaks where a number is missing."""
        told = groupby(self.marks, key=lambda each: each.value is not None)
        return tuple(
            " ".join(f"{each.centre},{each.top}" for each in run) for is_told, run in told if is_told
        )


def chart(cells: Mapping[str, Cell], labels: Sequence[str], *, most: float, target: float | None) -> Chart:
    """Answer the drawing of these numbers.

    Args:
        cells: By label; a label without a cell stands over nothing.
        labels: In order.
        most: The value that is as high as the drawing.
        target: A value to compare with, as a line.
    """
    highest = max(most, target or 0)
    marks = tuple(_mark(label, cells.get(label), place, highest) for place, label in enumerate(labels))
    return Chart(marks, None if target is None else _top(target, highest))


def _mark(label: str, cell: Cell | None, place: int, most: float) -> Mark:
    centre = place * STEP + STEP // 2
    is_withheld = cell is not None and cell.is_withheld
    value = None if cell is None else cell.value
    top = TOP + HEIGHT - WITHHELD_HEIGHT if is_withheld else _top(value or 0, most)
    return Mark(label, value, is_withheld, centre, top, TOP + HEIGHT - top)


def _top(value: float, most: float) -> int:
    return TOP + HEIGHT - (round(HEIGHT * value / most) if most else 0)
