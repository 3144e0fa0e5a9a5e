"""Exact look-ups of MD5, SHA-1 and SHA-256 among hundreds of millions of list entries.

The digests lie sorted in a memory-mapped file. Digests are spread evenly, so a small table of where each
leading bit pattern begins leaves a dozen of them to halve between; a whole batch takes each halving step
together. The same journal, manifest and lock as for PDQ hashes make it durable.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.index.checked_file import CheckedFileWriter, open_checked
from cairn.index.mapped_segment import MappedSegment
from cairn.index.owners import Owners, collapse
from cairn.index.rows import Rows, checked_rows, checked_values
from cairn.index.snapshot import MergedInMemory
from cairn.index.stored_index import StoredIndex, open_store
from cairn.index.tail import TailView
from cairn.index.words import WORD_BITS, to_values, to_words

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.matches import Coverage
    from cairn.index.store import Reader
    from cairn.index.writer import Writer

DIGESTS_A_BUCKET = 16
LARGEST_PREFIX_BITS = 26


class Algorithm(StrEnum):
    """The digests that hash lists carry."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"

    @property
    def width(self) -> int:
        """Answer the bytes of a digest."""
        return {Algorithm.MD5: 16, Algorithm.SHA1: 20, Algorithm.SHA256: 32}[self]


@dataclass(frozen=True, slots=True, eq=False)
class DigestMatches:
    """Every entry that has exactly the digest asked for, in the order of query and id; each row once.

    Attributes:
        query: ``(m,) int64``, the position of the query.
        id: ``(m,) uint64``.
        coverage: What was searched.
    """

    query: NDArray[np.int64]
    id: NDArray[np.uint64]
    coverage: Coverage

    def __len__(self) -> int:
        """Answer the number of matches."""
        return len(self.query)


@dataclass(frozen=True, slots=True, eq=False)
class DigestTable:
    """Sorted digests and where their leading bits begin.

    Attributes:
        words: ``(digests, k) uint64``, strictly increasing.
        offsets: ``(2**bits + 1,) uint32``, the first digest of each pattern of leading bits.
    """

    words: NDArray[np.uint64]
    offsets: NDArray[np.uint32]

    def find(self, wanted: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Answer which of the wanted digests are here, and their rows."""
        if not len(self.words):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        bits = _prefix_bits(len(self.offsets) - 1)
        prefix = _prefixes(wanted, bits)
        low = self.offsets[prefix].astype(np.int64)
        high = self.offsets[prefix + 1].astype(np.int64)
        last = len(self.words) - 1
        while (low < high).any():
            middle = (low + high) // 2
            lower = _is_less(self.words[np.minimum(middle, last)], wanted) & (low < high)
            low = np.where(lower, middle + 1, low)
            high = np.where(lower, high, np.minimum(middle, high))
        row = np.minimum(low, last)
        query = np.flatnonzero((self.words[row] == wanted).all(axis=1))
        return query, row[query]


def make_table(words: NDArray[np.uint64]) -> DigestTable:
    """Answer the table of sorted digests."""
    bits = min(max((len(words) // DIGESTS_A_BUCKET).bit_length(), 0), LARGEST_PREFIX_BITS)
    counts = np.bincount(_prefixes(words, bits), minlength=1 << bits)
    return DigestTable(words, np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32))


def _prefix_bits(buckets: int) -> int:
    """Answer how many leading bits so many buckets tell apart."""
    return buckets.bit_length() - 1


def _prefixes(words: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    """Answer the leading bits of each digest as a number."""
    half = words[:, 0] >> np.uint64(1)  # shifting by all 64 bits at once is not defined
    return (half >> np.uint64(WORD_BITS - 1 - bits)).astype(np.int64)


def _is_less(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Answer where the digest on the left comes first."""
    less = np.zeros(len(left), np.bool_)
    for column in reversed(range(left.shape[1])):
        less = (left[:, column] < right[:, column]) | ((left[:, column] == right[:, column]) & less)
    return less


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DigestSegment(MappedSegment):
    """A mapped file of digests.

    Attributes:
        table: The digests.
        width: Bytes of a digest.
    """

    table: DigestTable
    width: int

    def rows(self) -> Rows:
        """Answer every entry, in the order of the digests."""
        return self.owners.rows_of(to_values(self.table.words, self.width))


class DigestShape(MergedInMemory):
    """How digests, or other values that are looked up whole, are laid out on the disk.

    Args:
        kind: The name of what is looked up, such as an algorithm's.
        width: Bytes of a value.
    """

    def __init__(self, kind: str, width: int) -> None:
        """Lay out these values."""
        self.kind = kind
        self.width = width

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment of the rows durably; answer its bytes."""
        collapsed = collapse(to_words(rows.values), rows)
        table = make_table(collapsed.words)
        arrays: dict[str, NDArray[Any]] = {"words": table.words, "offsets": table.offsets, "removed": removed}
        arrays |= collapsed.owners.arrays()
        sections = {name: (array.dtype, array.shape) for name, array in arrays.items()}
        writer = CheckedFileWriter(path, kind=f"{self.kind}-segment", sections=sections)
        try:
            for name, array in arrays.items():
                writer.append(name, array)
            return writer.finish({"lowest_id": collapsed.owners.lowest_id})
        finally:
            writer.close()

    def open(self, path: Path) -> DigestSegment:
        """Map a segment.

        Raises:
            IntegrityError: When its header is damaged.
        """
        file = open_checked(path, kind=f"{self.kind}-segment")
        table = DigestTable(file.arrays["words"], file.arrays["offsets"])
        owners = Owners.from_arrays(file.arrays, lowest_id=file.facts["lowest_id"])
        return DigestSegment(
            name=path.name,
            length=file.length,
            table=table,
            owners=owners,
            removed=file.arrays["removed"],
            width=self.width,
            file=file,
        )


class DigestIndex(StoredIndex[DigestSegment]):
    """Which entries have exactly this digest.

    Args:
        store: A reader or the writer of a folder.
        shape: Which digest.
    """

    def __init__(self, store: Reader[DigestSegment] | Writer[DigestSegment], shape: DigestShape) -> None:
        """Stand before the store."""
        super().__init__(store, shape)
        self._sorted = SortedParts()

    def add(self, ids: NDArray[np.uint64], digests: NDArray[np.uint8]) -> None:
        """Add entries; they are durable when this returns. Adding the same entry again changes nothing.

        Args:
            ids: ``(n,) uint64``; one id may have many digests, and one digest many ids.
            digests: ``(n, width) uint8``.

        Raises:
            InputError: When the arrays do not fit together.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        self._writer().add(checked_rows(ids, digests, None, width=self._width))

    def look_up(self, digests: NDArray[np.uint8]) -> DigestMatches:
        """Answer every entry of each digest.

        Args:
            digests: ``(q, width) uint8``.

        Raises:
            InputError: When the digests have another width.
        """
        wanted = to_words(checked_values(digests, width=self._width))
        snapshot = self._store.snapshot()
        queries, ids = [], []
        for position, part in enumerate(snapshot.parts):
            if not len(part):
                continue
            table, owners = self._sorted(part)
            query, row = table.find(wanted)
            origin, entries = owners.fan_out(row)
            query = query if origin is None else query[origin]
            found = owners.ids_at(entries)
            counting = snapshot.counts(position, found)
            queries.append(query if counting is None else query[counting])
            ids.append(found if counting is None else found[counting])
        columns = _sorted_once(queries, ids)
        return DigestMatches(*columns, coverage=snapshot.coverage)


class SortedParts:
    """Answers each part of an index as a table; the newest entries are sorted when they have changed."""

    def __init__(self) -> None:
        """Have nothing sorted yet."""
        self._kept: tuple[TailView, DigestTable, Owners] | None = None

    def __call__(self, part: DigestSegment | TailView) -> tuple[DigestTable, Owners]:
        """Answer the values of a part in order, and who owns each."""
        if not isinstance(part, TailView):
            return part.table, part.owners
        kept = self._kept
        if kept is None or kept[0] is not part:
            rows = part.live_rows
            collapsed = collapse(to_words(rows.values), rows)
            kept = self._kept = (part, make_table(collapsed.words), collapsed.owners)
        return kept[1], kept[2]


def open_digests(folder: Path, algorithm: Algorithm, *, writable: bool = False) -> DigestIndex:
    """Open the index of one digest in ``folder``; use it in a ``with`` statement, or close it.

    Args:
        folder: Created when absent and ``writable``; a reader takes an absent folder as an empty index.
        algorithm: Which digest; each needs a folder of its own.
        writable: Take the writer's lock.

    Raises:
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest is damaged, or the folder holds another kind of index.
    """
    shape = DigestShape(str(algorithm), algorithm.width)
    return DigestIndex(open_store(folder, shape, writable=writable), shape)


def _sorted_once(
    queries: list[NDArray[np.int64]],
    ids: list[NDArray[np.uint64]],
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Answer the matches of all parts by query and id, each row once."""
    if not queries:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    query, found = np.concatenate(queries), np.concatenate(ids)
    order = np.lexsort((found, query))
    query, found = query[order], found[order]
    new = np.ones(len(query), np.bool_)
    new[1:] = (query[1:] != query[:-1]) | (found[1:] != found[:-1])
    return query[new], found[new]
