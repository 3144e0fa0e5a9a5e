"""Which segments to merge, and when: a rule about sizes that keeps both queries and writing cheap.

Every segment costs a query some microseconds, so there must be few. Every merge writes its entries again, so
it must pay: segments are merged by fours, each level four times as large as the one before. An entry is then
written about log₄(n / 32,768) times, and about three segments stand on each level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SEAL_ROWS = 32_768
"""A tail of this many rows is scanned in some 0.1 ms; beyond that it becomes a segment."""
FAN_IN = 4
LARGEST_MERGE_ROWS = 1 << 28
"""Row numbers are 32 bits wide, and a merge must fit into memory."""


def level(rows: int) -> int:
    """Answer how often a segment of this size was merged: 0 up to ``SEAL_ROWS`` times ``FAN_IN``."""
    steps = 0
    while rows >= SEAL_ROWS * FAN_IN:
        rows //= FAN_IN
        steps += 1
    return steps


def plan_merge(sizes: Sequence[int | None]) -> slice | None:
    """Answer the run of neighbours to merge next; ``None`` when all is well.

    Only neighbours are merged, because a removal acts on the parts before it. The run ends at the newest
    segment that has ``FAN_IN`` neighbours of its own level or below.

    Args:
        sizes: Rows of each part, oldest first; ``None`` for a part to be left alone, such as a journal.
    """
    for end in range(len(sizes), 0, -1):
        last = sizes[end - 1]
        if last is not None:
            run = _run_ending_at(sizes, end, top=level(last))
            if run.stop - run.start >= FAN_IN:
                return run
    return None


def _run_ending_at(sizes: Sequence[int | None], end: int, *, top: int) -> slice:
    """Answer the longest run of parts before ``end`` that lie on level ``top`` or below."""
    total = 0
    start = end
    while start > 0:
        size = sizes[start - 1]
        if size is None or level(size) > top or total + size > LARGEST_MERGE_ROWS:
            break
        total += size
        start -= 1
    return slice(start, end)
