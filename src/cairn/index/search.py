"""The only door to the index of PDQ hashes: add, remove, search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from cairn.errors import ConfigurationError, InputError
from cairn.index import engine
from cairn.index.clusters import Clusters, find_clusters
from cairn.index.matches import Coverage, Matches, OrientedMatches, Pairs, Stats, Verification
from cairn.index.pairs import find_pairs
from cairn.index.rows import checked_ids, checked_rows, checked_values
from cairn.index.segment import PdqSegment, PdqShape
from cairn.index.snapshot import live_rows
from cairn.index.store import Reader
from cairn.index.tail import TailView
from cairn.index.words import WORDS, to_words
from cairn.index.writer import Writer
from cairn.types import ORIENTATIONS, PDQ_BITS, PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from cairn.index.hamming import Hits
    from cairn.index.rows import Rows
    from cairn.index.snapshot import Snapshot

Found = tuple["NDArray[np.int64]", "NDArray[np.uint64]", "NDArray[np.uint32]", "NDArray[np.uint16]"]
"""Columns of query, id, timestamp and distance."""
NOTHING_FOUND: Found = (
    np.empty(0, np.int64),
    np.empty(0, np.uint64),
    np.empty(0, np.uint32),
    np.empty(0, np.uint16),
)


class Index:
    """Every stored PDQ hash within a radius, none missed.

    Args:
        store: A reader or the writer of a folder.
    """

    def __init__(self, store: Reader[PdqSegment] | Writer[PdqSegment]) -> None:
        """Stand before the store."""
        self._store = store

    def __enter__(self) -> Self:
        """Answer the index itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the index."""
        self.close()

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

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Remove all entries so far of these ids; durable when this returns.

        Raises:
            InputError: When ``ids`` is not a flat array of uint64.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        self._writer().remove(checked_ids(ids))

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
        found = _search(snapshot, hashes, _checked_radius(radius))
        return Matches(*_sorted_once(found), coverage=_coverage(snapshot))

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
        turned, ids, stamps, distance = _search(snapshot, flat, _checked_radius(radius))
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
            _coverage(snapshot),
        )

    def pairs(self, *, radius: int) -> Pairs:
        """Answer every two entries of different ids within ``radius`` of each other; see ``find_pairs``.

        Raises:
            InputError: When the radius is out of range.
        """
        snapshot = self._store.snapshot()
        return find_pairs(snapshot, _coverage(snapshot), radius=_checked_radius(radius))

    def clusters(self, *, radius: int) -> Clusters:
        """Answer the groups of ids that hang together, and their weak links; see ``find_clusters``.

        Raises:
            InputError: When the radius is out of range.
        """
        snapshot = self._store.snapshot()
        return find_clusters(snapshot, _coverage(snapshot), radius=_checked_radius(radius))

    def coverage(self) -> Coverage:
        """Answer what a search would look at now."""
        return _coverage(self._store.snapshot())

    def compact(self) -> None:
        """Merge everything into one segment and carry all removals out.

        Raises:
            IntegrityError: When a file is damaged.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        self._writer().compact()

    def verify(self) -> Verification:
        """Read every byte; the writer also has all processes refuse what is damaged from now on."""
        snapshot = self._store.snapshot()
        damaged = dict.fromkeys(snapshot.damaged, "refused, or read only in part")
        size = 0
        for part in snapshot.parts:
            size += part.length
            if isinstance(part, TailView):
                continue
            wrong = part.damage()
            if wrong is not None:
                damaged[part.name] = f"the checksum of '{wrong}' does not hold"
        fresh = damaged.keys() - set(snapshot.damaged)
        if fresh and isinstance(self._store, Writer):
            self._store.mark_damaged(fresh)
        return Verification(len(snapshot.parts) + len(snapshot.damaged), size, damaged)

    def stats(self) -> Stats:
        """Answer the index in numbers; counting the live entries reads all ids."""
        snapshot = self._store.snapshot()
        tails = [part for part in snapshot.parts if isinstance(part, TailView)]
        failure = self._store.failure if isinstance(self._store, Writer) else None
        return Stats(
            generation=snapshot.generation,
            entries=snapshot.entries,
            live_entries=len(live_rows(snapshot.parts, PDQ_BYTES)),
            segments=snapshot.segments,
            journal_entries=sum(len(tail) for tail in tails),
            removals=sum(len(part.removed) for part in snapshot.parts),
            size_bytes=sum(part.length for part in snapshot.parts),
            damaged=snapshot.damaged,
            maintenance_failure=failure.sentence if failure else None,
        )

    def close(self) -> None:
        """Release every file, and the lock where this is the writer."""
        self._store.close()

    def _writer(self) -> Writer[PdqSegment]:
        """Answer the store if it can be changed."""
        if isinstance(self._store, Writer):
            return self._store
        raise ConfigurationError("This index was opened for reading only.", code="index.read-only")


def open_index(folder: Path, *, writable: bool = False) -> Index:
    """Open the index in ``folder``; use it in a ``with`` statement, or close it.

    Args:
        folder: Created when absent and ``writable``; a reader takes an absent folder as an empty index.
        writable: Take the writer's lock.

    Raises:
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest is damaged, or the folder holds another kind of index.
    """
    shape = PdqShape()
    return Index(Writer(folder, shape) if writable else Reader(folder, shape))


def rebuild_index(folder: Path, entries: Iterable[Rows]) -> Coverage:
    """Make the index hold exactly these entries, whatever state it was in; answer what it now covers.

    The old index answers until the new one is complete, and then vanishes in one step.

    Args:
        folder: The index's folder; its manifest and files may be damaged.
        entries: Batches of rows of 32-byte hashes, as ``Rows``; make the batches large.

    Raises:
        ConfigurationError: When another process is writing, or the disk refuses; the index is then as it was.
    """
    writer = Writer(folder, PdqShape(), anew=True)
    try:
        writer.replace_all(entries)
        return _coverage(writer.snapshot())
    finally:
        writer.close()


def _checked_radius(radius: int) -> int:
    """Answer the radius if it makes sense."""
    if not 0 <= radius <= PDQ_BITS:
        raise InputError(f"The radius must lie between 0 and {PDQ_BITS} bits.", code="index.radius")
    return radius


def _coverage(snapshot: Snapshot[PdqSegment]) -> Coverage:
    """Answer what a search in the snapshot looks at."""
    return Coverage(snapshot.generation, snapshot.segments, snapshot.entries, snapshot.damaged)


def _search(snapshot: Snapshot[PdqSegment], hashes: NDArray[np.uint8], radius: int) -> Found:
    """Answer the matches of all parts, in no order, rows possibly repeated."""
    found = []
    for position, part in enumerate(snapshot.parts):
        if len(part):
            columns = _search_part(part, hashes, radius)
            if len(columns[0]):
                counting = snapshot.counts(position, columns[1])
                found.append(columns if counting is None else _selected(columns, counting))
    if not found:
        return NOTHING_FOUND
    if len(found) == 1:
        return found[0]
    query, ids, stamps, distance = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return query, ids, stamps, distance


def _search_part(part: PdqSegment | TailView, hashes: NDArray[np.uint8], radius: int) -> Found:
    """Answer the matches of one part."""
    if isinstance(part, TailView):
        raw = part.rows.values.view(np.uint64)
        query, row, distance = engine.scan(raw, hashes.view(np.uint64).reshape(-1, WORDS), radius=radius)
        if part.live is not None:
            live = part.live[row]
            query, row, distance = query[live], row[live], distance[live]
        return query, part.rows.ids[row], part.rows.timestamps_ms[row], distance
    hits = _search_segment(part, to_words(hashes), radius)
    if not len(hits.row):
        return NOTHING_FOUND
    origin, entries = part.owners.fan_out(hits.row)
    query, distance = (
        (hits.query, hits.distance) if origin is None else (hits.query[origin], hits.distance[origin])
    )
    return query, part.owners.ids_at(entries), part.owners.timestamps_at(entries), distance


def _search_segment(part: PdqSegment, queries: NDArray[np.uint64], radius: int) -> Hits:
    """Answer the hits among the hashes of a segment."""
    if part.tables is None:
        return engine.scan(part.words, queries, radius=radius)
    return engine.search(part.words, part.tables, queries, radius=radius)


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
