"""What an index stores: rows of an id, a timestamp and a value of fixed width.

The value is a PDQ hash (32 bytes), a digest (16, 20 or 32 bytes) or a PhotoDNA value (144 bytes). Files and
merging treat all three alike; only searching differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

ROW_OVERHEAD_BYTES = 12
"""An id of eight bytes and a timestamp of four stand beside each value."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Columns of equal length.

    Attributes:
        ids: ``(n,) uint64``, the caller's name for the thing.
        timestamps_ms: ``(n,) uint32``, milliseconds into a video; 0 for a picture.
        values: ``(n, width) uint8``, contiguous.
    """

    ids: NDArray[np.uint64]
    timestamps_ms: NDArray[np.uint32]
    values: NDArray[np.uint8]

    def __len__(self) -> int:
        """Answer the number of rows."""
        return len(self.ids)

    @property
    def width(self) -> int:
        """Answer the bytes of one value."""
        return int(self.values.shape[1])

    def select(self, which: NDArray[Any] | slice) -> Rows:
        """Answer the rows that a mask, an array of positions or a slice names."""
        if isinstance(which, slice):
            return Rows(self.ids[which], self.timestamps_ms[which], self.values[which])
        places = np.flatnonzero(which) if which.dtype == np.bool_ else which
        return Rows(self.ids.take(places), self.timestamps_ms.take(places), self.values.take(places, axis=0))


def no_rows(width: int) -> Rows:
    """Answer zero rows of values ``width`` bytes wide."""
    return Rows(np.empty(0, np.uint64), np.empty(0, np.uint32), np.empty((0, width), np.uint8))


def join_rows(parts: Sequence[Rows], width: int) -> Rows:
    """Answer the rows of all parts, in order."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return no_rows(width)
    return Rows(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.timestamps_ms for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def gathered(batches: Iterable[Rows], *, at_least: int) -> Iterator[Rows]:
    """Yield the rows of many batches in pieces of at least so many rows, the last one excepted."""
    waiting: list[Rows] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= at_least:
            yield join_rows(waiting, batch.width)
            waiting = []
    if waiting:
        yield join_rows(waiting, waiting[0].width)


def checked_rows(ids: Any, values: Any, timestamps_ms: Any, *, width: int) -> Rows:
    """Answer the caller's arrays as rows, or say what is wrong with them.

    Raises:
        InputError: When the shapes do not agree or a type would have to be guessed.
    """
    id_column = checked_ids(ids)
    value_column = checked_values(values, width=width)
    if timestamps_ms is None:
        stamp_column = np.zeros(len(id_column), np.uint32)
    else:
        stamp_column = np.ascontiguousarray(timestamps_ms)
        if stamp_column.dtype != np.uint32 or stamp_column.ndim != 1:
            raise InputError("Timestamps must be a flat array of uint32 milliseconds.", code="index.shape")
    if not len(id_column) == len(value_column) == len(stamp_column):
        raise InputError("There must be one value and one timestamp for each id.", code="index.shape")
    return Rows(id_column, stamp_column, value_column)


def checked_ids(ids: Any) -> NDArray[np.uint64]:
    """Answer ids as a flat, contiguous ``uint64`` array.

    Raises:
        InputError: When they are anything else.
    """
    column = np.ascontiguousarray(ids)
    if column.dtype != np.uint64 or column.ndim != 1:
        raise InputError("Ids must be a flat array of uint64.", code="index.shape")
    return column


def checked_values(values: Any, *, width: int) -> NDArray[np.uint8]:
    """Answer values as a contiguous ``(n, width) uint8`` array.

    Raises:
        InputError: When they are anything else.
    """
    column = np.ascontiguousarray(values)
    if column.dtype != np.uint8 or column.ndim != 2 or column.shape[1] != width:  # noqa: PLR2004 - rows and columns
        raise InputError(f"Values must be an array of uint8 with {width} columns.", code="index.shape")
    return column


def is_among(ids: NDArray[np.uint64], sorted_ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Answer, for each id, whether it stands in the sorted array."""
    if not len(sorted_ids):
        return np.zeros(len(ids), np.bool_)
    found = np.searchsorted(sorted_ids, ids)
    found[found == len(sorted_ids)] = 0
    among: NDArray[np.bool_] = sorted_ids[found] == ids
    return among
