"""Distances by scanning: the truth that every faster way must agree with, and the fallback of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Hits(NamedTuple):
    """Which hash of a part lies within the radius of which query.

    Attributes:
        query: ``(m,) int64``.
        row: ``(m,) int64``, the position of the hash in the part.
        distance: ``(m,) uint16``.
    """

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    distance: NDArray[np.uint16]


NO_HITS = Hits(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint16))


def scan(words: NDArray[np.uint64], queries: NDArray[np.uint64], *, radius: int) -> Hits:
    """Answer every hit by comparing each query with each hash.

    Args:
        words: ``(n, 4) uint64``; any order of bytes, as long as both sides share it.
        queries: ``(q, 4) uint64``.
        radius: Differing bits that still count.
    """
    found = [scan_one(words, query, radius=radius) for query in queries]
    rows = [hit[0] for hit in found]
    if not rows:
        return NO_HITS
    query = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return Hits(query, np.concatenate(rows), np.concatenate([hit[1] for hit in found]))


def scan_one(
    words: NDArray[np.uint64],
    query: NDArray[np.uint64],
    *,
    radius: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Answer the rows within the radius of one query, and their distances."""
    counts = np.bitwise_count(words ^ query)
    total = counts[:, 0].astype(np.uint16)
    for column in (1, 2, 3):
        total += counts[:, column]
    rows = np.flatnonzero(total <= radius)
    return rows, total[rows]
