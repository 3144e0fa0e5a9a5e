"""The compiled comparisons with everything: of PDQ hashes, and of PhotoDNA values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.index.kernels.candidates import distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

BLOCK_ROWS = 512
"""Hashes of a scan that stay in the first-level cache while all queries pass over them."""


def scan_all(
    words: Array, queries: Array, radius: int, first: int, last: int, out: Array
) -> Any:  # pragma: no cover - compiled
    """Write every hit of the queries from ``first`` to ``last`` by comparing all; answer their number."""
    found = 0
    for block in range(0, words.shape[0], BLOCK_ROWS):
        end = min(block + BLOCK_ROWS, words.shape[0])
        for query in range(first, last):
            for row in range(block, end):
                near = distance(words, row, queries, query)
                if near <= radius:
                    if found < out.shape[1]:
                        out[0, found] = query
                        out[1, found] = row
                        out[2, found] = near
                    found += 1
    return found


def sum_squares(
    values: Array, queries: Array, bound: int, query: int, first: int, last: int, out: Array
) -> Any:  # pragma: no cover - compiled
    """Write every row from ``first`` to ``last`` whose squared differences add up to ``bound`` at most."""
    found = 0
    for row in range(first, last):
        total = np.int32(0)
        for place in range(values.shape[1]):
            difference = np.int32(values[row, place]) - np.int32(queries[query, place])
            total += difference * difference
        if total <= bound:
            if found < out.shape[1]:
                out[0, found] = query
                out[1, found] = row
                out[2, found] = total
            found += 1
    return found
