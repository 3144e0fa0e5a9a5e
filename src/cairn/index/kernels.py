"""The compiled inner loops. Importing this module imports numba, so it is only imported when it pays.

Each kernel has one fixed signature, releases the interpreter's lock, and is kept in an on-disk cache; see
``kernel_cache``. Each has a twin in NumPy (``hamming.scan``, ``bands.search``) that must answer the same,
which the tests check; coverage cannot look into compiled code.

``search_bands`` walks over *items*, one query in one band each, band after band. While one item's buckets are
scanned, the next item's are already on their way from memory, cut into chunks of 64 bytes. So are the rows of
candidates, which wait in ``pending`` until there are enough of them, and then their hashes, in ``fetched``:
what memory takes is nearly all that a query takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba import types

from cairn.index.kernel_cache import use_cache_folder
from cairn.index.vector_code import LANE_BYTES, ctpop, cttz, lanes_within, prefetch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

njit: Any = numba.njit
"""numba's own types cannot say that a compiled function is called like the function it was made from."""
PENDING = 64
"""Candidates whose hashes are on their way from memory while the scan goes on."""
ITEMS_AHEAD = 8
"""How many items before its turn the hash of a self-join's posting is fetched."""
CHUNKS_OF_BUCKET = 16
"""How far into a bucket to fetch ahead, in chunks of 64 bytes; behind them the processor does it itself."""
DAMAGED = -1
"""Answered instead of a count when a table points outside the hashes."""
BLOCK_ROWS = 512
"""Hashes of a scan that stay in the first-level cache while all queries pass over them."""

BAND, START, WIDTH, WEIGHT, LIMIT, FIRST_MASK, END_MASK, BANDS = range(8)
"""The columns of a plan: those of ``bands.Step``, and the number of bands that the tables have."""


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


def _report(
    words: Array,
    queries: Array,
    plan: Array,
    signature_bits: int,
    radius: int,
    fetched: Array,
    ready: int,
    found: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Compare the candidates whose hashes were fetched in full and write the hits; answer how many by now."""
    for k in range(ready):
        row, query, step = fetched[k, 0], fetched[k, 1], fetched[k, 2]
        near = distance(words, row, queries, query)
        if near <= radius and is_first(words, row, queries, query, plan, step, signature_bits):
            if found < out.shape[1]:
                out[0, found] = query
                out[1, found] = row
                out[2, found] = near
            found += 1
    return found


def _fetch(
    words: Array, rows: Array, plan: Array, pending: Array, waiting: int, fetched: Array
) -> bool:  # pragma: no cover - compiled
    """Read the rows of the postings that wait and fetch their hashes; false where one lies outside."""
    flat_words = words.reshape(-1)
    for k in range(waiting):
        posting, step = pending[k, 0], pending[k, 2]
        band = plan[step, BAND]
        row = posting if band == 0 else np.int64(rows[band - 1, posting])
        if row >= words.shape[0]:
            return False
        prefetch(flat_words, np.intp(row * 4))
        fetched[k, 0], fetched[k, 1], fetched[k, 2] = row, pending[k, 1], step
    return True


def _prepare(
    offsets: Array,
    signatures: Array,
    plan: Array,
    masks: Array,
    step: int,
    key: Any,
    is_self: bool,
    buckets: Array,
    chunks: Array,
) -> tuple[int, int, int]:  # pragma: no cover - compiled
    """Cut the buckets of one item into chunks and fetch these; answer the largest end, and how many of both.

    What is left of a bucket behind its chunks is noted in ``buckets``, with its limit. In a self-join only
    the item's own bucket and those above it count, so that each two rows meet once, and the own one is not
    cut: of it only what lies behind the item counts.
    """
    band = plan[step, BAND]
    base = band * (signatures.size // plan[step, BANDS])
    lanes = LANE_BYTES // signatures.itemsize
    largest: Any = 0
    number, rest = 0, 0
    for m in range(plan[step, FIRST_MASK], plan[step, END_MASK]):
        bucket = key ^ np.intp(masks[m])
        begin: Any = np.intp(offsets[band, bucket])
        end = np.intp(offsets[band, bucket + 1])
        largest = max(largest, end)
        if is_self and bucket < key:
            begin = end
        place = m - plan[step, FIRST_MASK]
        z: Any = base + begin
        last = base + end
        until: Any = z if is_self and place == 0 else min(last, z + CHUNKS_OF_BUCKET * lanes)
        room = plan[step, LIMIT] - np.int64(ctpop(np.uint64(masks[m])))
        while z < until:
            prefetch(signatures, z)
            chunks[number, 0], chunks[number, 1], chunks[number, 2] = z, room, min(last - z, lanes)
            number += 1
            z += lanes
        if until > base + begin:
            prefetch(signatures, until - 1)
        if z < last:
            buckets[rest, 0], buckets[rest, 1], buckets[rest, 2] = z, last, room
            rest += 1
    return largest, number, rest


def _pass_chunks(
    signatures: Array, wanted: Any, chunks: Array, number: int, passed: Array
) -> Any:  # pragma: no cover - compiled
    """Note which chunks have candidates, and which lanes; answer how many chunks.

    Without a branch that depends on what is found: after each wrong guess the processor would have to wait
    for memory before it can go on to the next chunk.
    """
    count = 0
    for c in range(number):
        near = lanes_within(signatures, np.intp(chunks[c, 0]), wanted, signatures.dtype.type(chunks[c, 1]))
        near &= np.uint64(0xFFFFFFFF) >> np.uint64(32 - chunks[c, 2])
        passed[count, 0] = chunks[c, 0]
        passed[count, 1] = np.int64(near)
        count += near != np.uint64(0)
    return count


def _note(
    words: Array,
    rows: Array,
    queries: Array,
    plan: Array,
    stride: int,
    signature_bits: int,
    radius: int,
    step: int,
    query: int,
    place: int,
    near: Any,
    pending: Array,
    waiting: int,
    fetched: Array,
    ready: int,
    found: int,
    out: Array,
) -> tuple[int, int, int]:  # pragma: no cover - compiled
    """Let the candidates in the lanes of one chunk wait; where there are enough of them, go on with all."""
    band = plan[step, BAND]
    flat_rows = rows.reshape(-1)
    while near:
        posting = place + np.intp(cttz(near)) - band * stride
        near &= near - np.uint64(1)
        if band > 0:
            prefetch(flat_rows, (band - 1) * rows.shape[1] + posting)
        pending[waiting, 0], pending[waiting, 1], pending[waiting, 2] = posting, query, step
        waiting += 1
        if waiting == PENDING:
            found = report(words, queries, plan, signature_bits, radius, fetched, ready, found, out)
            if not fetch(words, rows, plan, pending, waiting, fetched):
                return waiting, ready, DAMAGED
            waiting, ready = 0, PENDING
    return waiting, ready, found


def _scan_item(
    words: Array,
    signatures: Array,
    rows: Array,
    queries: Array,
    plan: Array,
    radius: int,
    step: int,
    query: int,
    beyond: int,
    buckets: Array,
    rest: int,
    chunks: Array,
    number: int,
    passed: Array,
    pending: Array,
    waiting: int,
    fetched: Array,
    ready: int,
    found: int,
    out: Array,
) -> tuple[int, int, int]:  # pragma: no cover - compiled
    """Pass one item's buckets through the chain filter; answer how many wait, how many are ready, the hits.

    ``beyond`` is -1, or in a self-join the item's own posting: of its own bucket only those behind it count.
    """
    bits = signatures.itemsize * 8
    lanes = LANE_BYTES // signatures.itemsize
    stride = signatures.size // plan[step, BANDS]
    wanted = signatures.dtype.type(window(queries, query, plan[step, START] + plan[step, WIDTH], bits))
    count = pass_chunks(signatures, wanted, chunks, number, passed)
    for c in range(count):
        waiting, ready, found = note(
            words,
            rows,
            queries,
            plan,
            stride,
            bits,
            radius,
            step,
            query,
            np.intp(passed[c, 0]),
            np.uint64(passed[c, 1]),
            pending,
            waiting,
            fetched,
            ready,
            found,
            out,
        )
        if found == DAMAGED:
            return waiting, ready, DAMAGED
    for place in range(rest):
        z: Any = buckets[place, 0]
        if place == 0 and beyond >= 0:
            z = plan[step, BAND] * stride + beyond + 1
        end = buckets[place, 1]
        room = signatures.dtype.type(buckets[place, 2])
        while z < end:
            near = lanes_within(signatures, z, wanted, room)
            if end - z < lanes:
                near &= (np.uint64(1) << np.uint64(end - z)) - np.uint64(1)
            if near:
                waiting, ready, found = note(
                    words,
                    rows,
                    queries,
                    plan,
                    stride,
                    bits,
                    radius,
                    step,
                    query,
                    z,
                    near,
                    pending,
                    waiting,
                    fetched,
                    ready,
                    found,
                    out,
                )
                if found == DAMAGED:
                    return waiting, ready, DAMAGED
            z += lanes
    return waiting, ready, found


def _finish(
    words: Array,
    rows: Array,
    queries: Array,
    plan: Array,
    signature_bits: int,
    radius: int,
    pending: Array,
    waiting: int,
    fetched: Array,
    ready: int,
    found: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Go on with all candidates that still wait; answer the hits."""
    found = report(words, queries, plan, signature_bits, radius, fetched, ready, found, out)
    if not fetch(words, rows, plan, pending, waiting, fetched):
        return DAMAGED
    return report(words, queries, plan, signature_bits, radius, fetched, waiting, found, out)


def _query_of(
    flat_words: Array, order: Array, rows: Array, band: int, step: int, item: int, is_self: bool
) -> Any:  # pragma: no cover - compiled
    """Answer which query an item is; in a self-join, the row of the item's posting, and fetch a later one."""
    if not is_self:
        return np.intp(order[step, item])
    if band == 0:
        return np.intp(item)
    later = min(item + ITEMS_AHEAD, rows.shape[1] - 1)
    prefetch(flat_words, np.intp(rows[band - 1, later]) * 4)
    return np.intp(rows[band - 1, item])


def _fetch_offsets(
    offsets: Array, queries: Array, order: Array, plan: Array, masks: Array, item: int
) -> None:  # pragma: no cover - compiled
    """Fetch ahead where the buckets of a lone query begin, so that the waits for memory overlap."""
    flat = offsets.reshape(-1)
    for step in range(plan.shape[0]):
        query = np.intp(order[step, item])
        key = np.intp(window(queries, query, plan[step, START], plan[step, WIDTH]))
        base = plan[step, BAND] * offsets.shape[1]
        for m in range(plan[step, FIRST_MASK], plan[step, END_MASK]):
            prefetch(flat, base + (key ^ np.intp(masks[m])))


distance = njit(inline="always")(_distance)
window = njit(inline="always")(_window)
is_first = njit(_is_first)
report = njit(_report)
fetch = njit(_fetch)
finish = njit(_finish)
prepare = njit(_prepare)
fetch_offsets = njit(_fetch_offsets)
pass_chunks = njit(_pass_chunks)
note = njit(_note)
scan_item = njit(_scan_item)
query_of = njit(_query_of)


def _search_bands(
    words: Array,
    offsets: Array,
    signatures: Array,
    rows: Array,
    queries: Array,
    order: Array,
    plan: Array,
    masks: Array,
    radius: int,
    first: int,
    last: int,
    is_self: bool,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Write every hit of the items from ``first`` to ``last``; answer their number, or ``DAMAGED``.

    Args:
        words: ``(n, 4)``, sorted.
        offsets: As in ``Tables``.
        signatures: As in ``Tables``.
        rows: As in ``Tables``.
        queries: ``(q, 4)``; the words themselves in a self-join.
        order: ``(steps, q)``, the queries by their key in each step's band; not read in a self-join.
        plan: ``(steps, 8)``, see the names of its columns.
        masks: What to flip, for all steps.
        radius: Differing bits that still count.
        first: The first item: a position in ``order``, or in a self-join among the postings of the band.
        last: Behind the last item.
        is_self: Look for each pair of different rows once.
        out: ``(3, capacity)``: query, row and distance. Filled as far as it reaches; the answer counts on, so
            that the caller can come again with more room.
    """
    flat = signatures.reshape(-1)
    flat_words = words.reshape(-1)
    buckets = np.empty((2, masks.size, 3), np.int64)
    chunks = np.empty((2, masks.size * CHUNKS_OF_BUCKET, 3), np.int64)
    numbers, rests = np.zeros(2, np.int64), np.zeros(2, np.int64)
    passed = np.empty((masks.size * CHUNKS_OF_BUCKET + 1, 2), np.int64)
    pending, fetched = np.empty((PENDING, 3), np.int64), np.empty((PENDING, 3), np.int64)
    waiting, ready, found = 0, 0, 0
    query: Any = 0
    step, item, slot = 0, first - 1, 0
    previous_step = -1
    previous_key: Any = -1
    total = plan.shape[0] * (last - first)
    if last - first == 1 and not is_self:
        fetch_offsets(offsets, queries, order, plan, masks, first)
    for number in range(total + 1):
        before_step, before_query, before_item, before_slot = step, query, item, slot
        if number < total:
            item += 1
            if item == last:
                item, step = first, step + 1
            query = query_of(flat_words, order, rows, plan[step, BAND], step, item, is_self)
            if query >= queries.shape[0]:
                return DAMAGED
            key = np.intp(window(queries, query, plan[step, START], plan[step, WIDTH]))
            if key != previous_key or step != previous_step:  # neighbours in the order often share a key
                slot = 1 - slot
                largest, numbers[slot], rests[slot] = prepare(
                    offsets, flat, plan, masks, step, key, is_self, buckets[slot], chunks[slot]
                )
                if largest > words.shape[0]:
                    return DAMAGED
                previous_step, previous_key = step, key
        if number > 0:
            waiting, ready, found = scan_item(
                words,
                flat,
                rows,
                queries,
                plan,
                radius,
                before_step,
                before_query,
                before_item if is_self else -1,
                buckets[before_slot],
                rests[before_slot],
                chunks[before_slot],
                numbers[before_slot],
                passed,
                pending,
                waiting,
                fetched,
                ready,
                found,
                out,
            )
            if found == DAMAGED:
                return DAMAGED
    bits = signatures.itemsize * 8
    return finish(words, rows, queries, plan, bits, radius, pending, waiting, fetched, ready, found, out)


def _scan(
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


def _squares(
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


def _read_only(dtype: Any, dimensions: int) -> Any:
    """Answer the type of an array that a kernel only reads, such as a memory map."""
    return types.Array(dtype, dimensions, "C", readonly=True)


_CAN_CACHE = use_cache_folder()
_WORDS = _read_only(types.uint64, 2)
_TABLE = _read_only(types.uint32, 2)
_BYTES = _read_only(types.uint8, 2)
_OUT = types.Array(types.int64, 2, "C")


def _compiled(kernel: Callable[..., Any], *arguments: Any) -> Callable[..., int]:
    """Compile a kernel for one signature, or load it from the cache."""
    options = {"nogil": True, "cache": _CAN_CACHE, "error_model": "numpy"}
    compiled: Callable[..., int] = njit([types.int64(*arguments)], **options)(kernel)
    return compiled


def _search_for(signature: Any) -> Callable[..., int]:
    """Compile ``search_bands`` for one width of signatures."""
    plan, number = _read_only(types.int64, 2), types.int64
    tables = (
        _WORDS,
        _TABLE,
        _read_only(signature, 2),
        _TABLE,
        _WORDS,
        _TABLE,
        plan,
        _read_only(types.uint32, 1),
    )
    return _compiled(_search_bands, *tables, number, number, number, types.boolean, _OUT)


search_sixteen = _search_for(types.uint16)
search_thirteen = _search_for(types.uint32)
squares = _compiled(_squares, _BYTES, _BYTES, *(types.int64,) * 4, _OUT)
scan = _compiled(_scan, _WORDS, _WORDS, types.int64, types.int64, types.int64, _OUT)
