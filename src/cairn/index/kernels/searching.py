"""The compiled search: which buckets a batch visits, in the order in which they lie in memory.

A *probe* is one bucket that one query visits in one band. All probes of a band are sorted by their bucket, so
that neighbours meet what is in the processor's cache or near it, and are passed in three stages: the place of
a probe's bucket is asked for, a little later its signatures, and a little later these are compared. What
memory takes is nearly all that a query takes; see docs/adr/0228-probes-in-the-order-of-memory.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from cairn.index.kernels.candidates import GATHERED, ROOM_FOR_CANDIDATES, gather, report, window
from cairn.index.kernels.plan import BAND, DAMAGED, END_MASK, FIRST_MASK, LIMIT, START, WIDTH
from cairn.index.kernels.vector_code import LANE_BYTES, ctpop, prefetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

njit: Any = numba.njit
AHEAD = 16
"""How many probes before its turn a bucket is asked for, and twice that its place."""
RING = 2 * AHEAD
"""Buckets whose place is known; a power of two."""
LINES_AHEAD = 16
"""How much of a bucket is asked for, in lines of 64 bytes; behind them the processor does it itself."""
PROBES = 1 << 20
"""Of one band at once: 16 megabytes with the room to sort them."""
FEW_PROBES = 4_096
"""So few of all bands together are not worth sorting; they wait for memory together."""

QUERY_BITS, ROOM_BITS, STEP_BITS = 20, 5, 5
"""A probe is a number: query, room and step from the lowest bit on, and the bucket from ``BUCKET_BIT`` on."""
STEP_BIT, BUCKET_BIT = QUERY_BITS + ROOM_BITS, 32


def _make_probes(
    queries: Array, plan: Array, masks: Array, step: int, bits: int, wanted: Array, probes: Array, number: int
) -> Any:  # pragma: no cover - compiled
    """Append one step's probes of all queries, and note the signatures they look for; answer their number."""
    start, width = plan[step, START], plan[step, WIDTH]
    for query in range(queries.shape[0]):
        key = window(queries, query, start, width)
        wanted[step, query] = window(queries, query, start + width, bits)
        low = np.uint64(query) | np.uint64(step) << np.uint64(STEP_BIT)
        for m in range(plan[step, FIRST_MASK], plan[step, END_MASK]):
            mask = np.uint64(masks[m])
            room = np.uint64(plan[step, LIMIT]) - ctpop(mask)
            probes[number] = low | room << np.uint64(QUERY_BITS) | (key ^ mask) << np.uint64(BUCKET_BIT)
            number += 1
    return number


def _sort_probes(probes: Array, spare: Array, number: int, width: int) -> None:  # pragma: no cover - compiled
    """Sort probes by their buckets of ``width`` bits, in two passes."""
    digit = np.uint64((width + 1) // 2)
    low_ones = (np.uint64(1) << digit) - np.uint64(1)
    places = np.zeros((2, np.intp(low_ones) + 2), np.intp)
    for k in range(number):
        bucket = probes[k] >> np.uint64(BUCKET_BIT)
        places[0, np.intp(bucket & low_ones) + 1] += 1
        places[1, np.intp(bucket >> digit) + 1] += 1
    for k in range(places.shape[1] - 1):
        places[0, k + 1] += places[0, k]
        places[1, k + 1] += places[1, k]
    for k in range(number):
        value = np.uintp((probes[k] >> np.uint64(BUCKET_BIT)) & low_ones)
        spare[places[0, value]] = probes[k]
        places[0, value] += 1
    for k in range(number):
        value = np.uintp(spare[k] >> (np.uint64(BUCKET_BIT) + digit))
        probes[places[1, value]] = spare[k]
        places[1, value] += 1


def _band_of(plan: Array, probe: Any) -> Any:  # pragma: no cover - compiled
    """Answer the band whose bucket a probe visits."""
    return plan[step_of(probe), BAND]


def _step_of(probe: Any) -> Any:  # pragma: no cover - compiled
    """Answer the step of a probe."""
    return np.intp((probe >> np.uint64(STEP_BIT)) & np.uint64((1 << STEP_BITS) - 1))


def _ask_for_bucket(
    flat_offsets: Array, flat: Array, place: int, base: int, begins: Array, ends: Array, at: int
) -> Any:  # pragma: no cover - compiled
    """Note where a bucket begins and ends, ask memory for its signatures, and answer its end in its band."""
    lanes = np.intp(LANE_BYTES // flat.itemsize)
    begin, end = np.intp(flat_offsets[place]), np.intp(flat_offsets[place + 1])
    begins[at], ends[at] = base + begin, base + end
    z = base + begin
    until = base + min(end, begin + LINES_AHEAD * lanes)
    while z < until:
        prefetch(flat, z)
        z += lanes
    prefetch(flat, until)
    return end


def _pass_probes(
    words: Array,
    offsets: Array,
    signatures: Array,
    rows: Array,
    queries: Array,
    origin: int,
    plan: Array,
    radius: int,
    wanted: Array,
    probes: Array,
    number: int,
    found: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Pass the buckets of all probes through the chain filter, report the hits, and answer their number."""
    hashes, stride, columns = np.intp(words.shape[0]), np.intp(signatures.shape[1]), np.intp(offsets.shape[1])
    flat, flat_offsets, flat_rows = signatures.reshape(-1), offsets.reshape(-1), rows.reshape(-1)
    bits = signatures.itemsize * 8
    begins, ends = np.empty(RING, np.intp), np.empty(RING, np.intp)
    candidates = np.empty((ROOM_FOR_CANDIDATES, 3), np.intp)
    gathered = 0
    for turn in range(number + 2 * AHEAD):
        if turn < number:
            probe = probes[turn]
            prefetch(flat_offsets, band_of(plan, probe) * columns + np.intp(probe >> np.uint64(BUCKET_BIT)))
        known = turn - AHEAD
        if 0 <= known < number:
            band = band_of(plan, probes[known])
            place = band * columns + np.intp(probes[known] >> np.uint64(BUCKET_BIT))
            if ask(flat_offsets, flat, place, band * stride, begins, ends, known & (RING - 1)) > hashes:
                return DAMAGED
        here = turn - 2 * AHEAD
        if here >= 0:
            probe = probes[here]
            query, step = np.intp(probe & np.uint64((1 << QUERY_BITS) - 1)), step_of(probe)
            room = signatures.dtype.type((probe >> np.uint64(QUERY_BITS)) & np.uint64((1 << ROOM_BITS) - 1))
            band = plan[step, BAND]
            base, rows_base, signature = band * stride, (band - 1) * hashes, wanted[step, query]
            z, end = begins[here & (RING - 1)], ends[here & (RING - 1)]
            while z < end:
                z, gathered = gather(
                    flat,
                    z,
                    end,
                    base,
                    signature,
                    room,
                    flat_rows,
                    rows_base,
                    query,
                    step,
                    candidates,
                    gathered,
                )
                if gathered >= GATHERED:
                    found = report(
                        words, rows, queries, origin, plan, bits, radius, candidates, gathered, found, out
                    )
                    if found == DAMAGED:
                        return DAMAGED
                    gathered = 0
    return report(words, rows, queries, origin, plan, bits, radius, candidates, gathered, found, out)


step_of = njit(inline="always")(_step_of)
band_of = njit(inline="always")(_band_of)
ask = njit(inline="always")(_ask_for_bucket)
make_probes = njit(_make_probes)
sort_probes = njit(_sort_probes)
pass_probes = njit(_pass_probes)


def search_bands(
    words: Array,
    offsets: Array,
    signatures: Array,
    rows: Array,
    queries: Array,
    plan: Array,
    masks: Array,
    radius: int,
    first: int,
    last: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Write every hit of the queries from ``first`` to ``last``; answer their number, or ``DAMAGED``.

    Args:
        words: ``(n, 4)``, sorted.
        offsets: As in ``Tables``.
        signatures: As in ``Tables``.
        rows: As in ``Tables``.
        queries: ``(q, 4)``.
        plan: ``(steps, 7)``, see the names of its columns.
        masks: What to flip, for all steps.
        radius: Differing bits that still count.
        first: The first query.
        last: Behind the last query.
        out: ``(3, capacity)``: query, row and distance. Filled as far as it reaches; the answer counts on, so
            that the caller can come again with more room.
    """
    bits = signatures.itemsize * 8
    steps = plan.shape[0]
    most = 1
    for step in range(steps):
        most = max(most, plan[step, END_MASK] - plan[step, FIRST_MASK])
    are_few = (last - first) * masks.size <= FEW_PROBES
    block = min(last - first, max(PROBES // most, 1))
    wanted = np.empty((steps, block), signatures.dtype)
    size = block * masks.size if are_few else block * most
    probes, spare = np.empty(size, np.uint64), np.empty(0 if are_few else size, np.uint64)
    found = 0
    for begin in range(first, last, block):
        asked = queries[begin : min(begin + block, last)]
        number = 0
        for step in range(steps):
            number = make_probes(asked, plan, masks, step, bits, wanted, probes, number)
            if not are_few:
                sort_probes(probes, spare, number, plan[step, WIDTH])
            if not are_few or step == steps - 1:
                found = pass_probes(
                    words,
                    offsets,
                    signatures,
                    rows,
                    asked,
                    begin,
                    plan,
                    radius,
                    wanted,
                    probes,
                    number,
                    found,
                    out,
                )
                if found == DAMAGED:
                    return DAMAGED
                number = 0
    return found
