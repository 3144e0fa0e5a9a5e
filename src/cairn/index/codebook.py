"""The codebook of a local index: coarse cells, and the words into which descriptions are cut.

It is trained once, on the features of the first pictures that a node sees or on any others, and then belongs
to the index: every stored code only means something together with it. FAISS does the training and the
quantising. The same features give the same codebook on the same machine; nothing is fetched from anywhere.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
KIND: Final = "local-codebook"
WORD_BITS: Final = 8
LEAST_A_CELL: Final = 39
"""FAISS asks for as many examples a cell; with fewer, cells are chance."""
MOST_CELLS: Final = 1 << (8 * CELL_BYTES)
LEAST_EXAMPLES: Final = LEAST_A_CELL << WORD_BITS
_EXAMPLES_A_CELL: Final = 64
_EXAMPLES_OF_WORDS: Final = 32_768
"""More examples cost time in proportion and change nothing that was measured."""
_SEED: Final = 20261127
_ROUNDS: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Codebook:
    """What codes mean.

    Attributes:
        cells: ``(cells, 128) float32``, the middles of the coarse cells.
        words: ``(16, 256, 8) float32``, for each sixteenth of a description its words.
    """

    cells: NDArray[np.float32]
    words: NDArray[np.float32]

    @property
    def mark(self) -> str:
        """Answer eight digits that tell one codebook from another."""
        return f"{zlib.crc32(self.words.tobytes(), zlib.crc32(self.cells.tobytes())):08x}"


def train(examples: NDArray[np.float32], *, cells: int) -> Codebook:
    """Answer a codebook of these descriptions.

    Args:
        examples: ``(n, 128) float32`` descriptions of many unlike pictures.
        cells: How many coarse cells, up to 65,536.

    Raises:
        InputError: There are too few examples for so many cells.
    """
    if not 1 <= cells <= MOST_CELLS or len(examples) < max(LEAST_A_CELL * cells, LEAST_EXAMPLES):
        needed = max(LEAST_A_CELL * min(max(cells, 1), MOST_CELLS), LEAST_EXAMPLES)
        raise InputError(
            f"A codebook of {cells} cells needs 1 to {MOST_CELLS:,} cells and at least {needed:,} features "
            f"to learn from; there are {len(examples):,}.",
            code="index.codebook",
        )
    learnt_from = max(_EXAMPLES_A_CELL * cells, _EXAMPLES_OF_WORDS)
    chosen = np.linspace(0, len(examples) - 1, min(len(examples), learnt_from)).astype(np.intp)
    some = np.ascontiguousarray(examples[chosen], np.float32)
    kmeans = faiss.Kmeans(DESCRIPTOR_BYTES, cells, niter=_ROUNDS, seed=_SEED)
    kmeans.train(some)
    quantizer = faiss.ProductQuantizer(DESCRIPTOR_BYTES, CODE_BYTES, WORD_BITS)
    quantizer.cp.seed = _SEED
    quantizer.train(some[:: max(1, len(some) // _EXAMPLES_OF_WORDS)])
    words = faiss.vector_to_array(quantizer.centroids).reshape(CODE_BYTES, 1 << WORD_BITS, -1)
    return Codebook(np.ascontiguousarray(kmeans.centroids, np.float32), words.astype(np.float32))


def save(folder: Path, codebook: Codebook) -> None:
    """Write the codebook into an index's folder, durably."""
    arrays = {"cells": codebook.cells, "words": codebook.words}
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
    return Codebook(file.arrays["cells"], file.arrays["words"])


def coarse(codebook: Codebook) -> faiss.IndexFlatL2:
    """Answer FAISS's finder of the nearest cells; ``engine`` needs it to live as long as what it makes."""
    cells = faiss.IndexFlatL2(DESCRIPTOR_BYTES)
    cells.add(np.ascontiguousarray(codebook.cells))
    return cells


def engine(codebook: Codebook, cells: faiss.IndexFlatL2) -> faiss.IndexIVFPQ:
    """Answer an empty FAISS index that quantises and searches with this codebook.

    Codes are of descriptions and not of what is left after the cell, so one table a feature serves all cells.
    """
    made = faiss.IndexIVFPQ(cells, DESCRIPTOR_BYTES, len(codebook.cells), CODE_BYTES, WORD_BITS)
    made.by_residual = False
    faiss.copy_array_to_vector(np.ascontiguousarray(codebook.words).ravel(), made.pq.centroids)
    made.is_trained = True
    return made


def encode(quantising: faiss.IndexIVFPQ, features: Described) -> NDArray[np.uint8]:
    """Answer ``(n, 22) uint8`` values of features, as ``local_rows`` describes them."""
    values = np.empty((len(features), VALUE_BYTES), np.uint8)
    if len(features):
        _, cell = quantising.quantizer.search(features.descriptions, 1)
        values[:, :CELL_BYTES] = cell.astype("<u2").view(np.uint8)
        values[:, CELL_BYTES : CELL_BYTES + CODE_BYTES] = quantising.pq.compute_codes(features.descriptions)
        values[:, CELL_BYTES + CODE_BYTES :] = features.geometry
    return values
