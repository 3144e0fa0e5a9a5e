"""All pairs: which entries of different ids lie within a radius of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.index.blocks import Entries, HashPairs, blocks_of, entries_of, hash_pairs
from cairn.index.matches import Pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.index.segment import PdqSegment
    from cairn.index.snapshot import Snapshot


def find_pairs(snapshot: Snapshot[PdqSegment], *, radius: int) -> Pairs:
    """Answer every two entries of different ids within ``radius``, in the order of their ids.

    A hash that k ids share gives k·(k - 1)/2 pairs, and none is left out; where that is too many, ask for
    clusters, which need only one step for each entry.
    """
    blocks = blocks_of(snapshot)
    entries = entries_of(blocks)
    found = hash_pairs(blocks, radius=radius)
    shared = np.flatnonzero(entries.counts > 1)
    first, second, distance = _fan_out(
        entries,
        HashPairs(
            np.concatenate([found.first, shared]),
            np.concatenate([found.second, shared]),
            np.concatenate([found.distance, np.zeros(len(shared), np.uint16)]),
        ),
    )
    ids, stamps = entries.ids, entries.timestamps_ms
    order = np.lexsort((distance, stamps[second], stamps[first], ids[second], ids[first]))
    first, second, distance = first[order], second[order], distance[order]
    new = _is_new(ids[first], ids[second], stamps[first], stamps[second], distance)
    first, second, distance = first[new], second[new], distance[new]
    return Pairs(ids[first], ids[second], stamps[first], stamps[second], distance, snapshot.coverage)


def _fan_out(
    entries: Entries,
    pairs: HashPairs,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16]]:
    """Answer the pairs of entries behind pairs of hashes, the lower id first, equal ids left out."""
    sizes = entries.counts
    times = sizes[pairs.first] * sizes[pairs.second]
    origin = np.repeat(np.arange(len(times)), times)
    place = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    across = sizes[pairs.second][origin]
    left = entries.starts[pairs.first][origin] + place // np.maximum(across, 1)
    right = entries.starts[pairs.second][origin] + place % np.maximum(across, 1)
    swapped = entries.ids[left] > entries.ids[right]
    first, second = np.where(swapped, right, left), np.where(swapped, left, right)
    differ = entries.ids[first] != entries.ids[second]
    return first[differ], second[differ], pairs.distance[origin][differ]


def _is_new(*columns: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Answer where a sorted row differs from the one before."""
    new = np.zeros(len(columns[0]), np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new
