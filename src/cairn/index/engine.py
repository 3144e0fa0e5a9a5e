"""Chooses between NumPy and the compiled kernels, and calls the one or the others."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from cairn.index import bands, hamming, loading
from cairn.index.hamming import NO_HITS, Hits
from cairn.index.sharing import run, shares

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cairn.index.bands import Layout, Tables

SCANNED_ROWS_A_QUESTION = 100_000
"""Rows that NumPy scans in about a millisecond."""
JOIN_ITEMS = 1 << 16
"""Postings of a self-join for each task: enough to spread evenly, few enough to keep memory small."""


def scan(words: NDArray[np.uint64], queries: NDArray[np.uint64], *, radius: int) -> Hits:
    """Answer every hit by comparing each query with each hash; see ``hamming.scan``."""
    if not len(words) or not len(queries):
        return NO_HITS
    kernels = loading.KERNELS.when_worth_it(len(queries) * len(words) / SCANNED_ROWS_A_QUESTION)
    if kernels is None:
        return hamming.scan(words, queries, radius=radius)
    kernel = kernels.scan
    return run(
        lambda first, last, out: kernel(words, queries, radius, first, last, out),
        shares(len(queries), heavy=len(words) > SCANNED_ROWS_A_QUESTION),
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
    kernels = loading.KERNELS.when_worth_it(len(queries))
    if kernels is None:
        return bands.search(words, tables, queries, radius=radius)
    kernel = _chosen(tables, kernels.search_sixteen, kernels.search_thirteen)
    plan, masks = _plan(tables.layout, radius)
    shape = (tables.offsets, tables.signatures, tables.rows)
    return run(
        lambda first, last, out: kernel(words, *shape, queries, plan, masks, radius, first, last, out),
        shares(len(queries), heavy=False),
    )


def join(words: NDArray[np.uint64], tables: Tables | None, *, radius: int) -> Hits:
    """Answer every two rows within the radius of each other; each pair once, in either order.

    Raises:
        IntegrityError: When the tables are damaged.
    """
    if tables is None or radius > bands.LARGEST_RADIUS:
        hits = scan(words, words, radius=radius)
        once = hits.query < hits.row
        return Hits(hits.query[once], hits.row[once], hits.distance[once])
    kernels = loading.KERNELS.load()
    kernel = _chosen(tables, kernels.join_sixteen, kernels.join_thirteen)
    plan, masks = _plan(tables.layout, radius)
    shape = (tables.offsets, tables.signatures, tables.rows)
    ranges = [(first, min(first + JOIN_ITEMS, len(words))) for first in range(0, len(words), JOIN_ITEMS)]
    return run(
        lambda first, last, out: kernel(words, *shape, plan, masks, radius, first, last, out),
        ranges,
    )


def _chosen(tables: Tables, sixteen: Callable[..., int], thirteen: Callable[..., int]) -> Callable[..., int]:
    """Answer the kernel for the width of the signatures."""
    return sixteen if tables.signatures.dtype == np.uint16 else thirteen


@lru_cache(maxsize=256)
def _plan(layout: Layout, radius: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Answer the steps as the kernel reads them."""
    plan = []
    masks = []
    total = 0
    for step in bands.steps(layout, radius):
        end = total + len(step.masks)
        plan.append((step.band, step.start, step.width, step.weight, step.limit, total, end))
        masks.append(step.masks)
        total = end
    return np.array(plan, np.int64), np.concatenate(masks)
