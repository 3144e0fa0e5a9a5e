"""The only door to the index of PDQ hashes: add, remove, search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.errors import InputError
from cairn.index import engine
from cairn.index.blocks import indexed_tail
from cairn.index.clusters import Clusters, find_clusters
from cairn.index.matches import Coverage, Matches, OrientedMatches, Pairs
from cairn.index.merging import FAN_IN
from cairn.index.pairs import find_pairs
from cairn.index.rows import checked_rows, checked_values, gathered
from cairn.index.segment import PdqSegment, PdqShape
from cairn.index.stored_index import StoredIndex, open_store
from cairn.index.tail import TailView
from cairn.index.words import to_words
from cairn.index.writer import Writer
from cairn.types import ORIENTATIONS, PDQ_BITS, PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.bands import Tables
    from cairn.index.owners import Owners
    from cairn.index.rows import Rows
    from cairn.index.snapshot import Snapshot
    from cairn.index.store import Reader

Found = tuple["NDArray[np.int64]", "NDArray[np.uint64]", "NDArray[np.uint32]", "NDArray[np.uint16]"]
"""Columns of query, id, timestamp and distance."""
REBUILT_SEGMENT_ROWS = 1 << 22
"""A rebuild holds this many rows in memory at a time, some 200 MB; the segments are merged afterwards."""
ONE_SEGMENT_ROWS = FAN_IN * REBUILT_SEGMENT_ROWS
"""Up to here a rebuilt index is one segment: a query in three segments of four million takes twice as long as
in one of ten. Four such segments would be merged anyway, in some 800 MB."""
TAIL_COMPARISONS_LIMIT = 50_000_000
"""A batch that would compare more often than this with the newest entries has them indexed first."""
NOTHING_FOUND: Found = (
    np.empty(0, np.int64),
    np.empty(0, np.uint64),
    np.empty(0, np.uint32),
    np.empty(0, np.uint16),
)


class NewestTail:
    """The newest entries with tables, kept until they change."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: tuple[TailView, tuple[NDArray[np.uint64], Tables | None, Owners]] | None = None

    def indexed(self, tail: TailView) -> tuple[NDArray[np.uint64], Tables | None, Owners]:
        """Answer the tail's live rows as sorted hashes with tables and owners."""
        kept = self._kept
        if kept is None or kept[0] is not tail:
            kept = self._kept = (tail, indexed_tail(tail))
        return kept[1]


class Index(StoredIndex[PdqSegment]):
    """Every stored PDQ hash within a radius, none missed.

    Args:
        store: A reader or the writer of a folder.
    """

    def __init__(self, store: Reader[PdqSegment] | Writer[PdqSegment]) -> None:
        """Stand before the store."""
        super().__init__(store, PdqShape())
        self._newest = NewestTail()

    def add(
        self,
        ids: NDArray[np.uint64],
        hashes: NDArray[np.uint8],
        *,
        timestamps_ms: NDArray[np.uint32] | None = None,
    ) -> None:
        """Add entries; they are durable when this returns. Adding the same entry again changes nothing.

        Args:
            ids: ``(n,) uint64``; one id may own many hashes.
            hashes: ``(n, 32) uint8``, the hexadecimal form read as bytes.
            timestamps_ms: ``(n,) uint32``, the time within a video; 0 when not given.

        Raises:
            InputError: When the arrays do not fit together.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        self._writer().add(checked_rows(ids, hashes, timestamps_ms, width=PDQ_BYTES))

    def search(self, queries: NDArray[np.uint8], *, radius: int) -> Matches:
        """Answer every entry within ``radius`` of each query.

        Args:
            queries: ``(q, 32) uint8``.
            radius: Differing bits that still count, 0 to 256.

        Raises:
            InputError: When the queries have another shape, or the radius is out of range.
        """
        hashes = checked_values(queries, width=PDQ_BYTES)
        snapshot = self._store.snapshot()
        found = _search(snapshot, self._newest, hashes, _checked_radius(radius))
        return Matches(*_sorted_once(found), coverage=snapshot.coverage)

    def search_orientations(self, queries: NDArray[np.uint8], *, radius: int) -> OrientedMatches:
        """Answer every entry within ``radius`` of any orientation of each query, once, at its closest.

        Args:
            queries: ``(q, 8, 32) uint8``, in the order of ``cairn.types.ORIENTATIONS``.
            radius: Differing bits that still count, 0 to 256.

        Raises:
            InputError: When the queries have another shape, or the radius is out of range.
        """
        turns = len(ORIENTATIONS)
        if queries.ndim != 3 or queries.shape[1] != turns:  # noqa: PLR2004 - query, orientation, byte
            raise InputError(f"Queries must be an array with {turns} orientations each.", code="index.shape")
        flat = checked_values(queries.reshape(-1, queries.shape[2]), width=PDQ_BYTES)
        snapshot = self._store.snapshot()
        turned, ids, stamps, distance = _search(snapshot, self._newest, flat, _checked_radius(radius))
        query, orientation = turned // turns, (turned % turns).astype(np.uint8)
        order = np.lexsort((orientation, distance, stamps, ids, query))
        best = order[_changes(query[order], ids[order], stamps[order])]
        best = best[np.lexsort((stamps[best], ids[best], distance[best], query[best]))]
        return OrientedMatches(
            query[best],
            ids[best],
            stamps[best],
            distance[best],
            orientation[best],
            snapshot.coverage,
        )

    def pairs(self, *, radius: int) -> Pairs:
        """Answer every two entries of different ids within ``radius`` of each other; see ``find_pairs``.

        Raises:
            InputError: When the radius is out of range.
        """
        snapshot = self._store.snapshot()
        return find_pairs(snapshot, radius=_checked_radius(radius))

    def clusters(self, *, radius: int) -> Clusters:
        """Answer the groups of ids that hang together, and their weak links; see ``find_clusters``.

        Raises:
            InputError: When the radius is out of range.
        """
        snapshot = self._store.snapshot()
        return find_clusters(snapshot, radius=_checked_radius(radius))


def open_index(folder: Path, *, writable: bool = False) -> Index:
    """Open the index in ``folder``; use it in a ``with`` statement, or close it.

    Args:
        folder: Created when absent and ``writable``; a reader takes an absent folder as an empty index.
        writable: Take the writer's lock.

    Raises:
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest is damaged, or the folder holds another kind of index.
    """
    return Index(open_store(folder, PdqShape(), writable=writable))


def rebuild_index(folder: Path, entries: Iterable[Rows]) -> Coverage:
    """Make the index hold exactly these entries, whatever state it was in; answer what it now covers.

    The old index answers until the new one is complete, and then vanishes in one step.

    Args:
        folder: The index's folder; its manifest and files may be damaged.
        entries: Batches of rows of 32-byte hashes, as ``Rows``; of any size.

    Raises:
        ConfigurationError: When another process is writing, or the disk refuses; the index is then as it was.
    """
    writer = Writer(folder, PdqShape(), anew=True)
    try:
        writer.replace_all(gathered(entries, at_least=REBUILT_SEGMENT_ROWS))
        writer.settle()
        if writer.snapshot().coverage.entries <= ONE_SEGMENT_ROWS:
            writer.compact()
        return writer.snapshot().coverage
    finally:
        writer.close()


def _checked_radius(radius: int) -> int:
    """Answer the radius if it makes sense."""
    if not 0 <= radius <= PDQ_BITS:
        raise InputError(f"The radius must lie between 0 and {PDQ_BITS} bits.", code="index.radius")
    return radius


def _search(
    snapshot: Snapshot[PdqSegment],
    newest: NewestTail,
    hashes: NDArray[np.uint8],
    radius: int,
) -> Found:
    """Answer the matches of all parts, in no order, rows possibly repeated."""
    found = []
    for position, part in enumerate(snapshot.parts):
        if len(part):
            columns = _search_part(part, newest, hashes, radius)
            if len(columns[0]):
                counting = snapshot.counts(position, columns[1])
                found.append(columns if counting is None else _selected(columns, counting))
    if not found:
        return NOTHING_FOUND
    if len(found) == 1:
        return found[0]
    query, ids, stamps, distance = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return query, ids, stamps, distance


def _search_part(
    part: PdqSegment | TailView,
    newest: NewestTail,
    hashes: NDArray[np.uint8],
    radius: int,
) -> Found:
    """Answer the matches of one part."""
    if not isinstance(part, TailView):
        return _search_hashes(part.words, part.tables, part.owners, to_words(hashes), radius)
    if len(part) * len(hashes) > TAIL_COMPARISONS_LIMIT:
        return _search_hashes(*newest.indexed(part), to_words(hashes), radius)
    raw = part.rows.values.view(np.uint64)
    query, row, distance = engine.scan(raw, hashes.view(np.uint64), radius=radius)
    if part.live is not None:
        live = part.live[row]
        query, row, distance = query[live], row[live], distance[live]
    return query, part.rows.ids[row], part.rows.timestamps_ms[row], distance


def _search_hashes(
    words: NDArray[np.uint64],
    tables: Tables | None,
    owners: Owners,
    queries: NDArray[np.uint64],
    radius: int,
) -> Found:
    """Answer the owners of the hashes within the radius of the queries."""
    if tables is None:
        query, row, distance = engine.scan(words, queries, radius=radius)
    else:
        query, row, distance = engine.search(words, tables, queries, radius=radius)
    if not len(row):
        return NOTHING_FOUND
    origin, entries = owners.fan_out(row)
    if origin is not None:
        query, distance = query[origin], distance[origin]
    return query, owners.ids_at(entries), owners.timestamps_at(entries), distance


def _sorted_once(found: Found) -> Found:
    """Answer the matches by query, distance, id and timestamp, each row once."""
    query, ids, stamps, distance = found
    if len(query) <= 1:
        return found
    query, ids, stamps, distance = _selected(found, np.lexsort((stamps, ids, distance, query)))
    fresh = _changes(query, distance, ids, stamps)
    return _selected((query, ids, stamps, distance), fresh)


def _selected(found: Found, which: NDArray[Any]) -> Found:
    """Answer the matches that a mask or an array of positions names."""
    query, ids, stamps, distance = found
    return query[which], ids[which], stamps[which], distance[which]


def _changes(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Answer where any column differs from the row before; true for the first row."""
    changed = np.zeros(len(columns[0]), np.bool_)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed
