"""Altered copies that a whole-picture hash does not meet: crops, collages, captions, screenshots, turns.

A link needs points that look alike, *and* that one single change brings all of them onto their partners:
moved, turned and enlarged (a similarity), or seen at a slant (a perspective). The file is compared as it is
and mirrored. What agrees must span a part of either picture that is no caption or logo: the same logo on two
pictures agrees perfectly, and says nothing about the pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.linking.alignment import Fit, Pairs, moved, perspective, similarity
from cairn.linking.keypoints import keypoints, mirrored
from cairn.linking.matching import pairs_alike
from cairn.linking.pairing import paired

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.linking.keypoints import Keypoints
    from cairn.linking.policy import AlteredPolicy
    from cairn.types import LocalFeatures

Place = tuple[float, float]
"""Across and down, as shares of a picture's width and height; the upper left corner is (0, 0)."""

_CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


class Change(StrEnum):
    """The kind of change under which points agree."""

    SIMILARITY = "similarity"
    """Moved, turned, enlarged or made smaller."""
    PERSPECTIVE = "perspective"
    """A plane seen from another side, or stretched."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One way of comparing the pictures, and how many places agreed."""

    change: Change
    is_mirrored: bool
    places: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the points of a file's picture agree with those of a known picture, at best.

    Attributes:
        change: The kind of change.
        is_mirrored: The known picture was mirrored to become this file.
        places: How many places agree.
        alike: How many pairs of points looked alike before geometry was asked.
        matrix: Nine numbers, row by row, from the file's working pixels (mirrored first, where it is) to the
            known picture's.
        outline: Where the four corners of the file's picture fall on the known picture.
        lines: For every agreeing pair its place in the file and in the known picture, to be drawn.
        spanned_of_file: Share of the file's picture that the agreeing places span, 0 to 1.
        spanned_of_known: The same of the known picture.
        shared: Share of the known picture that the file would show under this change, 0 to 1.
        enclosed: Of all points that lie in what both would show, the share that lies within the outline of
            the agreeing ones, in the picture where it is larger. Around a caption most points lie outside.
        tried: Every way that was tried, the chosen one included.
    """

    change: Change
    is_mirrored: bool
    places: int
    alike: int
    matrix: tuple[float, ...]
    outline: tuple[Place, ...]
    lines: tuple[tuple[Place, Place], ...]
    spanned_of_file: float
    spanned_of_known: float
    shared: float
    enclosed: float
    tried: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class AlteredCopy:
    """A file's picture and a known one share a picture, as far as a policy can tell.

    Attributes:
        agreement: What can be checked by eye.
        policy: The name of the policy that made the link.
    """

    agreement: Agreement
    policy: str


def altered_copy(file: LocalFeatures, known: LocalFeatures, *, policy: AlteredPolicy) -> AlteredCopy | None:
    """Answer the link between two pictures, or ``None`` where the policy sees none.

    Args:
        file: Of the file that is asked about.
        known: Of the recorded media.
        policy: The thresholds, by name.
    """
    found = best_agreement(keypoints(file), keypoints(known), policy=policy)
    return AlteredCopy(found, policy.name) if found is not None and is_enough(found, policy) else None


def is_enough(found: Agreement, policy: AlteredPolicy) -> bool:
    """Answer whether an agreement is more than chance, and more than a caption or a logo."""
    return (
        found.places >= _least(found.change, policy)
        and max(found.spanned_of_file, found.spanned_of_known) >= policy.least_span
        and found.enclosed >= policy.least_enclosed
        and found.places >= policy.least_share_of_alike * found.alike
    )


def best_agreement(file: Keypoints, known: Keypoints, *, policy: AlteredPolicy) -> Agreement | None:
    """Answer the best agreement however weak it is, or ``None`` where no two points agree.

    Args:
        file: Of the file that is asked about.
        known: Of the recorded media.
        policy: The ratio and the tolerance; thresholds only decide between the kinds of change.
    """
    ways = []
    for is_mirrored, side in ((False, file), (True, mirrored(file))):
        alike = pairs_alike(side, known, ratio=policy.ratio)
        pairs = paired(side, known, alike)
        for change, fitted in ((Change.SIMILARITY, similarity), (Change.PERSPECTIVE, perspective)):
            fit = fitted(pairs, tolerance_px=policy.tolerance_px)
            if fit is not None:
                ways.append((Tried(change, is_mirrored, fit.places), fit, pairs))
    if not ways:
        return None
    # A perspective bends to a few more pairs than a similarity; the simpler change wins a tie.
    chosen = max(ways, key=lambda way: way[0].places - _least(way[0].change, policy))
    side = mirrored(file) if chosen[0].is_mirrored else file
    return _agreement(*chosen, side=side, known=known, tried=tuple(way[0] for way in ways))


def _least(change: Change, policy: AlteredPolicy) -> int:
    return policy.least_similarity if change is Change.SIMILARITY else policy.least_perspective


def _agreement(
    way: Tried, fit: Fit, pairs: Pairs, *, side: Keypoints, known: Keypoints, tried: tuple[Tried, ...]
) -> Agreement:
    """Put a fit into what a person can check; ``side`` is the file's picture, mirrored where it is."""
    frame = np.array([side.width, side.height], np.float64)
    known_frame = np.array([known.width, known.height], np.float64)
    corners = np.array(_CORNERS)
    if way.is_mirrored:
        corners = corners[[1, 0, 3, 2]]
    ours, theirs = pairs.file[fit.agreeing] / frame, pairs.known[fit.agreeing] / known_frame
    shown = np.column_stack([1 - ours[:, 0], ours[:, 1]]) if way.is_mirrored else ours
    outline = outlined(fit.matrix, corners * frame, known_frame)
    return Agreement(
        change=way.change,
        is_mirrored=way.is_mirrored,
        places=fit.places,
        alike=len(pairs),
        matrix=tuple(float(value) for value in fit.matrix.ravel()),
        outline=_as_places(outline),
        lines=tuple(zip(_as_places(shown), _as_places(theirs), strict=True)),
        spanned_of_file=spanned(ours),
        spanned_of_known=spanned(theirs),
        shared=shared(outline),
        enclosed=enclosed(fit, pairs, file=side, known=known),
        tried=tried,
    )


def outlined(
    matrix: NDArray[np.float64], corners: NDArray[np.float64], known_frame: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Answer where the four corners of a picture fall on the known one, as shares of its sides.

    A corner that a perspective change sends beyond the horizon has no such place; it is put where the change
    without its perspective part would put it.
    """
    depth = corners @ matrix[2, :2] + matrix[2, 2]
    flat = matrix if (depth * matrix[2, 2] > 0).all() else np.vstack([matrix[:2], [0, 0, matrix[2, 2]]])
    fallen: NDArray[np.float64] = moved(corners, flat) / known_frame
    return fallen


def shared(outline: NDArray[np.float64]) -> float:
    """Answer the share of the known picture that lies inside an outline on it; the outline is convex."""
    corners = outline
    for axis in (0, 1):
        corners = _cut(corners, axis=axis, keep_above=True)
        corners = _cut(corners, axis=axis, keep_above=False)
    across, down = corners[:, 0], corners[:, 1]
    return min(1.0, abs(float(across @ np.roll(down, -1) - down @ np.roll(across, -1))) / 2)


def _cut(corners: NDArray[np.float64], *, axis: int, keep_above: bool) -> NDArray[np.float64]:
    """Answer what is left of a polygon above 0, or below 1, of one axis.

    Source: Sutherland and Hodgman, "Reentrant polygon clipping", 1974, one edge.
    """
    inside_by = corners[:, axis] if keep_above else 1 - corners[:, axis]
    kept = []
    for at in range(len(corners)):
        here, following = inside_by[at], inside_by[(at + 1) % len(corners)]
        if here >= 0:
            kept.append(corners[at])
        if (here >= 0) != (following >= 0):
            step = here / (here - following)
            kept.append(corners[at] + step * (corners[(at + 1) % len(corners)] - corners[at]))
    return np.array(kept).reshape(-1, 2)


def enclosed(fit: Fit, pairs: Pairs, *, file: Keypoints, known: Keypoints) -> float:
    """Answer how many of the points that both pictures should show lie among the agreeing ones.

    Args:
        fit: The change and what agrees with it.
        pairs: The pairs that it is a fit of.
        file: The file's points, mirrored where the fit is.
        known: The known picture's points.

    Returns:
        0 to 1, of the file's points or of the known picture's, whichever is larger.
    """
    known_frame = np.array([known.width, known.height], np.float64)
    corners = np.array(_CORNERS) * (file.width, file.height)
    outline = outlined(fit.matrix, corners, known_frame) * known_frame
    hull = np.asarray(cv2.convexHull(pairs.known[fit.agreeing].astype(np.float32)), np.float64)[:, 0]
    ours = moved(file.positions, fit.matrix)
    ours_shared = ours[(ours >= 0).all(axis=1) & (ours <= known_frame).all(axis=1)]
    theirs_shared = known.positions[_inside(known.positions, outline)]
    return max(
        float(_inside(points, hull).mean()) if len(points) else 0.0 for points in (ours_shared, theirs_shared)
    )


def _inside(points: NDArray[np.float64], polygon: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Answer which points lie in a convex polygon, or within a pixel of it."""
    following = np.roll(polygon, -1, axis=0) - polygon
    length = np.maximum(np.hypot(following[:, 0], following[:, 1]), np.finfo(np.float64).tiny)
    away = points[:, np.newaxis] - polygon
    side = (following[:, 0] * away[..., 1] - following[:, 1] * away[..., 0]) / length
    return np.asarray((side >= -1).all(axis=1) | (side <= 1).all(axis=1), np.bool_)


def spanned(places: NDArray[np.float64]) -> float:
    """Answer the area of the smallest convex outline around places, as a share of the picture."""
    hull = cv2.convexHull(places.astype(np.float32))
    return min(1.0, float(cv2.contourArea(np.asarray(hull))))


def _as_places(points: NDArray[np.float64]) -> tuple[Place, ...]:
    return tuple((float(across), float(down)) for across, down in points)
