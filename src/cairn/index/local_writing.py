"""Writing a file of quantised local features from rows or from other files, a stretch of cells at a time.

A million pictures have half a thousand million features, so neither a merge nor what it makes can be held in
memory. But every file lies in the order of its cells: what is written next is what comes next in each.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from cairn.index.checked_file import CheckedFileWriter
from cairn.index.local_packing import BLOCK_WORDS, packed, places, word_count
from cairn.index.local_rows import CELL_BYTES, CODE_BYTES
from cairn.index.rows import is_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.rows import Rows

KIND: Final = "local-segment-2"
SLOT_SHIFT: Final = np.uint64(32)
"""An entry is the number of its picture in the file, and below it four bytes of geometry."""
GEOMETRY: Final = np.uint64(0xFFFF_FFFF)
STRETCH_FEATURES: Final = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Features of some cells, cell after cell.

    Attributes:
        cell: ``(n,) int64``.
        code: ``(n, 16) uint8``.
        entry: ``(n,) uint64``.
    """

    cell: NDArray[np.int64]
    code: NDArray[np.uint8]
    entry: NDArray[np.uint64]

    def select(self, which: NDArray[Any]) -> Stretch:
        """Answer some of the features."""
        return Stretch(self.cell[which], self.code[which], self.entry[which])


class Source(Protocol):
    """Features in the order of their cells."""

    @property
    def media(self) -> NDArray[np.uint64]:
        """Answer the sorted ids of the media that entries name by their place."""
        ...

    @property
    def sizes(self) -> NDArray[np.uint32]:
        """Answer how many features each cell holds."""
        ...

    def stretch(self, first: int, last: int) -> Stretch:
        """Answer the features of the cells from ``first`` to before ``last``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SortedRows:
    """Rows in memory as a source.

    Attributes:
        media: ``(pictures,) uint64``, sorted.
        sizes: ``(cells,) uint32``.
        features: All of them, by cell and entry.
    """

    media: NDArray[np.uint64]
    sizes: NDArray[np.uint32]
    features: Stretch

    def stretch(self, first: int, last: int) -> Stretch:
        """Answer the features of the cells from ``first`` to before ``last``."""
        low, high = np.searchsorted(self.features.cell, [first, last])
        return self.features.select(np.arange(low, high))


def sorted_rows(rows: Rows, cells: int) -> SortedRows:
    """Answer rows in the order of so many cells."""
    cell = np.ascontiguousarray(rows.values[:, :CELL_BYTES]).view("<u2")[:, 0].astype(np.int64)
    geometry = np.ascontiguousarray(rows.values[:, CELL_BYTES + CODE_BYTES :]).view("<u4")[:, 0]
    media, slot = np.unique(rows.ids, return_inverse=True)
    entry = (slot.astype(np.uint64) << SLOT_SHIFT) | geometry.astype(np.uint64)
    found = Stretch(cell, rows.values[:, CELL_BYTES : CELL_BYTES + CODE_BYTES], entry)
    sizes = np.bincount(cell, minlength=cells).astype(np.uint32)
    return SortedRows(media, sizes, found.select(np.lexsort((entry, cell))))


@dataclass(frozen=True, slots=True, eq=False)
class _Remainder:
    """What is left of a source when media are removed.

    Attributes:
        source: The source.
        slots: ``(pictures,) int64``, the new number of each of its pictures; -1 of those that go.
    """

    source: Source
    slots: NDArray[np.int64]

    def stretch(self, first: int, last: int) -> Stretch:
        """Answer what is left of the cells from ``first`` to before ``last``, under the new numbers."""
        found = self.source.stretch(first, last)
        slot = self.slots[(found.entry >> SLOT_SHIFT).astype(np.int64)]
        stays = np.flatnonzero(slot >= 0)
        entry = (slot[stays].astype(np.uint64) << SLOT_SHIFT) | (found.entry[stays] & GEOMETRY)
        return Stretch(found.cell[stays], found.code[stays], entry)


def write_sources(
    path: Path, sources: Sequence[tuple[Source, NDArray[np.uint64]]], removed: NDArray[np.uint64]
) -> int:
    """Write a segment of all sources durably; answer its bytes.

    Args:
        path: The file to make.
        sources: Each with the sorted ids of the media that go; all of as many cells.
        removed: Sorted ids that the segment removes from older ones.
    """
    stays = [~is_among(source.media, gone) for source, gone in sources]
    kept = [source.media[staying] for (source, _), staying in zip(sources, stays, strict=True)]
    media = np.unique(np.concatenate(kept))
    remainders = [
        _Remainder(source, np.where(staying, np.searchsorted(media, source.media), -1))
        for (source, _), staying in zip(sources, stays, strict=True)
    ]
    most = np.asarray(np.sum([source.sizes for source, _ in sources], axis=0, dtype=np.int64))
    is_whole = all(staying.all() for staying in stays)
    sizes: NDArray[np.uint32] = most.astype(np.uint32) if is_whole else _sizes(remainders, most)
    arrays: dict[str, NDArray[Any]] = {"media": media, "sizes": sizes, "removed": removed}
    sections: dict[str, Any] = {name: (array.dtype, array.shape) for name, array in arrays.items()}
    sections["words"] = (np.dtype(np.uint64), (word_count(sizes.astype(np.int64)),))
    writer = CheckedFileWriter(path, kind=KIND, sections=sections)
    try:
        for name, array in arrays.items():
            writer.append(name, array)
        for first, last in steps(most):
            found = _joined([left.stretch(first, last) for left in remainders])
            writer.append("words", _words(found, sizes[first:last]))
        return writer.finish({})
    finally:
        writer.close()


def _sizes(remainders: Sequence[_Remainder], most: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Answer how many features of each cell are left."""
    sizes = np.zeros(len(most), np.uint32)
    for first, last in steps(most):
        for left in remainders:
            found = left.stretch(first, last)
            sizes[first:last] += np.bincount(found.cell - first, minlength=last - first).astype(np.uint32)
    return sizes


def steps(sizes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield runs of cells that hold about as many features as are looked at at once."""
    step = np.cumsum(sizes) // STRETCH_FEATURES
    bounds = [0, *(np.flatnonzero(np.diff(step)) + 1).tolist(), len(sizes)]
    yield from itertools.pairwise(bounds)


def _joined(parts: Sequence[Stretch]) -> Stretch:
    """Answer the features of all parts, by cell and entry."""
    cell, entry = (np.concatenate([getattr(part, name) for part in parts]) for name in ("cell", "entry"))
    joined = Stretch(cell, np.concatenate([part.code for part in parts]), entry)
    return joined if len(parts) == 1 else joined.select(np.lexsort((entry, cell)))


def _words(found: Stretch, sizes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Answer the bytes of some cells, in words of eight."""
    at = places(sizes)
    words = np.empty(at.words, np.uint64)
    words[at.blocks[:, np.newaxis] + np.arange(BLOCK_WORDS)] = packed(found.code, at).view(np.uint64)
    words[at.entries] = found.entry
    return words
