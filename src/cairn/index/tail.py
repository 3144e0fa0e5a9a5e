"""The newest entries in memory: what a journal says, kept as growing columns.

A ``Tail`` is only ever appended to; a ``TailView`` is a glance at it that never changes, so that a query can
use one while entries arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.index.rows import ROW_OVERHEAD_BYTES, Rows, is_among, no_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_CAPACITY = 256


@dataclass(frozen=True, slots=True, eq=False)
class TailView:
    """What a journal held at one moment.

    Attributes:
        name: The journal's name.
        rows: Every row that was added, removed ones included.
        live: ``(n,) bool``; ``None`` while nothing in it was removed again.
        removed: Sorted ids that were removed; they act on all older parts.
        damage: What could not be read, or ``None``.
    """

    name: str
    rows: Rows
    live: NDArray[np.bool_] | None
    removed: NDArray[np.uint64]
    damage: str | None = None

    def __len__(self) -> int:
        """Answer the number of rows, removed ones included."""
        return len(self.rows)

    @property
    def length(self) -> int:
        """Answer the bytes that its content takes, on the disk as in memory."""
        return len(self.rows) * (ROW_OVERHEAD_BYTES + self.rows.width) + self.removed.nbytes

    @property
    def live_rows(self) -> Rows:
        """Answer the rows that count."""
        return self.rows if self.live is None else self.rows.select(self.live)


class Tail:
    """The growing columns behind the views.

    Args:
        width: Bytes of one value.
    """

    def __init__(self, width: int) -> None:
        """Begin empty."""
        self._columns = no_rows(width)
        self._length = 0
        self._live: NDArray[np.bool_] | None = None
        self._removed = np.empty(0, np.uint64)

    def add(self, rows: Rows) -> None:
        """Append rows; views that were handed out keep what they had."""
        end = self._length + len(rows)
        if end > len(self._columns):
            self._grow(end)
        place = slice(self._length, end)
        self._columns.ids[place] = rows.ids
        self._columns.timestamps_ms[place] = rows.timestamps_ms
        self._columns.values[place] = rows.values
        if self._live is not None:
            self._live = np.concatenate([self._live, np.ones(len(rows), np.bool_)])
        self._length = end

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Mark the rows so far that have one of the ids as gone, and note the ids for older parts."""
        gone = np.unique(ids)
        hit = is_among(self._columns.ids[: self._length], gone)
        if hit.any():
            self._live = ~hit if self._live is None else self._live & ~hit
        self._removed = np.union1d(self._removed, gone)

    def view(self, name: str, damage: str | None = None) -> TailView:
        """Answer what the tail holds now."""
        return TailView(name, self._columns.select(slice(self._length)), self._live, self._removed, damage)

    def _grow(self, needed: int) -> None:
        """Move the columns to a larger place."""
        capacity = max(FIRST_CAPACITY, needed, 2 * len(self._columns))
        old = self._columns
        width = old.width
        grown = Rows(
            np.empty(capacity, np.uint64),
            np.empty(capacity, np.uint32),
            np.empty((capacity, width), np.uint8),
        )
        grown.ids[: self._length] = old.ids[: self._length]
        grown.timestamps_ms[: self._length] = old.timestamps_ms[: self._length]
        grown.values[: self._length] = old.values[: self._length]
        self._columns = grown
