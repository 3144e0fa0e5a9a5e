"""Which points of two pictures look alike, and like nothing else in the other picture.

A point is paired with the one that is described most alike, and only where the second most alike is clearly
farther (Lowe's ratio test): points that repeat in a picture (letters, windows, tiles, noise) have no such
partner, so text and patterns pair with nothing. Each point of the known picture is paired once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.linking.keypoints import Keypoints

_TWO = 2
"""A ratio needs a nearest and a second nearest."""


def pairs_alike(file: Keypoints, known: Keypoints, *, ratio: float) -> NDArray[np.intp]:
    """Answer the pairs of points that pass the ratio test, the most alike first.

    Args:
        file: The picture that is asked about.
        known: The recorded picture.
        ratio: The nearest must be nearer than this share of the second nearest; 0 to 1.

    Returns:
        ``(m, 2)``, positions in ``file`` and in ``known``; no position of either stands twice.
    """
    if not len(file) or len(known) < _TWO:
        return np.empty((0, 2), np.intp)
    squared = _squared_distances(file.descriptors, known.descriptors)
    every = np.arange(len(file))
    nearest = squared.argmin(axis=1)
    first = squared[every, nearest]
    squared[every, nearest] = np.inf
    passing = np.flatnonzero(first < ratio * ratio * squared.min(axis=1))
    order = passing[np.argsort(first[passing], kind="stable")]
    _, once = np.unique(nearest[order], return_index=True)
    kept = order[np.sort(once)]
    return np.stack([kept, nearest[kept]], axis=1)


def _squared_distances(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer (n, m) squared distances; whole numbers below 2²⁴, so float32 holds them exactly."""
    squared: NDArray[np.float32] = one @ other.T
    squared *= -2
    squared += np.einsum("ij,ij->i", one, one)[:, np.newaxis]
    squared += np.einsum("ij,ij->i", other, other)[np.newaxis, :]
    return squared
