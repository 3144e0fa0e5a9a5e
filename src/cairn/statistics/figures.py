"""What a statistic is made of: figures of cells, each a number, or withheld because it is small."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


Counts: TypeAlias = "Mapping[str, Mapping[str, int]]"
"""What was counted: numbers by the name of the figure and the key of the cell."""


class Unit(StrEnum):
    """What the numbers of a figure count."""

    COUNTRIES = "countries"
    DAYS = "days"
    HOURS = "hours"
    LOOKS = "looks"
    MEDIA = "media"
    OFFENDERS = "offenders"
    PER_CENT = "per cent"
    PER_DAY = "per day"
    SERIES = "series"
    SIGHTINGS = "sightings"
    UNITS = "units"
    VICTIMS = "victims"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a figure.

    Attributes:
        key: What it is counted over, such as a country or a year.
        value: The number; ``None`` where it is withheld, or where there is nothing to compute it from.
        is_withheld: True where there is a number, and it is not told because few records are behind it.
        records: How many records a computed number rests on; ``None`` where the number is itself the count.
    """

    key: str
    value: float | None
    is_withheld: bool = False
    records: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One statistic.

    Attributes:
        name: Its name for programs.
        words: What it says, for people.
        unit: What its numbers count.
        cells: Its numbers, in the order in which they are shown.
    """

    name: str
    words: str
    unit: Unit
    cells: tuple[Cell, ...]


def counted(
    name: str, words: str, unit: Unit, counts: Mapping[str, int], *, every: Collection[str] = ()
) -> Figure:
    """Answer a figure of counts, by key; keys of ``every`` that are not counted have a zero."""
    keys = sorted({*counts, *every})
    return Figure(name, words, unit, tuple(Cell(key, counts.get(key, 0)) for key in keys))


def computed(
    name: str, words: str, unit: Unit, values: Mapping[str, float | None], *, records: Mapping[str, int]
) -> Figure:
    """Answer a figure of numbers that were computed from records, in the order given.

    Args:
        name: As in ``Figure``.
        words: As in ``Figure``.
        unit: As in ``Figure``.
        values: The numbers, by key; ``None`` where there is nothing to compute one from.
        records: How many records each number rests on.
    """
    cells = tuple(
        Cell(key, None if value is None else round(value, 2), records=records[key])
        for key, value in values.items()
    )
    return Figure(name, words, unit, cells)
