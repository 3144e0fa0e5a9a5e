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
        seen_to: ``(n,) float32``, how far it was looked in every file: one that had more than it answered may
            hold something farther than this. Infinite where none had more.
    """

    squared: NDArray[np.float32]
    media: NDArray[np.uint64]
    geometry: NDArray[np.uint64]
    seen_to: NDArray[np.float32]

    def replaced(self, which: NDArray[np.intp], more: Near) -> Near:
        """Answer the same with other, maybe longer, rows for some features; shorter rows end in nothing."""
        missing = [(0, 0), (0, max(0, more.squared.shape[1] - self.squared.shape[1]))]
        made = Near(
            np.pad(self.squared, missing, constant_values=NOWHERE),
            np.pad(self.media, missing),
            np.pad(self.geometry, missing),
            self.seen_to.copy(),
        )
        made.squared[which] = NOWHERE
        columns = slice(0, more.squared.shape[1])
        made.squared[which, columns] = more.squared
        made.media[which, columns], made.geometry[which, columns] = more.media, more.geometry
        made.seen_to[which] = more.seen_to
        return made


def nothing_near(features: int) -> Near:
    """Answer that nothing lies near so many features."""
    empty = np.empty((features, 0), np.uint64)
    return Near(empty.astype(np.float32), empty, empty, np.full(features, NOWHERE))


def beside(parts: list[Near], features: int) -> Near:
    """Answer what lies near in several files."""
    if not parts:
        return nothing_near(features)
    return Near(
        np.concatenate([part.squared for part in parts], axis=1),
        np.concatenate([part.media for part in parts], axis=1),
        np.concatenate([part.geometry for part in parts], axis=1),
        np.asarray(np.stack([part.seen_to for part in parts]).min(axis=0)),
    )


def enough(near: Near, which: NDArray[np.bool_], *, most: int) -> NDArray[np.bool_]:
    """Answer of which features the nearest are known, as if there were only what may be answered.

    Of the others, a file that had more than it answered may hold nearer ones behind what may not be.

    Args:
        near: Of all files.
        which: ``(n, k) bool``, what may be answered.
        most: How many nearest are wanted for each.
    """
    if near.squared.shape[1] < most:
        return np.asarray(near.seen_to == NOWHERE)
    squared = np.where(which, near.squared, NOWHERE)
    return np.asarray(np.partition(squared, most - 1, axis=1)[:, most - 1] <= near.seen_to)


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
