"""The same room or object seen from another place: planes that agree, and one motion of the camera.

A wall, a poster, a bed cover are planes, and from another viewpoint each plane changes by a perspective of
its own; so several are looked for, one after the other, each among the points that the ones before did not
explain. Points at all depths obey a weaker law, the epipolar one (a fundamental matrix): each point must lie
on a line in the other picture. It is easier to satisfy by chance, so it needs more points.

What was found is turned into a likelihood ratio by a table that was learnt on pairs of known truth: how many
times more often do two views of one place agree so well than two views of different places?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from cairn.linking.alignment import Pairs, perspective, places
from cairn.linking.keypoints import keypoints
from cairn.linking.matching import pairs_alike
from cairn.linking.pairing import paired

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.linking.keypoints import Keypoints
    from cairn.linking.policy import ScenePolicy
    from cairn.types import LocalFeatures

_MOST_PLANES: Final = 4
_LEAST_FOR_MOTION: Final = 8
"""A fundamental matrix has seven degrees of freedom, so seven points prove nothing."""

_SEARCHES: Final = 2000
_CONFIDENCE: Final = 0.999


Line = tuple[tuple[float, float], tuple[float, float]]
"""A place in the file and its partner in the known picture, as shares of each picture's sides."""


@dataclass(frozen=True, slots=True)
class Plane:
    """One flat part that both pictures show.

    Attributes:
        places: How many places agree.
        matrix: Nine numbers, row by row, from the file's working pixels to the known picture's.
        lines: For every agreeing pair its place in the file and in the known picture, to be drawn.
    """

    places: int
    matrix: tuple[float, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SameScene:
    """How much two pictures agree as views of one place.

    Attributes:
        planes: The planes that were found, the one with most places first; each has ``least_plane`` places.
        on_planes: Places on all of them together.
        in_motion: Places that agree with one motion of the camera.
        motion_lines: As ``Plane.lines``, of what agrees with that motion.
        alike: Pairs of points that looked alike before geometry was asked.
        likelihood_ratio: How many times likelier so much agreement is of one place than of two.
        policy: The name of the policy whose table gave the ratio.
    """

    planes: tuple[Plane, ...]
    on_planes: int
    in_motion: int
    motion_lines: tuple[Line, ...]
    alike: int
    likelihood_ratio: float
    policy: str


@dataclass(frozen=True, slots=True)
class _Frames:
    """The sides of both pictures, in working pixels."""

    file: NDArray[np.int64]
    known: NDArray[np.int64]

    def lines(self, pairs: Pairs, which: NDArray[np.bool_]) -> tuple[Line, ...]:
        """Answer some pairs as they are drawn."""
        ours, theirs = pairs.file[which] / self.file, pairs.known[which] / self.known
        return tuple(
            ((float(one[0]), float(one[1])), (float(other[0]), float(other[1])))
            for one, other in zip(ours, theirs, strict=True)
        )


def same_scene(file: LocalFeatures, known: LocalFeatures, *, policy: ScenePolicy) -> SameScene | None:
    """Answer the link between two pictures as views of one place, or ``None`` where the policy sees none.

    Args:
        file: Of the file that is asked about.
        known: Of the recorded media.
        policy: The thresholds and the table, by name.
    """
    found = scene_agreement(keypoints(file), keypoints(known), policy=policy)
    return found if found.likelihood_ratio >= policy.least_ratio else None


def scene_agreement(file: Keypoints, known: Keypoints, *, policy: ScenePolicy) -> SameScene:
    """Answer how much two pictures agree, however little that is."""
    pairs = paired(file, known, pairs_alike(file, known, ratio=policy.ratio))
    frames = _Frames(np.array([file.width, file.height]), np.array([known.width, known.height]))
    planes = _planes(pairs, policy, frames)
    on_planes = sum(plane.places for plane in planes)
    agreeing = _in_motion(pairs, policy)
    in_motion = places(pairs, agreeing) if agreeing.any() else 0
    return SameScene(
        planes=planes,
        on_planes=on_planes,
        in_motion=in_motion,
        motion_lines=frames.lines(pairs, agreeing),
        alike=len(pairs),
        likelihood_ratio=policy.ratio_of(evidence_weight(on_planes, in_motion)),
        policy=policy.name,
    )


def evidence_weight(on_planes: int, in_motion: int) -> int:
    """Answer the number that the table is about: places on planes, or in motion less what chance gives it."""
    return max(on_planes, in_motion - _LEAST_FOR_MOTION)


def _planes(pairs: Pairs, policy: ScenePolicy, frames: _Frames) -> tuple[Plane, ...]:
    """Answer the planes, each found among the pairs that no earlier one explains."""
    found = []
    for _ in range(_MOST_PLANES):
        fit = perspective(pairs, tolerance_px=policy.tolerance_px)
        if fit is None or fit.places < policy.least_plane:
            break
        matrix = tuple(float(value) for value in fit.matrix.ravel())
        found.append(Plane(fit.places, matrix, frames.lines(pairs, fit.agreeing)))
        left = ~fit.agreeing
        pairs = replace(
            pairs,
            file=pairs.file[left],
            known=pairs.known[left],
            zoom=pairs.zoom[left],
            turn=pairs.turn[left],
        )
    return tuple(sorted(found, key=lambda plane: -plane.places))


def _in_motion(pairs: Pairs, policy: ScenePolicy) -> NDArray[np.bool_]:
    """Answer which pairs agree with one motion of the camera."""
    none = np.zeros(len(pairs), np.bool_)
    if len(pairs) < _LEAST_FOR_MOTION:
        return none
    try:
        matrix, mask = cv2.findFundamentalMat(
            pairs.file, pairs.known, cv2.USAC_MAGSAC, policy.epipolar_px, _CONFIDENCE, _SEARCHES
        )
    except cv2.error:
        return none  # OpenCV raises where it finds no model at all, as when all points lie on a line.
    if np.shape(matrix) != (3, 3):
        return none
    agreeing: NDArray[np.bool_] = np.asarray(mask).ravel() > 0
    return agreeing
