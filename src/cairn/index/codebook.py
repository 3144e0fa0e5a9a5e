"""The codebook of a local index: coarse cells, and the words into which descriptions are cut.

It is trained once (``codebook_training``), on the features of the first pictures that a node sees or on any
others, and then belongs to the index: every stored code only means something together with it. FAISS does
the training and the quantising. The same features give the same codebook on the same machine; nothing is
fetched from anywhere.

Cells lie in groups, about as many as each holds cells. Whoever looks for the nearest cells looks for the
nearest groups first, and compares with the cells of these alone: with all of them by the words into which
their middles are cut, and exactly with the nearest of those.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
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
KIND: Final = "local-codebook-3"
WORD_BITS: Final = 4
BLOCK_CODES: Final = 32
"""FAISS compares with so many codes at once; they lie interleaved."""
_CELL_BY_CELL: Final = 13
"""FAISS's way to search in which all features that look into a cell, or a group, do so together."""
PIECES: Final = 8 * CODE_BYTES // WORD_BITS
"""Into so many a description is cut; each is coded as one of 16 words."""
MOST_CELLS: Final = 1 << (8 * CELL_BYTES)
_ARRAYS: Final = ("cells", "words", "groups")
_GROUPS_LOOKED_AT: Final = 12
"""The nearest cell of nearly every description lies in one of so many groups."""
_COMPARED_EXACTLY: Final = 32
"""So many cells that are near by their words are compared exactly, or a few for each that is wanted."""
_FEWEST_FOR_EACH: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Codebook:
    """What codes mean.

    Attributes:
        cells: ``(cells, 128) float32``, the middles of the coarse cells.
        words: ``(32, 16, 4) float32``, for each piece of a description its words.
        groups: ``(groups, 128) float32``, the middles of the groups.
    """

    cells: NDArray[np.float32]
    words: NDArray[np.float32]
    groups: NDArray[np.float32]

    def __eq__(self, other: object) -> bool:
        """Tell whether codes mean the same by both."""
        return isinstance(other, Codebook) and self.mark == other.mark

    def __hash__(self) -> int:
        """Answer a number by which equal codebooks are found."""
        return hash(self.mark)

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
    """FAISS's finders of the nearest cells; what ``engine`` makes needs them to live as long.

    Attributes:
        by_words: Finds cells by the words into which their middles are cut.
        exact: Compares with the middles themselves.
        groups: What ``by_words`` needs to live as long.
    """

    by_words: faiss.IndexIVFPQFastScan
    exact: faiss.IndexFlatL2
    groups: faiss.IndexFlatL2

    def nearest(self, descriptions: NDArray[np.float32], most: int) -> NDArray[np.int64]:
        """Answer ``(n, most) int64``, the nearest cells of each of ``(n, 128) float32`` descriptions."""
        finding = faiss.IndexRefine(self.by_words, self.exact)
        finding.k_factor = max(_FEWEST_FOR_EACH, _COMPARED_EXACTLY // most)
        _, found = finding.search(descriptions, most)
        return np.asarray(found, np.int64)


@lru_cache(maxsize=2)
def coarse(codebook: Codebook) -> Coarse:
    """Answer the finders of the nearest cells; they are kept, since many cells take half a second to code."""
    groups, exact = faiss.IndexFlatL2(DESCRIPTOR_BYTES), faiss.IndexFlatL2(DESCRIPTOR_BYTES)
    groups.add(np.ascontiguousarray(codebook.groups))
    exact.add(np.ascontiguousarray(codebook.cells))
    by_words = _fast_scan(codebook, groups, len(codebook.groups))
    by_words.nprobe = min(_GROUPS_LOOKED_AT, len(codebook.groups))
    by_words.add(np.ascontiguousarray(codebook.cells))
    return Coarse(by_words, exact, groups)


def engine(codebook: Codebook, cells: Coarse) -> faiss.IndexIVFPQFastScan:
    """Answer an empty FAISS index that searches with this codebook, in cells that are named to it."""
    return _fast_scan(codebook, cells.exact, len(codebook.cells))


def _fast_scan(codebook: Codebook, quantizer: Any, lists: int) -> faiss.IndexIVFPQFastScan:
    """Answer an empty FAISS index that compares by the words of this codebook.

    Codes are of descriptions and not of what is left after the cell, so one table a feature serves all cells.
    """
    made = faiss.IndexIVFPQFastScan(
        quantizer, DESCRIPTOR_BYTES, lists, PIECES, WORD_BITS, faiss.METRIC_L2, BLOCK_CODES
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


def encode(cells: Coarse, features: Described) -> NDArray[np.uint8]:
    """Answer ``(n, 22) uint8`` values of features, as ``local_rows`` describes them."""
    values = np.empty((len(features), VALUE_BYTES), np.uint8)
    if len(features):
        cell = cells.nearest(features.descriptions, 1)
        values[:, :CELL_BYTES] = cell.astype("<u2").view(np.uint8)
        values[:, CELL_BYTES : CELL_BYTES + CODE_BYTES] = cells.by_words.pq.compute_codes(
            features.descriptions
        )
        values[:, CELL_BYTES + CODE_BYTES :] = features.geometry
    return values
