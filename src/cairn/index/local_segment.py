"""An immutable file of quantised local features, in the order of their cells, searched where it lies.

Each cell's part holds its codes (16 bytes each, see ``local_packing``) and behind them its entries (8 bytes
each: the number of the picture in the file, and four bytes of geometry). That is the layout in which FAISS
searches inverted lists on a disk, so it maps the file and nothing is copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import faiss
import numpy as np

from cairn.index.checked_file import open_checked
from cairn.index.codebook import BLOCK_CODES
from cairn.index.local_packing import BLOCK_WORDS, cell_starts, order_mark, packed, places, unpacked
from cairn.index.local_rows import CELL_BYTES, CODE_BYTES, VALUE_BYTES
from cairn.index.local_writing import GEOMETRY, KIND, SLOT_SHIFT, Stretch, sorted_rows, steps, write_sources
from cairn.index.rows import Rows, is_among
from cairn.index.tail import TailView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.checked_file import CheckedFile
    from cairn.index.codebook import Codebook
    from cairn.index.local_writing import Source

ENTRY_BYTES: Final = CODE_BYTES + 8


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LocalSegment:
    """A mapped file of features.

    Attributes:
        name: The file's name.
        length: Its bytes.
        removed: Sorted ids that it removes from older parts.
        media: ``(pictures,) uint64``, sorted: who owns the features.
        sizes: ``(cells,) uint32``, how many features each cell holds.
        words: ``(n,) uint64``, the cells one after the other.
        lists: FAISS's view of the same bytes, a ``faiss.InvertedLists``.
        file: The file itself.
    """

    name: str
    length: int
    removed: NDArray[np.uint64]
    media: NDArray[np.uint64]
    sizes: NDArray[np.uint32]
    words: NDArray[np.uint64]
    lists: Any
    file: CheckedFile

    def __len__(self) -> int:
        """Answer the number of features."""
        return int(self.sizes.sum())

    def rows(self) -> Rows:
        """Answer every feature, in the order of the cells."""
        found = self.stretch(0, len(self.sizes))
        values = np.empty((len(found.cell), VALUE_BYTES), np.uint8)
        values[:, :CELL_BYTES] = found.cell.astype("<u2").view(np.uint8).reshape(-1, CELL_BYTES)
        values[:, CELL_BYTES : CELL_BYTES + CODE_BYTES] = found.code
        geometry = (found.entry & GEOMETRY).astype("<u4")
        values[:, CELL_BYTES + CODE_BYTES :] = geometry.view(np.uint8).reshape(-1, 4)
        return Rows(self.owners(found.entry), np.zeros(len(values), np.uint32), values)

    def stretch(self, first: int, last: int) -> Stretch:
        """Answer the features of the cells from ``first`` to before ``last``."""
        at = places(self.sizes[first:last])
        start = int(cell_starts(self.sizes[: first + 1].astype(np.int64))[-1])
        words = self.words[start : start + at.words]
        blocks = words[at.blocks[:, np.newaxis] + np.arange(BLOCK_WORDS)].view(np.uint8)
        cell = np.repeat(np.arange(first, last), self.sizes[first:last])
        return Stretch(cell, unpacked(blocks, at), words[at.entries])

    def owners(self, entries: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Answer the ids of the media that entries belong to."""
        return owners_of(self.media, entries)

    def count_without(self, removed: NDArray[np.uint64]) -> int:
        """Answer how many features are left when the media with these sorted ids go."""
        gone = is_among(self.media, removed)
        if not gone.any():
            return len(self)
        stretches = (self.stretch(*step) for step in steps(self.sizes.astype(np.int64)))
        return len(self) - sum(int(gone[slots_of(each.entry)].sum()) for each in stretches)

    def damage(self) -> str | None:
        """Read every byte; answer what does not match its checksum, or ``None``."""
        return self.file.damage()

    def preload(self) -> None:
        """Bring every page into memory."""
        self.file.preload()


_NOBODY: Final = np.empty(0, np.uint64)


class LocalShape:
    """How quantised features are laid out on the disk.

    Args:
        codebook: What the codes mean; an index of another codebook is another kind of index.
    """

    width = VALUE_BYTES

    def __init__(self, codebook: Codebook) -> None:
        """Remember the codebook."""
        self.kind = f"local-{codebook.mark}-{order_mark()}"
        self._cells = len(codebook.cells)

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment of the rows durably; answer its bytes."""
        return write_sources(path, [(sorted_rows(rows, self._cells), _NOBODY)], removed)

    def merge(self, path: Path, parts: Sequence[LocalSegment | TailView], removed: NDArray[np.uint64]) -> int:
        """Write a segment of what lives in consecutive parts durably; answer its bytes."""
        sources: list[tuple[Source, NDArray[np.uint64]]] = []
        gone = _NOBODY
        for part in reversed(parts):
            source = sorted_rows(part.live_rows, self._cells) if isinstance(part, TailView) else part
            sources.append((source, gone))
            gone = np.union1d(gone, part.removed)
        return write_sources(path, sources[::-1], removed)

    def open(self, path: Path) -> LocalSegment:
        """Map a segment.

        Raises:
            IntegrityError: When its header is damaged.
        """
        file = open_checked(path, kind=KIND)
        return LocalSegment(
            name=path.name,
            length=file.length,
            removed=file.arrays["removed"],
            media=file.arrays["media"],
            sizes=file.arrays["sizes"],
            words=file.arrays["words"],
            lists=_mapped_lists(file),
            file=file,
        )


def owners_of(media: NDArray[np.uint64], entries: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Answer which of a file's media each entry names."""
    found: NDArray[np.uint64] = media[slots_of(entries)]
    return found


def slots_of(entries: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Answer the number in the file of the picture that each entry names."""
    return (entries >> SLOT_SHIFT).astype(np.int64)


def put_into(lists: Any, rows: Rows) -> NDArray[np.uint64]:
    """Put rows into empty inverted lists in memory; answer the media that their entries name.

    Args:
        lists: A ``faiss.BlockInvertedLists``.
        rows: Which.
    """
    found = sorted_rows(rows, lists.nlist)
    blocks = packed(found.features.code, places(found.sizes))
    ids = found.features.entry.view(np.int64)
    row = block = 0
    for number in np.flatnonzero(found.sizes).tolist():
        count = int(found.sizes[number])
        lists.add_entries(number, count, faiss.swig_ptr(ids[row:]), faiss.swig_ptr(blocks[block:]))
        row, block = row + count, block - (-count // BLOCK_CODES)
    return found.media


def _mapped_lists(file: CheckedFile) -> Any:
    """Answer FAISS's view of a segment: it maps the file itself, from the offset where the cells begin."""
    sizes = file.arrays["sizes"].astype(np.int64)
    lists: Any = faiss.OnDiskInvertedLists()
    lists.nlist, lists.code_size = len(sizes), CODE_BYTES
    table = np.empty((len(sizes), 3), np.uint64)
    table[:, 0], table[:, 1] = sizes, -(-sizes // BLOCK_CODES) * BLOCK_CODES
    table[:, 2] = file.offset("words") + 8 * cell_starts(sizes)
    lists.lists.resize(len(sizes))
    faiss.memcpy(lists.lists.data(), faiss.swig_ptr(table), table.nbytes)
    lists.filename, lists.totsize, lists.read_only = str(file.path), file.length, True
    lists.do_mmap()
    return lists
