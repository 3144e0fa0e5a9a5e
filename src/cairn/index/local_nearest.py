"""The stored features nearest to each feature of a query, in all files of an index together.

Per file FAISS answers some for every feature. Those that do not count any more are crossed out, the others
are told apart by group, and of each group every feature keeps its nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.index.local_votes import Hits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.index.local_rows import Described

NOWHERE: Final = np.float32(np.inf)
_ENTRY_BYTE: Final = np.uint64(0xFF)
_SIZE_SHIFT: Final = np.uint64(8)


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """What lies near the features of a query, a row for each feature.

    Attributes:
        squared: ``(n, k) float32``, squared distance, as far as the codes tell; infinite where there is none.
        media: ``(n, k) uint64``, whose feature.
        geometry: ``(n, k) uint64``, whose lowest bytes are its angle and its size.
        is_cut: ``(n,) bool``, a file has more than it answered.
    """

    squared: NDArray[np.float32]
    media: NDArray[np.uint64]
    geometry: NDArray[np.uint64]
    is_cut: NDArray[np.bool_]


def nothing_near(features: int) -> Near:
    """Answer that nothing lies near so many features."""
    empty = np.empty((features, 0), np.uint64)
    return Near(empty.astype(np.float32), empty, empty, np.zeros(features, np.bool_))


def beside(parts: list[Near], features: int) -> Near:
    """Answer what lies near in several files."""
    if not parts:
        return nothing_near(features)
    return Near(
        np.concatenate([part.squared for part in parts], axis=1),
        np.concatenate([part.media for part in parts], axis=1),
        np.concatenate([part.geometry for part in parts], axis=1),
        np.asarray(np.stack([part.is_cut for part in parts]).any(axis=0)),
    )


def nearest(near: Near, which: NDArray[np.bool_], query: Described, *, most: int) -> Hits:
    """Answer for every feature of the query its nearest hits, at most so many.

    Args:
        near: Of all files.
        which: ``(n, k) bool``, what may be answered.
        query: The features that were asked with.
        most: How many for each.
    """
    squared = np.where(which, near.squared, NOWHERE)
    columns = np.broadcast_to(np.arange(squared.shape[1]), squared.shape)
    if squared.shape[1] > most:
        columns = np.argpartition(squared, most - 1, axis=1)[:, :most]
        squared = np.take_along_axis(squared, columns, axis=1)
    feature, place = np.nonzero(squared < NOWHERE)
    column = columns[feature, place]
    geometry, asked = near.geometry[feature, column], query.geometry[feature].astype(np.int64)
    angle, size = geometry & _ENTRY_BYTE, (geometry >> _SIZE_SHIFT) & _ENTRY_BYTE
    return Hits(
        feature.astype(np.int64),
        near.media[feature, column],
        squared[feature, place],
        angle.astype(np.int64) - asked[:, 0],
        size.astype(np.int64) - asked[:, 1],
    )
