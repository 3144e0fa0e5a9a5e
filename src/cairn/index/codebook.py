"""The codebook of a local index: coarse cells, and the words into which descriptions are cut.

It is trained once (``codebook_training``), on the features of the first pictures that a node sees or on any
others, and then belongs to the index: every stored code only means something together with it. FAISS does
the training and the quantising. The same features give the same codebook on the same machine; nothing is
fetched from anywhere.

Cells lie in groups, about as many as each holds cells. Whoever looks for the nearest cells looks for the
nearest groups first, and compares with the cells of these alone.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import faiss
import numpy as np

from cairn.errors import InputError
from cairn.index.checked_file import CheckedFileWriter, open_checked
from cairn.index.local_rows import CELL_BYTES, CODE_BYTES, VALUE_BYTES
from cairn.types import DESCRIPTOR_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.local_rows import Described

CODEBOOK_NAME: Final = "codebook.cairn"
KIND: Final = "local-codebook-2"
WORD_BITS: Final = 4
BLOCK_CODES: Final = 32
"""FAISS compares with so many codes at once; they lie interleaved."""
_CELL_BY_CELL: Final = 12
"""FAISS's way to search in which all features that look into a cell do so together."""
PIECES: Final = 8 * CODE_BYTES // WORD_BITS
"""Into so many a description is cut; each is coded as one of 16 words."""
MOST_CELLS: Final = 1 << (8 * CELL_BYTES)
_ARRAYS: Final = ("cells", "words", "groups", "sizes")
_GROUPS_LOOKED_AT: Final = 8
"""The nearest cell of nearly every description lies in one of so many groups."""


@dataclass(frozen=True, slots=True, eq=False)
class Codebook:
    """What codes mean.

    Attributes:
        cells: ``(cells, 128) float32``, the middles of the coarse cells, group after group.
        words: ``(32, 16, 4) float32``, for each piece of a description its words.
        groups: ``(groups, 128) float32``, the middles of the groups.
        sizes: ``(groups,) int64``, how many cells lie in each.
    """

    cells: NDArray[np.float32]
    words: NDArray[np.float32]
    groups: NDArray[np.float32]
    sizes: NDArray[np.int64]

    @property
    def mark(self) -> str:
        """Answer eight digits that tell one codebook from another."""
        return f"{zlib.crc32(self.words.tobytes(), zlib.crc32(self.cells.tobytes())):08x}"


def save(folder: Path, codebook: Codebook) -> None:
    """Write the codebook into an index's folder, durably."""
    arrays = {name: getattr(codebook, name) for name in _ARRAYS}
    folder.mkdir(parents=True, exist_ok=True)
    sections = {name: (array.dtype, array.shape) for name, array in arrays.items()}
    writer = CheckedFileWriter(folder / CODEBOOK_NAME, kind=KIND, sections=sections)
    try:
        for name, array in arrays.items():
            writer.append(name, array)
        writer.finish({})
    finally:
        writer.close()


def load(folder: Path) -> Codebook:
    """Read the codebook of an index's folder.

    Raises:
        InputError: There is none: it has to be trained first.
        IntegrityError: It is damaged.
    """
    try:
        file = open_checked(folder / CODEBOOK_NAME, kind=KIND)
    except FileNotFoundError:
        raise InputError(
            "This index has no codebook yet; it is trained on the first pictures.", code="index.no-codebook"
        ) from None
    return Codebook(**{name: file.arrays[name] for name in _ARRAYS})


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """FAISS's finder of the nearest cells; what ``engine`` makes needs it to live as long.

    Attributes:
        cells: Finds cells.
        groups: Finds groups of cells, for ``cells``, which needs it to live as long.
    """

    cells: faiss.IndexIVFFlat
    groups: faiss.IndexFlatL2


def coarse(codebook: Codebook) -> Coarse:
    """Answer the finder of the nearest cells."""
    groups = faiss.IndexFlatL2(DESCRIPTOR_BYTES)
    groups.add(np.ascontiguousarray(codebook.groups))
    cells = faiss.IndexIVFFlat(groups, DESCRIPTOR_BYTES, len(codebook.groups))
    cells.is_trained, cells.nprobe = True, min(_GROUPS_LOOKED_AT, len(codebook.groups))
    numbers = np.arange(len(codebook.cells), dtype=np.int64)
    group = np.repeat(np.arange(len(codebook.sizes), dtype=np.int64), codebook.sizes)
    middles = np.ascontiguousarray(codebook.cells)
    cells.add_core(len(middles), *(faiss.swig_ptr(column) for column in (middles, numbers, group)))
    return Coarse(cells, groups)


def engine(codebook: Codebook, cells: Coarse) -> faiss.IndexIVFPQFastScan:
    """Answer an empty FAISS index that quantises and searches with this codebook.

    Codes are of descriptions and not of what is left after the cell, so one table a feature serves all cells.
    """
    made = faiss.IndexIVFPQFastScan(
        cells.cells, DESCRIPTOR_BYTES, len(codebook.cells), PIECES, WORD_BITS, faiss.METRIC_L2, BLOCK_CODES
    )
    made.by_residual, made.implem = False, _CELL_BY_CELL
    faiss.copy_array_to_vector(np.ascontiguousarray(codebook.words).ravel(), made.pq.centroids)
    made.is_trained = True
    return made


def own_lists(made: faiss.IndexIVFPQFastScan) -> Any:
    """Answer the lists in memory with which ``engine`` makes an index, a ``faiss.BlockInvertedLists``."""
    lists: Any = made.invlists
    return faiss.downcast_InvertedLists(lists)


def search(
    searching: Any, descriptions: NDArray[np.float32], cells: NDArray[np.int64], most: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Answer the squared distances and the entries of the nearest features in some cells.

    Args:
        searching: As ``engine`` makes it.
        descriptions: ``(n, 128) float32``.
        cells: ``(n, probes) int64``, where to look for each.
        most: How many are answered for each; where there are fewer, their entries are -1.
    """
    searching.nprobe = cells.shape[1]
    squared, found = searching.search_preassigned(descriptions, most, cells, None)
    return np.asarray(squared, np.float32), np.asarray(found, np.int64)


def encode(quantising: faiss.IndexIVFPQFastScan, features: Described) -> NDArray[np.uint8]:
    """Answer ``(n, 22) uint8`` values of features, as ``local_rows`` describes them."""
    values = np.empty((len(features), VALUE_BYTES), np.uint8)
    if len(features):
        _, cell = quantising.quantizer.search(features.descriptions, 1)
        values[:, :CELL_BYTES] = cell.astype("<u2").view(np.uint8)
        values[:, CELL_BYTES : CELL_BYTES + CODE_BYTES] = quantising.pq.compute_codes(features.descriptions)
        values[:, CELL_BYTES + CODE_BYTES :] = features.geometry
    return values
