"""Local features as rows of an index: which are kept, and the 22 bytes that each becomes.

A value is the number of a coarse cell (2 bytes) and a product-quantised description (16 bytes), both from the
codebook, and four bytes of geometry: angle, size, and place. What a picture repeats (letters, tiles, noise)
would fill the cells of everybody's searches and says little, so it is kept last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.types import DESCRIPTOR_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.types import LocalFeatures

KEPT_FEATURES: Final = 550
"""24 bytes each on the disk: 13.2 kB a picture, of the 14 kB that a million pictures may take each."""

CELL_BYTES: Final = 2
CODE_BYTES: Final = 16
GEOMETRY_BYTES: Final = 4
VALUE_BYTES: Final = CELL_BYTES + CODE_BYTES + GEOMETRY_BYTES

_REPEATED_DISTANCE: Final = 0.35 * 512
"""Below, two descriptions of one picture show the same thing; different things are about 1.2 × 512 apart."""
_MOST_REPEATS: Final = 3

_PLACE_SHIFT: Final = 8
_OCTAVE_SHIFT: Final = 8
_ANGLE_SHIFT: Final = 8
_HIGHEST: Final = 255
_POSITION_STEPS: Final = 64

_MIRRORED: Final = np.arange(DESCRIPTOR_BYTES).reshape(4, 4, 8)[::-1][:, :, -np.arange(8) % 8].ravel()


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """Features as the index works with them.

    Attributes:
        descriptions: ``(n, 128) float32``.
        geometry: ``(n, 4) uint8``: angle in 1/256 of a turn, size in 1/16 octaves, and the place across and
            down in 1/255 of the sides.
    """

    descriptions: NDArray[np.float32]
    geometry: NDArray[np.uint8]

    def __len__(self) -> int:
        """Answer the number of features."""
        return len(self.geometry)

    def select(self, which: NDArray[np.intp]) -> Described:
        """Answer some of the features."""
        return Described(self.descriptions[which], self.geometry[which])

    def mirrored(self) -> Described:
        """Answer the features as they would be of the mirrored picture; places are not needed and stay."""
        geometry = self.geometry.copy()
        geometry[:, 0] = (128 - self.geometry[:, 0].astype(np.int64)) % 256
        return Described(np.ascontiguousarray(self.descriptions[:, _MIRRORED]), geometry)


def described(features: LocalFeatures, *, most: int = KEPT_FEATURES) -> Described:
    """Answer the features of a picture that stand for it in an index: strong ones that it does not repeat.

    Args:
        features: As stored, the strongest first.
        most: How many.
    """
    raw = np.frombuffer(features.points, "<u2").reshape(-1, 4)
    descriptions = np.frombuffer(features.descriptors, np.uint8).reshape(-1, DESCRIPTOR_BYTES)
    exact = descriptions.astype(np.float32)
    kept = np.sort(np.argsort(repeats(exact) > _MOST_REPEATS, kind="stable")[:most])
    return Described(exact[kept], _geometry(raw[kept], features.width, features.height))


def repeats(descriptions: NDArray[np.float32]) -> NDArray[np.intp]:
    """Answer for each of ``(n, 128)`` descriptions how many others show the same thing."""
    length = np.einsum("ij,ij->i", descriptions, descriptions)
    squared = descriptions @ descriptions.T  # worked on where it lies: it is large, and this is done often
    squared *= -2
    squared += length
    squared += length[:, np.newaxis]
    return np.asarray(np.count_nonzero(squared < _REPEATED_DISTANCE**2, axis=1) - 1, np.intp)


def _geometry(points: NDArray[np.uint16], width: int, height: int) -> NDArray[np.uint8]:
    """Answer the four bytes of each point."""
    sides = np.maximum(np.array([width, height]), 1) * _POSITION_STEPS
    place = np.minimum(points[:, :2].astype(np.int64) * _HIGHEST // sides, _HIGHEST)
    return np.column_stack([points[:, 3] >> _ANGLE_SHIFT, points[:, 2] >> _OCTAVE_SHIFT, place]).astype(
        np.uint8
    )
