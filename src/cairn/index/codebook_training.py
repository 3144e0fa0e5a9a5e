"""How the codebook of a local index is learnt from descriptions: groups, the cells of each group, and words.

Cells are trained group by group. All at once, 65,536 cells would take hours: every example is compared with
every cell in every round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import faiss
import numpy as np

from cairn.errors import InputError
from cairn.index.codebook import MOST_CELLS, PIECES, WORD_BITS, Codebook
from cairn.types import DESCRIPTOR_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_A_CELL: Final = 39
"""FAISS asks for as many examples a cell; with fewer, cells are chance."""
LEAST_EXAMPLES: Final = 10_000
"""Of fewer the words would be chance, too."""
_EXAMPLES_A_CELL: Final = 64
_EXAMPLES_OF_GROUPS: Final = 65_536
_EXAMPLES_OF_WORDS: Final = 32_768
"""More examples cost time in proportion and change nothing that was measured."""
_SEED: Final = 20261127
_ROUNDS: Final = 12


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
    some = _spread(examples, max(_EXAMPLES_A_CELL * cells, _EXAMPLES_OF_WORDS))
    groups = _middles(_spread(some, _EXAMPLES_OF_GROUPS), 1 << (cells.bit_length() - 1) // 2)
    _, nearest = faiss.knn(some, groups, 1)
    members = np.bincount(nearest[:, 0], minlength=len(groups))
    sizes = shares(members, cells)
    own = [_middles(some[nearest[:, 0] == group], size) for group, size in enumerate(sizes.tolist()) if size]
    return Codebook(np.concatenate(own), _words(_spread(some, _EXAMPLES_OF_WORDS)), groups)


def shares(members: NDArray[np.int64], cells: int) -> NDArray[np.int64]:
    """Answer how many of the cells each group gets: as many as it has members, in proportion.

    Args:
        members: ``(groups,) int64``; together they are at least as many as cells.
        cells: How many cells there are in all.
    """
    exact = members * (cells / max(int(members.sum()), 1))
    given = np.floor(exact).astype(np.int64)
    left = cells - int(given.sum())
    given[np.argsort(given - exact, kind="stable")[:left]] += 1
    return np.asarray(given, np.int64)


def _spread(examples: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """Answer at most so many of the examples, from all over them."""
    chosen = np.linspace(0, len(examples) - 1, min(len(examples), most)).astype(np.intp)
    return np.ascontiguousarray(examples[chosen], np.float32)


def _middles(examples: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Answer so many middles of the examples."""
    kmeans = faiss.Kmeans(DESCRIPTOR_BYTES, count, niter=_ROUNDS, seed=_SEED, min_points_per_centroid=1)
    kmeans.train(examples)
    return np.ascontiguousarray(kmeans.centroids, np.float32)


def _words(examples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer the words into which descriptions are cut."""
    quantizer = faiss.ProductQuantizer(DESCRIPTOR_BYTES, PIECES, WORD_BITS)
    quantizer.cp.seed = _SEED
    quantizer.train(examples)
    words = faiss.vector_to_array(quantizer.centroids).reshape(PIECES, 1 << WORD_BITS, -1)
    return np.ascontiguousarray(words, np.float32)
