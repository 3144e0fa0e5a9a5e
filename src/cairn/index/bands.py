"""Multi-index hashing with a chain filter: exact search that touches a few thousandths of the hashes.

**The idea.** Two hashes that differ in at most T of 256 bits cannot differ much everywhere. Cut the hash into
m bands and give band i an *allowance* aᵢ, with a₁ + … + aₘ = T + 1. If every band differed in at least aᵢ
bits, the whole would differ in T + 1. So some band differs in fewer than aᵢ bits: look only into the buckets
of hashes whose band i lies that close to the query's, for every i.

**The chain filter.** More is true. Put the bands in a circle and let xᵢ = dᵢ - aᵢ, where dᵢ is the
distance in band i. The sum of all xᵢ is at most T - (T + 1) = -1. By the cycle lemma there is a band from
which *every* partial sum around the circle is negative: not only dᵢ < aᵢ, but also dᵢ + dᵢ₊₁ < aᵢ + aᵢ₊₁,
and so on. Any one of these tests may be used and no match is lost. So each posting carries a *signature*,
the bits that follow its band, and a candidate must pass d(band) + d(signature) < the allowances of the bands
that the two touch. That throws out 99.7 % of the candidates by a scan of consecutive numbers, without a look
at their hashes.

**The tables**, for each band: ``offsets`` (where each bucket begins), ``signatures`` and ``rows`` in the
order of the buckets. The hashes are sorted, so the rows of band 0 are 0, 1, 2, … and are not stored.

The proof, a worked example and the measurements: docs/method/exact-search.md. Sources: Norouzi, Punjani and
Fleet, "Fast exact search in Hamming space with multi-index hashing", 2014; Qin and Xiao, "Pigeonring", VLDB
2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cairn.index.hamming import Hits
from cairn.index.words import distances, window

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

LARGEST_RADIUS = 47
"""Beyond this a query would visit so many buckets that scanning everything is as fast."""
PADDING_BYTES = 64
"""Vector loads may run this far over the end of a band's signatures."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How a hash is cut into bands.

    Attributes:
        widths: Bits of each band; they add up to 256, and the widest come first.
        signature_bits: Bits beside each posting: 16 or 32.
    """

    widths: tuple[int, ...]
    signature_bits: int

    @property
    def bands(self) -> int:
        """Answer the number of bands."""
        return len(self.widths)

    @property
    def starts(self) -> tuple[int, ...]:
        """Answer the first bit of each band, counted from the most significant."""
        return tuple(sum(self.widths[:band]) for band in range(self.bands))

    @property
    def buckets(self) -> int:
        """Answer the number of buckets that each band has room for."""
        return int(1 << max(self.widths))

    @property
    def signature_type(self) -> DTypeLike:
        """Answer the type of a signature."""
        return np.uint16 if self.signature_bits == np.dtype(np.uint16).itemsize * 8 else np.uint32

    def stride(self, rows: int) -> int:
        """Answer the signatures to store for each band, padding included."""
        return rows + PADDING_BYTES * 8 // self.signature_bits


SIXTEEN = Layout((16,) * 16, 16)
"""Up to tens of millions of hashes: 65,536 buckets a band, 96 bytes a hash beside the hash."""
THIRTEEN = Layout((20,) * 9 + (19,) * 4, 32)
"""Above that: a million buckets a band, and a filter that is ten times as strict; 104 bytes a hash."""
RADIX_SORTED_BUCKETS = 1 << 16
"""NumPy sorts numbers of up to 16 bits by radix, in two passes."""
THIRTEEN_FROM_ROWS = 30_000_000
SIXTEEN_FROM_ROWS = 4_096
"""Fewer hashes are scanned: visiting buckets would cost more."""


def layout_for(rows: int) -> Layout | None:
    """Answer the layout for so many hashes; ``None`` when they are better scanned."""
    if rows < SIXTEEN_FROM_ROWS:
        return None
    return SIXTEEN if rows < THIRTEEN_FROM_ROWS else THIRTEEN


@dataclass(frozen=True, slots=True)
class Step:
    """What a query does in one band.

    Attributes:
        band: Which one.
        start: Its first bit.
        width: Its bits.
        weight: The most bits in which a bucket's key may differ from the query's: the allowance less one.
        limit: The most bits in which key and signature together may differ.
        masks: ``(k,) uint32``, what to flip in the query's key to reach each bucket, fewest bits first.
    """

    band: int
    start: int
    width: int
    weight: int
    limit: int
    masks: NDArray[np.uint32]


def allowances(layout: Layout, radius: int) -> tuple[int, ...]:
    """Answer how ``radius + 1`` is shared out: as evenly as can be, the widest bands first."""
    share, rest = divmod(radius + 1, layout.bands)
    return tuple(share + (band < rest) for band in range(layout.bands))


@lru_cache(maxsize=256)
def steps(layout: Layout, radius: int) -> tuple[Step, ...]:
    """Answer what a query of this radius does; bands without an allowance cannot begin a chain."""
    allowed = allowances(layout, radius)
    plan = []
    for band, (start, width) in enumerate(zip(layout.starts, layout.widths, strict=True)):
        if allowed[band]:
            touched = _bands_touched(layout, band)
            limit = sum(allowed[other % layout.bands] for other in range(band, band + touched)) - 1
            weight = allowed[band] - 1
            plan.append(Step(band, start, width, weight, limit, _masks(width, weight)))
    return tuple(plan)


def _bands_touched(layout: Layout, band: int) -> int:
    """Answer how many bands, from ``band`` on, its key and its signature reach into."""
    left = layout.signature_bits
    touched = 1
    while left > 0:
        left -= layout.widths[(band + touched) % layout.bands]
        touched += 1
    return touched


@lru_cache(maxsize=16)
def _masks(width: int, weight: int) -> NDArray[np.uint32]:
    """Answer every number of ``width`` bits with at most ``weight`` ones, fewest ones first."""
    masks = [
        sum(1 << bit for bit in chosen)
        for ones in range(weight + 1)
        for chosen in combinations(range(width), ones)
    ]
    return np.array(masks, np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The postings of every band.

    Attributes:
        layout: How the hashes were cut.
        offsets: ``(bands, buckets + 1) uint32``, where each bucket begins.
        signatures: ``(bands, stride) uint16 | uint32``, in the order of the buckets, padded.
        rows: ``(bands - 1, hashes) uint32``, the row of each posting, from band 1 on.
    """

    layout: Layout
    offsets: NDArray[np.uint32]
    signatures: NDArray[np.uint16] | NDArray[np.uint32]
    rows: NDArray[np.uint32]


class BandTable(NamedTuple):
    """The postings of one band, as in ``Tables``."""

    offsets: NDArray[np.uint32]
    signatures: NDArray[np.uint16] | NDArray[np.uint32]
    rows: NDArray[np.uint32]


def build_band(words: NDArray[np.uint64], layout: Layout, band: int) -> BandTable:
    """Answer the offsets, signatures and rows of one band.

    Args:
        words: ``(n, 4) uint64``, sorted.
        layout: How to cut.
        band: Which band.
    """
    start, width = layout.starts[band], layout.widths[band]
    key_type = np.uint16 if layout.buckets <= RADIX_SORTED_BUCKETS else np.uint32
    keys = window(words, start, width).astype(key_type)
    signatures = window(words, start + width, layout.signature_bits).astype(layout.signature_type)
    offsets = np.zeros(layout.buckets + 1, np.uint32)
    np.cumsum(np.bincount(keys, minlength=layout.buckets), out=offsets[1:])
    padded = np.zeros(layout.stride(len(words)), layout.signature_type)
    if band == 0:
        padded[: len(words)] = signatures
        return BandTable(offsets, padded, np.empty(0, np.uint32))
    order = _order_by_key(keys)
    signatures.take(order, out=padded[: len(words)], mode="clip")
    return BandTable(offsets, padded, order.astype(np.uint32, copy=False))


def _order_by_key(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Answer the rows in the order of their keys, equal keys in the order of the rows."""
    if keys.dtype == np.uint16:
        return np.argsort(keys, kind="stable")
    packed = keys.astype(np.uint64) << np.uint64(32)
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    return (packed & np.uint64(0xFFFF_FFFF)).astype(np.int64)


def build_tables(words: NDArray[np.uint64], layout: Layout) -> Tables:
    """Answer the tables of sorted hashes, in memory."""
    built = [build_band(words, layout, band) for band in range(layout.bands)]
    offsets, signatures, rows = zip(*built, strict=True)
    return Tables(layout, np.stack(offsets), np.stack(signatures), np.stack(rows[1:]))


def search_one(
    words: NDArray[np.uint64],
    tables: Tables,
    query: NDArray[np.uint64],
    *,
    radius: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Answer the rows within the radius of one query, and their distances, with NumPy alone.

    This is the reference for the compiled search, and serves a process that asks only once.

    Args:
        words: ``(n, 4) uint64``, sorted.
        tables: Their tables.
        query: ``(4,) uint64``.
        radius: At most ``LARGEST_RADIUS``.
    """
    candidates = []
    for step in steps(tables.layout, radius):
        key = np.uint32(window(query, step.start, step.width))
        buckets = step.masks ^ key
        offsets = tables.offsets[step.band]
        begin = offsets[buckets].astype(np.int64)
        sizes = offsets[buckets + 1] - begin
        postings = _ranges(begin, sizes)
        signature = window(query, step.start + step.width, tables.layout.signature_bits)
        signatures = tables.signatures[step.band][postings]
        differing = np.bitwise_count(signatures ^ signatures.dtype.type(signature))
        room = step.limit - np.bitwise_count(step.masks).astype(np.int64)
        passed = postings[differing <= np.repeat(room, sizes)]
        candidates.append(passed if step.band == 0 else tables.rows[step.band - 1][passed].astype(np.int64))
    rows = np.unique(np.concatenate(candidates))
    distance = distances(words.take(rows, axis=0), query)
    near = distance <= radius
    return rows[near], distance[near]


def _ranges(begin: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Answer ``begin[0], begin[0] + 1, …`` for ``sizes[0]`` numbers, then the same for the next."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(begin - before, sizes) + np.arange(int(sizes.sum()))


def search(
    words: NDArray[np.uint64],
    tables: Tables,
    queries: NDArray[np.uint64],
    *,
    radius: int,
) -> Hits:
    """Answer every hit of several queries, with NumPy alone."""
    found = [search_one(words, tables, query, radius=radius) for query in queries]
    query = np.repeat(np.arange(len(found)), [len(rows) for rows, _ in found])
    return Hits(
        query, np.concatenate([rows for rows, _ in found]), np.concatenate([near for _, near in found])
    )
