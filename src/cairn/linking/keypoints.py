"""Local features as arrays, and what they would be if the picture were mirrored.

Mirroring a picture moves its points and reorders the numbers of each description: SIFT's 4×4 cells lie in a
frame turned to the point's own angle, so their rows come in the opposite order, and the eight directions in
each cell run the other way round. A mirrored copy is therefore met without looking at its pixels again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.errors import InputError
from cairn.types import DESCRIPTOR_BYTES, POINT_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.types import LocalFeatures

_POSITION_STEPS: Final = 64
_OCTAVE_STEPS: Final = 4096
_ANGLE_STEPS: Final = 65536

_CELLS_AND_DIRECTIONS: Final = (4, 4, 8)
_MIRRORED: Final = (
    np.arange(DESCRIPTOR_BYTES)
    .reshape(_CELLS_AND_DIRECTIONS)[::-1][:, :, -np.arange(_CELLS_AND_DIRECTIONS[2]) % 8]
    .ravel()
)


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """The local features of one picture, the strongest first.

    Attributes:
        width: Of the picture as it was looked at, in working pixels.
        height: As width.
        positions: ``(n, 2) float64``, across and down in working pixels.
        sizes: ``(n,) float64``, diameter of the described patch in working pixels.
        angles: ``(n,) float64``, radians.
        descriptors: ``(n, 128) float32``, RootSIFT times 512.
    """

    width: int
    height: int
    positions: NDArray[np.float64]
    sizes: NDArray[np.float64]
    angles: NDArray[np.float64]
    descriptors: NDArray[np.float32]

    def __len__(self) -> int:
        """Answer the number of points."""
        return len(self.sizes)


def keypoints(features: LocalFeatures) -> Keypoints:
    """Answer stored features as arrays.

    Raises:
        InputError: Points and descriptions are not equally many.
    """
    count = len(features)
    if len(features.points) != count * POINT_BYTES or len(features.descriptors) != count * DESCRIPTOR_BYTES:
        raise InputError("There must be one description for each point.", code="input.features")
    raw = np.frombuffer(features.points, "<u2").reshape(count, 4).astype(np.float64)
    return Keypoints(
        features.width,
        features.height,
        raw[:, :2] / _POSITION_STEPS,
        np.exp2(raw[:, 2] / _OCTAVE_STEPS),
        raw[:, 3] * (2 * np.pi / _ANGLE_STEPS),
        np.frombuffer(features.descriptors, np.uint8).reshape(count, DESCRIPTOR_BYTES).astype(np.float32),
    )


def mirrored(points: Keypoints) -> Keypoints:
    """Answer the points as they would be of the picture with left and right exchanged."""
    positions = points.positions.copy()
    positions[:, 0] = points.width - positions[:, 0]
    return replace(
        points,
        positions=positions,
        angles=(np.pi - points.angles) % (2 * np.pi),
        descriptors=points.descriptors[:, _MIRRORED],
    )
