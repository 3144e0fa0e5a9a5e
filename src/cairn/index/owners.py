"""Who owns a hash: equal hashes are stored once, and fanned out again when they match.

Thousands of copies of one picture, or a video's black frames, would otherwise fill one bucket and slow every
query that touches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.index.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

NARROW_LIMIT = 1 << 32


@dataclass(frozen=True, slots=True, eq=False)
class Owners:
    """The ids and timestamps of each hash, as narrow as they allow.

    Attributes:
        starts: ``(hashes + 1,) uint32``, where each hash's owners begin; ``None`` while each has exactly one.
        ids: ``(entries,) uint32 | uint64``, above ``lowest_id``.
        lowest_id: Added to every id, so that ids that lie close together take four bytes each.
        timestamps_ms: ``(entries,) uint32``; ``None`` while all are 0.
    """

    starts: NDArray[np.uint32] | None
    ids: NDArray[np.uint32] | NDArray[np.uint64]
    lowest_id: int
    timestamps_ms: NDArray[np.uint32] | None

    def __len__(self) -> int:
        """Answer the number of entries."""
        return len(self.ids)

    def ids_at(self, entries: NDArray[Any] | slice) -> NDArray[np.uint64]:
        """Answer the ids of entries."""
        found = self.ids[entries].astype(np.uint64, copy=False)
        return found + np.uint64(self.lowest_id) if self.lowest_id else found

    def timestamps_at(self, entries: NDArray[Any]) -> NDArray[np.uint32]:
        """Answer the timestamps of entries."""
        if self.timestamps_ms is None:
            return np.zeros(len(entries), np.uint32)
        found: NDArray[np.uint32] = self.timestamps_ms[entries]
        return found

    def fan_out(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64] | None, NDArray[np.int64]]:
        """Answer the entries of hashes, and for each the position in ``rows`` that it comes from.

        The positions are ``None`` when every hash has exactly one owner, so that nothing is repeated.
        """
        if self.starts is None:
            return None, rows
        begin = self.starts[rows].astype(np.int64)
        counts = self.starts[rows + 1].astype(np.int64) - begin
        origin = np.repeat(np.arange(len(rows)), counts)
        before = np.cumsum(counts) - counts
        return origin, np.arange(int(counts.sum())) - (before - begin)[origin]

    def rows_of(self, values: NDArray[np.uint8]) -> Rows:
        """Answer every entry, given the values in the order of the hashes."""
        if self.starts is not None:
            values = np.repeat(values, np.diff(self.starts), axis=0)
        stamps = self.timestamps_ms
        return Rows(
            self.ids_at(slice(None)),
            np.zeros(len(self.ids), np.uint32) if stamps is None else stamps,
            values,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Answer what a file must hold, by the names that ``from_arrays`` looks for."""
        optional = {"starts": self.starts, "timestamps_ms": self.timestamps_ms}
        return {"ids": self.ids} | {name: array for name, array in optional.items() if array is not None}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], *, lowest_id: int) -> Owners:
        """Answer the owners that a file holds."""
        return cls(arrays.get("starts"), arrays["ids"], lowest_id, arrays.get("timestamps_ms"))


@dataclass(frozen=True, slots=True, eq=False)
class Collapsed:
    """Rows in the order of their hashes, equal hashes once.

    Attributes:
        words: ``(hashes, k) uint64``, strictly increasing.
        owners: Who has them.
    """

    words: NDArray[np.uint64]
    owners: Owners


def collapse(words: NDArray[np.uint64], rows: Rows) -> Collapsed:
    """Answer rows sorted by hash, id and timestamp, with repeated rows dropped and equal hashes joined."""
    order, alike = _order(words, rows)
    words = words.take(order, axis=0)
    ids, stamps = rows.ids.take(order), rows.timestamps_ms.take(order)
    same_hash = (words.take(alike, axis=0) == words.take(alike + 1, axis=0)).all(axis=1)
    same = alike[same_hash]  # positions whose successor has the same hash
    if not len(same):
        return Collapsed(words, owners_of(None, ids, stamps))
    repeated = same[(ids[same] == ids[same + 1]) & (stamps[same] == stamps[same + 1])]
    keep = np.ones(len(words), np.bool_)
    keep[repeated + 1] = False
    first_of_hash = np.ones(len(words), np.bool_)
    first_of_hash[same + 1] = False
    first_kept = first_of_hash[keep]
    starts = np.append(np.flatnonzero(first_kept), len(first_kept)).astype(np.uint32)
    has_groups = not first_kept.all()
    unique = words.take(np.flatnonzero(first_of_hash), axis=0)
    return Collapsed(unique, owners_of(starts if has_groups else None, ids[keep], stamps[keep]))


def _order(words: NDArray[np.uint64], rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Answer the order by hash, id and timestamp, and where two neighbours in it may have the same hash.

    The leading bits of the hash and the row's number are sorted as one number, which is several times faster
    than sorting row numbers by hash; the few rows whose leading bits are equal are then sorted by everything.
    """
    row_bits = np.uint64(max(len(words) - 1, 1).bit_length())
    packed = words[:, 0] >> row_bits << row_bits
    packed |= np.arange(len(words), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << row_bits) - np.uint64(1))).astype(np.int64)
    packed >>= row_bits
    same = packed[1:] == packed[:-1]
    alike = np.flatnonzero(same)
    if len(alike):
        tied = np.flatnonzero(np.append(same, [False]) | np.concatenate([[False], same]))
        among = order[tied]
        least_first = [words[among, column] for column in reversed(range(words.shape[1]))]
        order[tied] = among[np.lexsort([rows.timestamps_ms[among], rows.ids[among], *least_first])]
    return order, alike


def owners_of(
    starts: NDArray[np.uint32] | None,
    ids: NDArray[np.uint64],
    stamps: NDArray[np.uint32],
) -> Owners:
    """Answer the owners in as few bytes as they need."""
    lowest = int(ids.min()) if len(ids) else 0
    highest = int(ids.max()) if len(ids) else 0
    lowest = lowest if highest >= NARROW_LIMIT else 0
    narrow = highest - lowest < NARROW_LIMIT
    column = (ids - np.uint64(lowest)).astype(np.uint32) if narrow else ids
    return Owners(starts, column, lowest if narrow else 0, stamps if stamps.any() else None)
