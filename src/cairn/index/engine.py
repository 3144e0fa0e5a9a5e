"""Chooses between NumPy and the compiled kernels, and spreads large batches over the processor's cores.

NumPy answers a single question in a millisecond and needs no start-up; the kernels answer it in microseconds,
and cost half a second to load. So the kernels are loaded by ``warm_up``, or once the questions asked so far
would have paid for it.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from cairn.errors import IntegrityError
from cairn.index import bands, hamming, kernel_cache
from cairn.index.hamming import NO_HITS, Hits
from cairn.index.words import window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from cairn.index.bands import Layout, Tables

    Kernel = Callable[[int, int, NDArray[np.int64]], int]

PATIENCE = 1_000
"""Questions answered by NumPy, a millisecond each, before the kernels are loaded unasked."""
COLD_PATIENCE = 15_000
"""The same where the kernels must be compiled first, which takes many seconds."""
SCANNED_ROWS_A_QUESTION = 100_000
"""Rows that NumPy scans in about a millisecond."""
ROOM = 1_024
"""Hits to expect from one call of a kernel; where there are more, it is called again with room for all."""
JOIN_ITEMS = 1 << 16
"""Postings of a self-join for each task: enough to spread evenly, few enough to keep memory small."""
BATCH_ITEMS = 1 << 16
"""Queries of a batch for each task at most; fewer share the cores equally."""
COMPARED_VALUES_A_QUESTION = 5_000
"""PhotoDNA values that NumPy compares in about a millisecond."""
SQUARES_BLOCK_ROWS = 16_384
SMALLEST_SHARE = 65_536
"""Fewer rows are not worth a second thread."""
SMALL_BATCH = 64
"""Fewer queries are not worth a second thread."""
DAMAGED = -1
"""What a kernel answers when a table points outside the hashes."""
APART, WITH_ITSELF = False, True
"""Whether the queries are the stored hashes themselves."""


class _Kernels:
    """The compiled module, once it is loaded."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._module: ModuleType | None = None
        self._asked = 0.0
        self._mutex = threading.Lock()

    def load(self) -> ModuleType:
        """Answer the compiled kernels."""
        with self._mutex:
            if self._module is None:
                from cairn.index import kernels  # noqa: PLC0415 - importing numba costs half a second

                self._module = kernels
            return self._module

    def when_worth_it(self, questions: float) -> ModuleType | None:
        """Answer the kernels when they are loaded, or when loading them now has paid off."""
        if self._module is None:
            self._asked += questions
            if self._asked > PATIENCE and (self._asked > COLD_PATIENCE or kernel_cache.is_warm()):
                return self.load()
        return self._module


_KERNELS = _Kernels()


def warm_up() -> None:
    """Compile or load the kernels now, so that no later query has to wait for it."""
    _KERNELS.load()


def warm_up_where_kept() -> None:
    """Load the kernels now where they were compiled before: for a process that will be asked a lot."""
    if kernel_cache.is_warm():
        warm_up()


def scan(words: NDArray[np.uint64], queries: NDArray[np.uint64], *, radius: int) -> Hits:
    """Answer every hit by comparing each query with each hash; see ``hamming.scan``."""
    if not len(words) or not len(queries):
        return NO_HITS
    kernels = _KERNELS.when_worth_it(len(queries) * len(words) / SCANNED_ROWS_A_QUESTION)
    if kernels is None:
        return hamming.scan(words, queries, radius=radius)
    kernel = kernels.scan
    return _run(
        lambda first, last, out: kernel(words, queries, radius, first, last, out),
        _shares(len(queries), heavy=len(words) > SCANNED_ROWS_A_QUESTION),
    )


def search(
    words: NDArray[np.uint64],
    tables: Tables,
    queries: NDArray[np.uint64],
    *,
    radius: int,
) -> Hits:
    """Answer every hit of the queries, by the tables where the radius allows and by scanning elsewhere.

    Args:
        words: ``(n, 4) uint64``, sorted.
        tables: Their tables.
        queries: ``(q, 4) uint64``.
        radius: 0 to 256.

    Raises:
        IntegrityError: When the tables are damaged.
    """
    if radius > bands.LARGEST_RADIUS:
        return scan(words, queries, radius=radius)
    kernels = _KERNELS.when_worth_it(len(queries))
    if kernels is None:
        return bands.search(words, tables, queries, radius=radius)
    kernel = _kernel(kernels, tables)
    plan, masks = _plan(tables.layout, radius)
    shape = (tables.offsets, tables.signatures, tables.rows)
    if len(queries) == 1:
        order = _only_query(len(plan))
        return _run(
            lambda first, last, out: kernel(
                words, *shape, queries, order, plan, masks, radius, first, last, APART, out
            ),
            ((0, 1),),
        )

    def run_share(first: int, last: int, out: NDArray[np.int64]) -> int:
        share = queries[first:last]
        order = _orders(tables.layout, share, radius)
        found = kernel(words, *shape, share, order, plan, masks, radius, 0, last - first, APART, out)
        out[0, : max(found, 0)] += first
        return found

    return _run(run_share, _shares(len(queries), heavy=False))


def join(words: NDArray[np.uint64], tables: Tables | None, *, radius: int) -> Hits:
    """Answer every two rows within the radius of each other; each pair once, in either order.

    Raises:
        IntegrityError: When the tables are damaged.
    """
    if tables is None or radius > bands.LARGEST_RADIUS:
        hits = scan(words, words, radius=radius)
        once = hits.query < hits.row
        return Hits(hits.query[once], hits.row[once], hits.distance[once])
    kernel = _kernel(_KERNELS.load(), tables)
    plan, masks = _plan(tables.layout, radius)
    order = _only_query(len(plan))
    shape = (tables.offsets, tables.signatures, tables.rows)
    shares = [(first, min(first + JOIN_ITEMS, len(words))) for first in range(0, len(words), JOIN_ITEMS)]
    return _run(
        lambda first, last, out: kernel(
            words, *shape, words, order, plan, masks, radius, first, last, WITH_ITSELF, out
        ),
        shares,
    )


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
    kernels = _KERNELS.when_worth_it(compared / COMPARED_VALUES_A_QUESTION)
    found = []
    for query, (first, last) in enumerate(windows):
        if kernels is None:
            found.append(_squares_of_one(values, queries, query, (first, last), bound))
            continue
        run = partial(_call_squares, kernels.squares, values, queries, bound, query)
        size = max(-(-(last - first) // (os.cpu_count() or 1)), SMALLEST_SHARE)
        shares = [(start, min(start + size, last)) for start in range(first, last, size)]
        found.append(_run_shares(run, shares))
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


def _kernel(kernels: ModuleType, tables: Tables) -> Callable[..., int]:
    """Answer the kernel for the width of the signatures."""
    kernel: Callable[..., int] = (
        kernels.search_sixteen if tables.signatures.dtype == np.uint16 else kernels.search_thirteen
    )
    return kernel


@lru_cache(maxsize=256)
def _plan(layout: Layout, radius: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Answer the steps as the kernel reads them."""
    plan = []
    masks = []
    total = 0
    for step in bands.steps(layout, radius):
        end = total + len(step.masks)
        plan.append((step.band, step.start, step.width, step.weight, step.limit, total, end, layout.bands))
        masks.append(step.masks)
        total = end
    return np.array(plan, np.int64), np.concatenate(masks)


@cache
def _only_query(steps: int) -> NDArray[np.uint32]:
    """Answer the order of a single query: the same in every step."""
    return np.zeros((steps, 1), np.uint32)


def _orders(layout: Layout, queries: NDArray[np.uint64], radius: int) -> NDArray[np.uint32]:
    """Answer the queries in the order of their keys, for each step, so that neighbours share cache lines."""
    plan = bands.steps(layout, radius)
    orders = np.empty((len(plan), len(queries)), np.uint32)
    for place, step in enumerate(plan):
        orders[place] = np.argsort(window(queries, step.start, step.width))
    return orders


@cache
def _executor() -> ThreadPoolExecutor:
    """Answer the threads that share large batches."""
    return ThreadPoolExecutor(os.cpu_count() or 1, "cairn-search")


def _shares(count: int, *, heavy: bool) -> Sequence[tuple[int, int]]:
    """Answer how ``count`` queries are shared out, as ranges."""
    cores = os.cpu_count() or 1
    if count <= 1 or (count < SMALL_BATCH and not heavy):
        return ((0, count),)
    size = min(-(-count // cores), BATCH_ITEMS)
    return [(first, min(first + size, count)) for first in range(0, count, size)]


def _run(kernel: Kernel, shares: Sequence[tuple[int, int]]) -> Hits:
    """Run the kernel on each share and answer all hits."""
    found = _run_shares(kernel, shares)
    if not found.shape[1]:
        return NO_HITS
    return Hits(found[0], found[1], found[2].astype(np.uint16))


def _run_shares(kernel: Kernel, shares: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Run the kernel on each share, on all cores, and answer the columns that it wrote."""
    if len(shares) == 1:
        return _run_share(kernel, shares[0])
    columns = list(_executor().map(lambda share: _run_share(kernel, share), shares))
    return np.concatenate(columns, axis=1) if columns else np.empty((3, 0), np.int64)


def _run_share(kernel: Kernel, share: tuple[int, int]) -> NDArray[np.int64]:
    """Run the kernel once, or twice where it finds more than there is room for.

    Raises:
        IntegrityError: When the kernel met a table that points outside the hashes.
    """
    room = ROOM + 2 * (share[1] - share[0])
    while True:
        out = np.empty((3, room), np.int64)
        found = kernel(*share, out)
        if found == DAMAGED:
            raise IntegrityError(
                "A table of the index points outside of it. Verify the index, then rebuild it.",
                code="index.damaged",
            )
        if found <= room:
            return out[:, :found]
        room = found
