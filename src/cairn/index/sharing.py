"""Spreads the calls of a kernel over the processor's cores, and gives each the room that it needs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cairn.errors import IntegrityError
from cairn.index.hamming import NO_HITS, Hits
from cairn.index.kernels.plan import DAMAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Kernel = Callable[[int, int, NDArray[np.int64]], int]

ROOM = 1_024
"""Hits to expect from one call of a kernel; where there are more, it is called again with room for all."""
BATCH_ITEMS = 1 << 16
"""Queries of a batch for each task at most; fewer share the cores equally."""
SMALL_BATCH = 2_048
"""Fewer queries are not worth a second thread: among ten million hashes they take some 50 milliseconds, and
two threads take up to a tenth more processor time for them, which other calls lack."""


def shares(count: int, *, heavy: bool) -> Sequence[tuple[int, int]]:
    """Answer how ``count`` queries are shared out, as ranges."""
    cores = os.cpu_count() or 1
    if count <= 1 or (count < SMALL_BATCH and not heavy):
        return ((0, count),)
    size = min(-(-count // cores), BATCH_ITEMS)
    return [(first, min(first + size, count)) for first in range(0, count, size)]


def run(kernel: Kernel, ranges: Sequence[tuple[int, int]]) -> Hits:
    """Run the kernel on each range and answer all hits.

    Raises:
        IntegrityError: When the kernel met a table that points outside the hashes.
    """
    found = run_shares(kernel, ranges)
    if not found.shape[1]:
        return NO_HITS
    return Hits(found[0], found[1], found[2].astype(np.uint16))


def run_shares(kernel: Kernel, ranges: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Run the kernel on each range, on all cores, and answer the columns that it wrote.

    Raises:
        IntegrityError: As ``run``.
    """
    if len(ranges) == 1:
        return _run_share(kernel, ranges[0])
    columns = list(_executor().map(lambda share: _run_share(kernel, share), ranges))
    return np.concatenate(columns, axis=1) if columns else np.empty((3, 0), np.int64)


@cache
def _executor() -> ThreadPoolExecutor:
    """Answer the threads that share large batches."""
    return ThreadPoolExecutor(os.cpu_count() or 1, "cairn-search")


def _run_share(kernel: Kernel, share: tuple[int, int]) -> NDArray[np.int64]:
    """Run the kernel once, or twice where it finds more than there is room for."""
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
