"""The parts of a snapshot as blocks of hashes that can be joined with themselves and with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cairn.index import engine
from cairn.index.bands import SIXTEEN, SIXTEEN_FROM_ROWS, Tables, build_tables
from cairn.index.owners import Owners, collapse
from cairn.index.tail import TailView
from cairn.index.words import to_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.index.hamming import Hits
    from cairn.index.segment import PdqSegment
    from cairn.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Sorted, distinct hashes with their owners.

    Attributes:
        words: ``(hashes, 4) uint64``.
        tables: Their postings, or ``None`` where they are scanned.
        owners: The entries of each hash.
        live: ``(entries,) bool``, which entries count; ``None`` means all of them.
        base: The number of hashes in the blocks before this one; numbers hashes across blocks.
    """

    words: NDArray[np.uint64]
    tables: Tables | None
    owners: Owners
    live: NDArray[np.bool_] | None
    base: int

    def search(self, queries: NDArray[np.uint64], *, radius: int) -> Hits:
        """Answer the hits of queries given as words."""
        if self.tables is None:
            return engine.scan(self.words, queries, radius=radius)
        return engine.search(self.words, self.tables, queries, radius=radius)

    def hash_of_entries(self) -> NDArray[np.int64]:
        """Answer the hash of each entry, numbered across blocks."""
        starts = self.owners.starts
        hashes = np.arange(self.base, self.base + len(self.words))
        return hashes if starts is None else np.repeat(hashes, np.diff(starts))


class HashPairs(NamedTuple):
    """Every two distinct hashes within a radius; each pair once, numbered across blocks.

    Two blocks may hold the same hash; it then stands at distance 0 from itself.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    distance: NDArray[np.uint16]


def blocks_of(snapshot: Snapshot[PdqSegment]) -> list[Block]:
    """Answer the parts of a snapshot as blocks; the newest entries are sorted and indexed for it."""
    blocks: list[Block] = []
    base = 0
    for position, part in enumerate(snapshot.parts):
        if not len(part):
            continue
        if isinstance(part, TailView):
            words, tables, owners = indexed_tail(part)
        else:
            words, tables, owners = part.words, part.tables, part.owners
        live = snapshot.counts(position, owners.ids_at(slice(None)))
        blocks.append(Block(words, tables, owners, live, base))
        base += len(words)
    return blocks


def indexed_tail(tail: TailView) -> tuple[NDArray[np.uint64], Tables | None, Owners]:
    """Answer the live rows of a tail as sorted hashes with tables, in memory."""
    rows = tail.live_rows
    collapsed = collapse(to_words(rows.values), rows)
    many = len(collapsed.words) >= SIXTEEN_FROM_ROWS
    return collapsed.words, build_tables(collapsed.words, SIXTEEN) if many else None, collapsed.owners


def hash_pairs(blocks: Sequence[Block], *, radius: int) -> HashPairs:
    """Answer every two hashes of the blocks within the radius of each other."""
    found = []
    for position, block in enumerate(blocks):
        hits = engine.join(block.words, block.tables, radius=radius)
        found.append((hits.query + block.base, hits.row + block.base, hits.distance))
        for other in blocks[:position]:
            hits = other.search(block.words, radius=radius)
            found.append((hits.row + other.base, hits.query + block.base, hits.distance))
    if not found:
        nothing = np.empty(0, np.int64)
        return HashPairs(nothing, nothing, np.empty(0, np.uint16))
    first, second, distance = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return HashPairs(first, second, distance)


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The live entries of all blocks, in the order of their hashes as numbered across blocks.

    Attributes:
        ids: ``(n,) uint64``.
        timestamps_ms: ``(n,) uint32``.
        starts: ``(hashes + 1,) int64``, where each hash's entries begin; a hash may have none left.
    """

    ids: NDArray[np.uint64]
    timestamps_ms: NDArray[np.uint32]
    starts: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Answer the entries of each hash."""
        return np.diff(self.starts)


def entries_of(blocks: Sequence[Block]) -> Entries:
    """Answer the live entries of the blocks."""
    ids, stamps, hashes = [], [], []
    total = 0
    for block in blocks:
        total += len(block.words)
        which = np.arange(len(block.owners)) if block.live is None else np.flatnonzero(block.live)
        ids.append(block.owners.ids_at(which))
        stamps.append(block.owners.timestamps_at(which))
        hashes.append(block.hash_of_entries()[which])
    if not blocks:
        return Entries(np.empty(0, np.uint64), np.empty(0, np.uint32), np.zeros(1, np.int64))
    counts = np.bincount(np.concatenate(hashes), minlength=total)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return Entries(np.concatenate(ids), np.concatenate(stamps), starts)
