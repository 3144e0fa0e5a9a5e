"""How far an export is: whoever asked for it sees that it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Watch = Callable[[int], object]
    """Is told how many rows are read."""

R = TypeVar("R")
EVERY = 250
"""Rows between two words: often enough for a person, and no cost beside the reading."""


def unwatched(_: int) -> None:
    """Tell nobody."""


def counted(rows: Iterable[R], watch: Watch) -> Iterator[R]:
    """Yield the rows, and tell how many they are so far."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % EVERY == 0:
            watch(number)
