"""PhotoDNA values within a sum of squared differences, by NumPy or by the compiled kernel."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cairn.index import loading
from cairn.index.sharing import run_shares

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

COMPARED_VALUES_A_QUESTION = 5_000
"""PhotoDNA values that NumPy compares in about a millisecond."""
SQUARES_BLOCK_ROWS = 16_384
SMALLEST_SHARE = 65_536
"""Fewer rows are not worth a second thread."""


def squares(
    values: NDArray[np.uint8],
    queries: NDArray[np.uint8],
    windows: Sequence[tuple[int, int]],
    *,
    bound: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Answer query, row and sum of squared differences of every row within ``bound``, in each query's window.

    Args:
        values: ``(n, k) uint8``.
        queries: ``(q, k) uint8``.
        windows: For each query the first row, and the row behind the last, that can be near.
        bound: The largest sum that still counts.
    """
    compared = sum(last - first for first, last in windows)
    kernels = loading.KERNELS.when_worth_it(compared / COMPARED_VALUES_A_QUESTION)
    found = []
    for query, (first, last) in enumerate(windows):
        if kernels is None:
            found.append(_squares_of_one(values, queries, query, (first, last), bound))
            continue
        run = partial(_call_squares, kernels.squares, values, queries, bound, query)
        size = max(-(-(last - first) // (os.cpu_count() or 1)), SMALLEST_SHARE)
        shares = [(start, min(start + size, last)) for start in range(first, last, size)]
        found.append(run_shares(run, shares))
    query_column, row, total = np.concatenate([np.empty((3, 0), np.int64), *found], axis=1)
    return query_column, row, total


def _call_squares(
    kernel: Callable[..., int],
    values: NDArray[np.uint8],
    queries: NDArray[np.uint8],
    bound: int,
    query: int,
    first: int,
    last: int,
    out: NDArray[np.int64],
) -> int:
    """Run the kernel on the rows from ``first`` to ``last``."""
    return kernel(values, queries, bound, query, first, last, out)


def _squares_of_one(
    values: NDArray[np.uint8],
    queries: NDArray[np.uint8],
    query: int,
    window: tuple[int, int],
    bound: int,
) -> NDArray[np.int64]:
    """Answer query, row and sum for one query, with NumPy alone."""
    found = []
    for start in range(*window, SQUARES_BLOCK_ROWS):
        block = values[start : min(start + SQUARES_BLOCK_ROWS, window[1])]
        difference = block.astype(np.int32) - queries[query].astype(np.int32)
        total = np.einsum("ij,ij->i", difference, difference)
        row = np.flatnonzero(total <= bound)
        found.append(np.stack([np.full(len(row), query), row + start, total[row]]))
    return np.concatenate([np.empty((3, 0), np.int64), *found], axis=1)
