"""One change that brings many points of a picture onto their partners in another.

Two kinds are tried. A *similarity* (moved, turned, enlarged) follows from a single pair, because each point
has a size and an angle: every pair proposes one, all proposals are counted, and the best are refined. No
chance is involved. A *perspective* change (a plane seen from elsewhere) is found by MAGSAC++ with a fixed
seed, so the same pictures always give the same answer.

Agreement is counted in places, not in pairs: points that lie on one another, as SIFT gives them where a patch
has two directions, are one place.

Source: Barath et al., "MAGSAC++, a fast, reliable and accurate robust estimator", 2020, as in OpenCV.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PROPOSALS: Final = 400
"""The most alike pairs propose; where so many exist, some of them are right."""

_REFINED: Final = 6
_REFINEMENTS: Final = 5
_PROPOSAL_TOLERANCE: Final = 3.0
"""A single point's size and angle are rough, so a proposal may be off by three times the tolerance."""

_LEAST_PAIRS: Final = 5
_SEARCHES: Final = 2000
_CONFIDENCE: Final = 0.999

_PLACE_PX: Final = 3.0
"""Points nearer to each other than about this are one place."""

_LARGEST_ZOOM: Final = 16.0
_LARGEST_SQUEEZE: Final = 5.0
"""A camera does not shrink a plane more than fivefold in one direction alone and still show its details."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A change and the pairs that agree with it.

    Attributes:
        matrix: ``(3, 3) float64``, from the file's picture to the known one, in homogeneous working pixels.
        agreeing: ``(m,) bool``, which pairs.
        places: How many places agree, in the picture where they are fewer.
    """

    matrix: NDArray[np.float64]
    agreeing: NDArray[np.bool_]
    places: int


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of points, as far as geometry needs them; the most alike first.

    Attributes:
        file: ``(m, 2) float64`` positions in the file's picture.
        known: ``(m, 2) float64`` positions in the known picture.
        zoom: ``(m,) float64``, size in the known picture divided by size in the file's.
        turn: ``(m,) float64``, radians from the file's angle to the known one's.
    """

    file: NDArray[np.float64]
    known: NDArray[np.float64]
    zoom: NDArray[np.float64]
    turn: NDArray[np.float64]

    def __len__(self) -> int:
        """Answer the number of pairs."""
        return len(self.zoom)


def similarity(pairs: Pairs, *, tolerance_px: float) -> Fit | None:
    """Answer the similarity with which most places agree, or ``None`` where no two pairs do.

    Args:
        pairs: The pairs.
        tolerance_px: How far from its partner a point may fall, in working pixels of the known picture.
    """
    file, known = _complex(pairs.file), _complex(pairs.known)
    factor = (pairs.zoom * np.exp(1j * pairs.turn))[:_PROPOSALS]
    offset = known[:_PROPOSALS] - factor * file[:_PROPOSALS]
    near = np.abs(factor[:, np.newaxis] * file + offset[:, np.newaxis] - known)
    near_enough = near < _PROPOSAL_TOLERANCE * tolerance_px
    best: Fit | None = None
    for proposal in np.argsort(-near_enough.sum(axis=1), kind="stable")[:_REFINED]:
        found = _refined(file, known, near_enough[proposal], tolerance_px)
        if found is not None:
            factor_found, offset_found, agreeing = found
            count = places(pairs, agreeing)
            if best is None or count > best.places:
                best = Fit(_matrix(factor_found, offset_found), agreeing, count)
    return best


def perspective(pairs: Pairs, *, tolerance_px: float) -> Fit | None:
    """Answer the perspective change with which most places agree, or ``None`` where there is no sound one.

    Args:
        pairs: The pairs.
        tolerance_px: As for ``similarity``.
    """
    if len(pairs) < _LEAST_PAIRS:
        return None
    try:
        matrix, mask = cv2.findHomography(
            pairs.file, pairs.known, cv2.USAC_MAGSAC, tolerance_px, None, _SEARCHES, _CONFIDENCE
        )
    except cv2.error:
        return None  # OpenCV raises where it finds no model at all.
    if np.shape(matrix) != (3, 3):
        return None
    found = np.asarray(matrix, np.float64)
    agreeing = np.asarray(mask).ravel() > 0
    if not is_sound(found, pairs.file[agreeing]):
        return None
    return Fit(found, agreeing, places(pairs, agreeing))


def moved(points: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Answer where ``(n, 2)`` points fall under a change."""
    seen = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    fallen: NDArray[np.float64] = seen[:, :2] / seen[:, 2:]
    return fallen


def is_sound(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> bool:
    """Answer whether a change could be a camera's, around these points.

    It must not fold the plane or turn it inside out, and it must not shrink, enlarge or squeeze it beyond
    measure: wrong changes through a few chance pairs nearly always do.
    """
    if not len(points):
        return False
    depth = points @ matrix[2, :2] + matrix[2, 2]
    if not (depth > 0).all() and not (depth < 0).all():
        return False
    fallen = moved(points, matrix)
    # The change's derivative at each point, by the quotient rule.
    bent = (matrix[np.newaxis, :2, :2] - fallen[:, :, np.newaxis] * matrix[np.newaxis, 2:, :2]) / depth[
        :, np.newaxis, np.newaxis
    ]
    if not np.isfinite(bent).all() or (np.linalg.det(bent) <= 0).any():
        return False
    stretch = np.linalg.svd(bent, compute_uv=False)
    return bool(
        stretch.max() < _LARGEST_ZOOM
        and stretch.min() > 1 / _LARGEST_ZOOM
        and (stretch[:, 0] < _LARGEST_SQUEEZE * stretch[:, 1]).all()
    )


def _refined(
    file: NDArray[np.complex128],
    known: NDArray[np.complex128],
    agreeing: NDArray[np.bool_],
    tolerance_px: float,
) -> tuple[complex, complex, NDArray[np.bool_]] | None:
    """Fit a similarity to the pairs that agree, and ask again which do, until nothing changes."""
    factor, offset = 1 + 0j, 0j
    for _ in range(_REFINEMENTS):
        if agreeing.sum() <= 1:
            return None
        middle, target = file[agreeing].mean(), known[agreeing].mean()
        spread = file[agreeing] - middle
        length = float((np.abs(spread) ** 2).sum())
        if not length:
            return None
        factor = complex(np.vdot(spread, known[agreeing] - target)) / length
        offset = complex(target - factor * middle)
        again = np.abs(factor * file + offset - known) < tolerance_px
        if np.array_equal(again, agreeing):
            break
        agreeing = again
    if agreeing.sum() <= 1 or not 1 / _LARGEST_ZOOM < abs(factor) < _LARGEST_ZOOM:
        return None
    return factor, offset, agreeing


def places(pairs: Pairs, agreeing: NDArray[np.bool_]) -> int:
    """Answer how many places the agreeing pairs join, in the picture where they are fewer."""
    return min(
        len(np.unique(np.floor(side[agreeing] / _PLACE_PX), axis=0)) for side in (pairs.file, pairs.known)
    )


def _matrix(factor: complex, offset: complex) -> NDArray[np.float64]:
    """Answer a similarity of the complex plane as a matrix."""
    return np.array(
        [[factor.real, -factor.imag, offset.real], [factor.imag, factor.real, offset.imag], [0, 0, 1]]
    )


def _complex(points: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Answer points as complex numbers: a similarity then is one multiplication and one addition."""
    plane: NDArray[np.complex128] = points[:, 0] + 1j * points[:, 1]
    return plane
