"""The compiled self-join: every posting of a band meets those behind it, and the buckets above its own.

So each two rows meet once in a band, and the first step that accepts them reports them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from cairn.index.kernels.candidates import GATHERED, QUERY, ROOM_FOR_CANDIDATES, STEP, gather, report, row_of
from cairn.index.kernels.plan import BAND, DAMAGED, END_MASK, FIRST_MASK, LIMIT
from cairn.index.kernels.vector_code import ctpop, prefetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

njit: Any = numba.njit


def _report_pairs(
    words: Array,
    rows: Array,
    plan: Array,
    signature_bits: int,
    radius: int,
    pairs: Array,
    gathered: int,
    found: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Report candidates whose queries are postings themselves; answer how many there are by now."""
    flat = words.reshape(-1)
    for k in range(gathered):
        row = row_of(rows, plan[pairs[k, STEP], BAND], pairs[k, QUERY])
        if row >= words.shape[0]:
            return DAMAGED
        prefetch(flat, row * 4)
        pairs[k, QUERY] = row
    return report(words, rows, words, 0, plan, signature_bits, radius, pairs, gathered, found, out)


def _bucket_of(offsets: Array, band: int, posting: int) -> Any:  # pragma: no cover - compiled
    """Answer the bucket in which a posting lies."""
    low, high = np.intp(0), np.intp(offsets.shape[1] - 1)
    while high - low > 1:
        middle = (low + high) // 2
        if np.intp(offsets[band, middle]) <= posting:
            low = middle
        else:
            high = middle
    return low


report_pairs = njit(_report_pairs)
bucket_of = njit(_bucket_of)


def _join_buckets(
    words: Array,
    signatures: Array,
    rows: Array,
    plan: Array,
    step: int,
    radius: int,
    room: Any,
    first: int,
    last: int,
    begin: int,
    end: int,
    is_same: bool,
    pairs: Array,
    gathered: int,
    found: int,
    out: Array,
) -> tuple[int, Any]:  # pragma: no cover - compiled
    """Let postings meet a bucket, or those behind them in their own; answer how many wait, and the hits."""
    flat, flat_rows = signatures.reshape(-1), rows.reshape(-1)
    band = plan[step, BAND]
    base, rows_base = band * np.intp(signatures.shape[1]), (band - 1) * np.intp(words.shape[0])
    for left in range(first, last):
        signature = flat[base + left]
        z = base + (left + 1 if is_same else begin)
        while z < base + end:
            z, gathered = gather(
                flat,
                z,
                base + end,
                base,
                signature,
                room,
                flat_rows,
                rows_base,
                left,
                step,
                pairs,
                gathered,
            )
            if gathered >= GATHERED:
                bits = signatures.itemsize * 8
                found = report_pairs(words, rows, plan, bits, radius, pairs, gathered, found, out)
                gathered = 0
                if found == DAMAGED:
                    return 0, DAMAGED
    return gathered, found


join_buckets = njit(_join_buckets)


def _join_step(
    words: Array,
    offsets: Array,
    signatures: Array,
    rows: Array,
    plan: Array,
    masks: Array,
    step: int,
    radius: int,
    first: int,
    last: int,
    pairs: Array,
    found: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Let one band's postings from ``first`` to ``last`` meet; answer the hits by now, or ``DAMAGED``."""
    band = plan[step, BAND]
    bucket = bucket_of(offsets, band, first)
    gathered = 0
    item = np.intp(first)
    while item < last:
        while bucket + 2 < offsets.shape[1] and np.intp(offsets[band, bucket + 1]) <= item:
            bucket += 1
        stop = min(np.intp(last), np.intp(offsets[band, bucket + 1]))
        for m in range(plan[step, FIRST_MASK], plan[step, END_MASK]):
            other = bucket ^ np.intp(masks[m])
            begin, end = np.intp(offsets[band, other]), np.intp(offsets[band, other + 1])
            if stop <= item or end > words.shape[0]:
                return DAMAGED
            if other >= bucket:
                gathered, found = join_buckets(
                    words,
                    signatures,
                    rows,
                    plan,
                    step,
                    radius,
                    signatures.dtype.type(plan[step, LIMIT] - np.int64(ctpop(np.uint64(masks[m])))),
                    item,
                    stop,
                    begin,
                    end,
                    other == bucket,
                    pairs,
                    gathered,
                    found,
                    out,
                )
            if found == DAMAGED:
                return DAMAGED
        item = stop
    return report_pairs(words, rows, plan, signatures.itemsize * 8, radius, pairs, gathered, found, out)


join_step = njit(_join_step)


def join_bands(
    words: Array,
    offsets: Array,
    signatures: Array,
    rows: Array,
    plan: Array,
    masks: Array,
    radius: int,
    first: int,
    last: int,
    out: Array,
) -> Any:  # pragma: no cover - compiled
    """Write every two rows within ``radius`` of which one's posting lies in the range; answer their number.

    Args:
        words: As for ``search_bands``.
        offsets: As in ``Tables``.
        signatures: As in ``Tables``.
        rows: As in ``Tables``.
        plan: As for ``search_bands``.
        masks: As for ``search_bands``.
        radius: Differing bits that still count.
        first: The first posting, of every band.
        last: Behind the last posting.
        out: ``(3, capacity)``: one row, the other, and their distance.
    """
    pairs = np.empty((ROOM_FOR_CANDIDATES, 3), np.intp)
    found = 0
    for step in range(plan.shape[0]):
        found = join_step(
            words, offsets, signatures, rows, plan, masks, step, radius, first, last, pairs, found, out
        )
        if found == DAMAGED:
            return DAMAGED
    return found
