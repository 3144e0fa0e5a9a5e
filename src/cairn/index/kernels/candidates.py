"""What has passed the chain filter: fetched together, compared in full, and reported once.

A candidate waits twice for memory, for its row and for its hash. So candidates gather until there are
``GATHERED`` of them, their rows already on their way; then all hashes are asked for, then all are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from cairn.index.kernels.plan import BAND, DAMAGED, LIMIT, START, WEIGHT, WIDTH
from cairn.index.kernels.vector_code import LANE_BYTES, ctpop, cttz, lanes_within, prefetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

njit: Any = numba.njit
"""numba's own types cannot say that a compiled function is called like the function it was made from."""
GATHERED = 256
"""Candidates that wait together: more than memory answers at once, few enough for the first-level cache."""
ROOM_FOR_CANDIDATES = GATHERED + LANE_BYTES // 2
"""One comparison of lanes may add so many to those that wait already."""
POSTING, QUERY, STEP = range(3)
"""The columns of candidates: a posting of its band, the query that it may be near, and the plan's step."""


def _distance(left: Array, i: int, right: Array, j: int) -> Any:  # pragma: no cover - compiled
    """Answer the differing bits of two rows of words."""
    return (
        ctpop(left[i, 0] ^ right[j, 0])
        + ctpop(left[i, 1] ^ right[j, 1])
        + ctpop(left[i, 2] ^ right[j, 2])
        + ctpop(left[i, 3] ^ right[j, 3])
    )


def _window(words: Array, row: int, start: int, width: int) -> Any:  # pragma: no cover - compiled
    """Answer ``width`` bits from bit ``start``, which may lie behind the end and then wraps around."""
    word = (start >> 6) & 3
    shift = np.uint64(start & 63)
    bits = words[row, word] << shift
    if shift:
        bits |= words[row, (word + 1) & 3] >> (np.uint64(64) - shift)
    return bits >> np.uint64(64 - width)


def _is_first(
    words: Array,
    row: int,
    queries: Array,
    query: int,
    plan: Array,
    step: int,
    signature_bits: int,
) -> bool:  # pragma: no cover - compiled
    """Tell whether no earlier step of the plan accepts this pair, so that it is reported exactly once."""
    differing = np.empty((1, 4), np.uint64)
    for word in range(4):
        differing[0, word] = words[row, word] ^ queries[query, word]
    for earlier in range(step):
        start, width = plan[earlier, START], plan[earlier, WIDTH]
        weight = np.int64(ctpop(window(differing, 0, start, width)))
        if weight <= plan[earlier, WEIGHT]:
            signature = np.int64(ctpop(window(differing, 0, start + width, signature_bits)))
            if weight + signature <= plan[earlier, LIMIT]:
                return False
    return True


def _gather(
    flat: Array,
    place: Any,
    end: int,
    base: int,
    signature: Any,
    room: Any,
    flat_rows: Array,
    rows_base: int,
    query: int,
    step: int,
    candidates: Array,
    gathered: int,
) -> tuple[Any, int]:  # pragma: no cover - compiled
    """Pass signatures through the chain filter until the end, or until enough candidates wait.

    Args:
        flat: The signatures of all bands.
        place: Where to begin in them.
        end: Where to end.
        base: Where this band's begin.
        signature: What the query looks for.
        room: In how many bits a signature may differ from it.
        flat_rows: The rows of all bands.
        rows_base: Where this band's begin; below 0 in band 0, which has none.
        query: Whose candidates they are.
        step: Of which step.
        candidates: Where they are noted; there is room for those of one line more than ``GATHERED``.
        gathered: How many wait already.

    Returns:
        Where to go on, and how many wait now.
    """
    lanes = np.intp(LANE_BYTES // flat.itemsize)
    while place < end and gathered < GATHERED:
        near = lanes_within(flat, place, signature, room)
        if end - place < lanes:
            near &= (np.uint64(1) << np.uint64(end - place)) - np.uint64(1)
        while near:
            posting = place - base + np.intp(cttz(near))
            near &= near - np.uint64(1)
            if rows_base >= 0:
                prefetch(flat_rows, rows_base + posting)
            candidates[gathered, POSTING] = posting
            candidates[gathered, QUERY] = query
            candidates[gathered, STEP] = step
            gathered += 1
        place += lanes
    return place, gathered


def _row_of(rows: Array, band: int, posting: int) -> Any:  # pragma: no cover - compiled
    """Answer the row of a posting; those of band 0 are the rows themselves."""
    return posting if band == 0 else np.intp(rows[band - 1, posting])


def _report(
    words: Array,
    rows: Array,
    queries: Array,
    origin: int,
    plan: Array,
    signature_bits: int,
    radius: int,
    candidates: Array,
    gathered: int,
    found: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Compare candidates with their queries, write the hits, and answer how many there are by now.

    ``origin`` is added to each query's number. Answers ``DAMAGED`` where a posting leads outside the hashes.
    """
    flat = words.reshape(-1)
    for k in range(gathered):
        row = row_of(rows, plan[candidates[k, STEP], BAND], candidates[k, POSTING])
        if row >= words.shape[0]:
            return DAMAGED
        prefetch(flat, row * 4)
        candidates[k, POSTING] = row
    for k in range(gathered):
        row, query = candidates[k, POSTING], candidates[k, QUERY]
        near = distance(words, row, queries, query)
        if near <= radius and is_first(words, row, queries, query, plan, candidates[k, STEP], signature_bits):
            if found < out.shape[1]:
                out[0, found] = origin + query
                out[1, found] = row
                out[2, found] = near
            found += 1
    return found


gather = njit(inline="always")(_gather)
distance = njit(inline="always")(_distance)
window = njit(inline="always")(_window)
row_of = njit(inline="always")(_row_of)
is_first = njit(_is_first)
report = njit(_report)
