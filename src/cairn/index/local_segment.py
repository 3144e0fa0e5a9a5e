"""An immutable file of quantised local features, in the order of their cells, searched where it lies.

Each cell's part holds its codes (16 bytes each) and behind them its entries (8 bytes each: the number of the
picture in the file, and four bytes of geometry). That is the layout in which FAISS searches inverted lists on
a disk, so it maps the file and nothing is copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import faiss
import numpy as np

from cairn.index.checked_file import CheckedFileWriter, open_checked
from cairn.index.local_rows import CELL_BYTES, CODE_BYTES, VALUE_BYTES
from cairn.index.rows import Rows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.checked_file import CheckedFile
    from cairn.index.codebook import Codebook

KIND: Final = "local-segment"
_CODE_WORDS: Final = CODE_BYTES // 8
_ENTRY_WORDS: Final = _CODE_WORDS + 1
ENTRY_BYTES: Final = 8 * _ENTRY_WORDS
_GEOMETRY_BITS: Final = 32


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LocalSegment:
    """A mapped file of features.

    Attributes:
        name: The file's name.
        length: Its bytes.
        removed: Sorted ids that it removes from older parts.
        media: ``(pictures,) uint64``, sorted: who owns the features.
        sizes: ``(cells,) uint32``, how many features each cell holds.
        words: ``(3 · features,) uint64``, the cells one after the other.
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
        return len(self.words) // _ENTRY_WORDS

    def rows(self) -> Rows:
        """Answer every feature, in the order of the cells."""
        codes, entries = _places(self.sizes)
        entry = self.words[entries]
        values = np.empty((len(entry), VALUE_BYTES), np.uint8)
        cell = np.repeat(np.arange(len(self.sizes), dtype="<u2"), self.sizes)
        values[:, :CELL_BYTES] = cell.view(np.uint8).reshape(-1, CELL_BYTES)
        code = self.words[codes[:, np.newaxis] + np.arange(_CODE_WORDS)]
        values[:, CELL_BYTES : CELL_BYTES + CODE_BYTES] = code.view(np.uint8).reshape(-1, CODE_BYTES)
        geometry = (entry & np.uint64((1 << _GEOMETRY_BITS) - 1)).astype("<u4")
        values[:, CELL_BYTES + CODE_BYTES :] = geometry.view(np.uint8).reshape(-1, 4)
        return Rows(self.owners(entry), np.zeros(len(entry), np.uint32), values)

    def owners(self, entries: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Answer the ids of the media that entries belong to."""
        found: NDArray[np.uint64] = self.media[(entries >> np.uint64(_GEOMETRY_BITS)).astype(np.int64)]
        return found

    def entry_ids(self) -> NDArray[np.uint64]:
        """Answer the id of every entry."""
        return self.owners(self.words[_places(self.sizes)[1]])

    def damage(self) -> str | None:
        """Read every byte; answer what does not match its checksum, or ``None``."""
        return self.file.damage()

    def preload(self) -> None:
        """Bring every page into memory."""
        self.file.preload()


class LocalShape:
    """How quantised features are laid out on the disk.

    Args:
        codebook: What the codes mean; an index of another codebook is another kind of index.
    """

    width = VALUE_BYTES

    def __init__(self, codebook: Codebook) -> None:
        """Remember the codebook."""
        self.kind = f"local-{codebook.mark}"
        self._cells = len(codebook.cells)

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment of the rows durably; answer its bytes."""
        cell, entry, media = _columns(rows)
        order = np.lexsort((entry, cell))
        sizes = np.bincount(cell, minlength=self._cells).astype(np.uint32)
        codes, entries = _places(sizes)
        words = np.empty(_ENTRY_WORDS * len(rows), np.uint64)
        code = np.ascontiguousarray(rows.values[order, CELL_BYTES : CELL_BYTES + CODE_BYTES]).view(np.uint64)
        words[codes[:, np.newaxis] + np.arange(_CODE_WORDS)] = code.reshape(-1, _CODE_WORDS)
        words[entries] = entry[order]
        arrays: dict[str, NDArray[Any]] = {"media": media, "sizes": sizes, "words": words, "removed": removed}
        sections = {name: (array.dtype, array.shape) for name, array in arrays.items()}
        writer = CheckedFileWriter(path, kind=KIND, sections=sections)
        try:
            for name, array in arrays.items():
                writer.append(name, array)
            return writer.finish({})
        finally:
            writer.close()

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


def lists_of(rows: Rows, cells: int) -> tuple[Any, NDArray[np.uint64]]:
    """Answer rows as inverted lists in memory, and the media that their entries name."""
    cell, entry, media = _columns(rows)
    lists = faiss.ArrayInvertedLists(cells, CODE_BYTES)
    code = np.ascontiguousarray(rows.values[:, CELL_BYTES : CELL_BYTES + CODE_BYTES])
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(cells + 1))
    for number in np.unique(cell):
        among = order[starts[number] : starts[number + 1]]
        ids = np.ascontiguousarray(entry[among]).view(np.int64)
        codes = np.ascontiguousarray(code[among])
        lists.add_entries(int(number), len(among), faiss.swig_ptr(ids), faiss.swig_ptr(codes))
    return lists, media


def _columns(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Answer the cell and the entry of every row, and the media that entries name."""
    cell = np.ascontiguousarray(rows.values[:, :CELL_BYTES]).view("<u2")[:, 0].astype(np.int64)
    geometry = np.ascontiguousarray(rows.values[:, CELL_BYTES + CODE_BYTES :]).view("<u4")[:, 0]
    media, slot = np.unique(rows.ids, return_inverse=True)
    entry = (slot.astype(np.uint64) << np.uint64(_GEOMETRY_BITS)) | geometry.astype(np.uint64)
    return cell, entry, media


def _places(sizes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Answer at which word each feature's code begins, and at which its entry stands, cell after cell."""
    many = sizes.astype(np.int64)
    before = np.cumsum(many) - many
    start = np.repeat(_ENTRY_WORDS * before, many)
    rank = np.arange(int(many.sum())) - np.repeat(before, many)
    return start + _CODE_WORDS * rank, start + _CODE_WORDS * np.repeat(many, many) + rank


def _mapped_lists(file: CheckedFile) -> Any:
    """Answer FAISS's view of a segment: it maps the file itself, from the offset where the cells begin."""
    sizes = file.arrays["sizes"].astype(np.int64)
    lists: Any = faiss.OnDiskInvertedLists()
    lists.nlist, lists.code_size = len(sizes), CODE_BYTES
    table = np.empty((len(sizes), 3), np.uint64)
    table[:, 0] = table[:, 1] = sizes
    table[:, 2] = file.offset("words") + ENTRY_BYTES * (np.cumsum(sizes) - sizes)
    lists.lists.resize(len(sizes))
    faiss.memcpy(lists.lists.data(), faiss.swig_ptr(table), table.nbytes)
    lists.filename, lists.totsize, lists.read_only = str(file.path), file.length, True
    lists.do_mmap()
    return lists
