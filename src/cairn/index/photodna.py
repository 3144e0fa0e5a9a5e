"""PhotoDNA values that lists bring along, matched exactly by the sum of squared differences.

Cairn does not compute PhotoDNA; it only compares the 144 bytes that a list gives. The values lie sorted by
the sum of their bytes: by the inequality of Cauchy and Schwarz, two values whose byte sums differ by more
than the square root of 144 times the bound cannot be within it, so only a window of the file is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.errors import InputError
from cairn.index.checked_file import CheckedFileWriter, open_checked
from cairn.index.mapped_segment import MappedSegment
from cairn.index.matches import ScoredMatches
from cairn.index.owners import Owners, owners_of
from cairn.index.rows import Rows, checked_rows, checked_values
from cairn.index.snapshot import MergedInMemory
from cairn.index.squares import squares
from cairn.index.stored_index import StoredIndex, open_store
from cairn.index.tail import TailView

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.store import Reader
    from cairn.index.writer import Writer

PHOTODNA_BYTES = 144
LARGEST_SUM_OF_SQUARES = PHOTODNA_BYTES * 255 * 255
KIND = "photodna-segment"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhotoDnaSegment(MappedSegment):
    """A mapped file of PhotoDNA values.

    Attributes:
        values: ``(n, 144) uint8``, by byte sum.
        sums: ``(n,) uint32``, the byte sums, increasing.
    """

    values: NDArray[np.uint8]
    sums: NDArray[np.uint32]

    def rows(self) -> Rows:
        """Answer every entry, by byte sum."""
        return self.owners.rows_of(self.values)


class PhotoDnaShape(MergedInMemory):
    """How PhotoDNA values are laid out on the disk."""

    kind = "photodna"
    width = PHOTODNA_BYTES

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment of the rows durably; answer its bytes."""
        rows = _each_once(rows)
        sums = rows.values.sum(axis=1, dtype=np.uint32)
        order = np.argsort(sums, kind="stable")
        owners = owners_of(None, rows.ids[order], rows.timestamps_ms[order])
        arrays: dict[str, NDArray[Any]] = {
            "values": rows.values[order],
            "sums": sums[order],
            "removed": removed,
        }
        arrays |= owners.arrays()
        sections = {name: (array.dtype, array.shape) for name, array in arrays.items()}
        writer = CheckedFileWriter(path, kind=KIND, sections=sections)
        try:
            for name, array in arrays.items():
                writer.append(name, array)
            return writer.finish({"lowest_id": owners.lowest_id})
        finally:
            writer.close()

    def open(self, path: Path) -> PhotoDnaSegment:
        """Map a segment.

        Raises:
            IntegrityError: When its header is damaged.
        """
        file = open_checked(path, kind=KIND)
        arrays = file.arrays
        owners = Owners.from_arrays(arrays, lowest_id=file.facts["lowest_id"])
        return PhotoDnaSegment(
            name=path.name,
            length=file.length,
            values=arrays["values"],
            sums=arrays["sums"],
            owners=owners,
            removed=arrays["removed"],
            file=file,
        )


class PhotoDnaIndex(StoredIndex[PhotoDnaSegment]):
    """Which PhotoDNA values lie within a bound of each other."""

    def add(self, ids: NDArray[np.uint64], values: NDArray[np.uint8]) -> None:
        """Add entries; they are durable when this returns. Adding the same entry again changes nothing.

        Args:
            ids: ``(n,) uint64``.
            values: ``(n, 144) uint8``.

        Raises:
            InputError: When the arrays do not fit together.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        self._writer().add(checked_rows(ids, values, None, width=PHOTODNA_BYTES))

    def search(self, values: NDArray[np.uint8], *, bound: int) -> ScoredMatches[np.uint32]:
        """Answer every entry whose squared differences from a query add up to ``bound`` at most.

        Args:
            values: ``(q, 144) uint8``.
            bound: 0 to 9,363,600; the caller's policy names it.

        Raises:
            InputError: When the values have another shape, or the bound is out of range.
        """
        queries = checked_values(values, width=PHOTODNA_BYTES)
        if not 0 <= bound <= LARGEST_SUM_OF_SQUARES:
            sentence = f"The bound must lie between 0 and {LARGEST_SUM_OF_SQUARES}."
            raise InputError(sentence, code="index.bound")
        snapshot = self._store.snapshot()
        found = []
        for position, part in enumerate(snapshot.parts):
            query, ids, total = _search_part(part, queries, bound)
            counting = snapshot.counts(position, ids)
            if counting is not None:
                query, ids, total = query[counting], ids[counting], total[counting]
            found.append((query, ids, total))
        return ScoredMatches.of(found, dtype=np.uint32, nearest_is_highest=False, coverage=snapshot.coverage)


def open_photodna(folder: Path, *, writable: bool = False) -> PhotoDnaIndex:
    """Open the index of PhotoDNA values in ``folder``; use it in a ``with`` statement, or close it.

    Args:
        folder: Created when absent and ``writable``; a reader takes an absent folder as an empty index.
        writable: Take the writer's lock.

    Raises:
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest is damaged, or the folder holds another kind of index.
    """
    shape = PhotoDnaShape()
    store: Reader[PhotoDnaSegment] | Writer[PhotoDnaSegment] = open_store(folder, shape, writable=writable)
    return PhotoDnaIndex(store, shape)


def _search_part(
    part: PhotoDnaSegment | TailView,
    queries: NDArray[np.uint8],
    bound: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint32]]:
    """Answer query, id and sum of squares of the matches in one part."""
    if isinstance(part, TailView):
        rows = part.live_rows
        windows = [(0, len(rows))] * len(queries)
        query, row, total = squares(rows.values, queries, windows, bound=bound)
        return query, rows.ids[row], total.astype(np.uint32)
    reach = isqrt(PHOTODNA_BYTES * bound)
    sums = queries.sum(axis=1, dtype=np.int64)
    first = np.searchsorted(part.sums, np.maximum(sums - reach, 0).astype(np.uint32))
    last = np.searchsorted(part.sums, (sums + reach).astype(np.uint32), side="right")
    windows = list(zip(first.tolist(), last.tolist(), strict=True))
    query, row, total = squares(part.values, queries, windows, bound=bound)
    return query, part.owners.ids_at(row), total.astype(np.uint32)


def _each_once(rows: Rows) -> Rows:
    """Answer the rows without repetitions; only rows that share an id are compared."""
    order = np.argsort(rows.ids, kind="stable")
    same = rows.ids[order][1:] == rows.ids[order][:-1]
    if not same.any():
        return rows
    shared = order[np.append(same, [False]) | np.concatenate([[False], same])]
    columns = [rows.timestamps_ms[shared], *rows.values[shared].T, rows.ids[shared]]
    among = np.lexsort(columns)
    repeats = np.ones(len(among) - 1, np.bool_)
    for column in columns:
        repeats &= column[among][1:] == column[among][:-1]
    keep = np.ones(len(rows), np.bool_)
    keep[shared[among[1:][repeats]]] = False
    return rows.select(keep)
