"""Values in parts: a database takes so many in one statement, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

V = TypeVar("V")

VALUES_AT_ONCE = 500
"""Fewer values than SQLite takes in one statement, also where a question names them more than once."""


def parts(values: Sequence[V], size: int = VALUES_AT_ONCE) -> Iterator[Sequence[V]]:
    """Yield the values in their order, at most ``size`` at once."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
