"""Places of points that are kept to be drawn: no more than a person can follow, in thousandths of a side."""

from __future__ import annotations

from typing import Final

Place = tuple[float, float]
"""Across and down, as shares of a picture's width and height; the upper left corner is (0, 0)."""

Line = tuple[Place, Place]
"""A place in the file and its partner in the known picture."""

MOST_LINES: Final = 120
"""Lines that are kept to be drawn, and places of points left out; more than a person can follow."""

_STEPS: Final = 1000
"""Places are kept in thousandths of a side."""


def some(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Answer at most ``MOST_LINES`` of the lines, evenly chosen, each in thousandths."""
    return tuple((rounded(one), rounded(other)) for one, other in lines[:: _step(len(lines))])


def some_places(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Answer at most ``MOST_LINES`` of the places, evenly chosen, each in thousandths."""
    return tuple(map(rounded, places[:: _step(len(places))]))


def _step(count: int) -> int:
    return max(1, -(-count // MOST_LINES))


def rounded(place: Place) -> Place:
    """Answer a place in thousandths of the sides."""
    return round(place[0] * _STEPS) / _STEPS, round(place[1] * _STEPS) / _STEPS


def stored_lines(lines: tuple[Line, ...]) -> list[list[list[float]]]:
    """Answer some of the lines as values that a table of links keeps."""
    return [[list(one), list(other)] for one, other in some(lines)]
