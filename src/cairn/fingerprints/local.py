"""Local features: some thousand points of a picture, each described by the small patch around it.

A whole-picture hash is lost as soon as a part of the picture is. Points are not: of a crop, a collage or a
screenshot enough of them remain, and that they lie to each other as in the known picture is a proof that a
person can look at. Here the points are found and described; ``cairn.linking.altered`` compares them.

The picture is brought to a working size, so that cost and storage do not grow with the camera. SIFT finds and
describes points; the square root of each normalised description (RootSIFT) makes distances between them
meaningful. Points are kept by strength, but evenly over the picture: a page of text, or one tile of a collage
with much detail, would otherwise take them all.

Source: Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", 2004; Arandjelović and Zisserman,
"Three things everyone should know to improve object retrieval", 2012 (RootSIFT). ``docs/method/scenes.md``
has what was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from cairn.fingerprints.seams import has_seams
from cairn.types import LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORKING_SIDE: Final = 400
"""The longer side, in pixels, at which points are looked for. At 512 px no altered copy more was recognised
in the measured table, at 1.3 to 1.5 times the cost."""

COLLAGE_SIDE: Final = 640
"""The same of a picture of pictures, each of which has a part of it."""

FRAME_SIDE: Final = 512
"""The same of a frame of a video: clips were measured with it."""

MOST_FEATURES: Final = 1000
"""700 lose a twelfth of the 3×3 collages; beyond 1,000 little is won and all of it is stored."""

MOST_FEATURES_OF_A_COLLAGE: Final = 2000
"""A picture of pictures: each has few points of its own."""

_CANDIDATES: Final = 1200
"""How many points are described, so that 1,000 can be chosen evenly; each costs about 0.03 ms."""

_CANDIDATES_OF_A_COLLAGE: Final = 2600

_SMALL_SIDE: Final = 300
"""Below, a picture is enlarged twofold first, and dimmer points count: else it has too few to be known."""
_SMALL_CONTRAST: Final = 0.008

_CONTRAST: Final = 0.02
"""Half of what the paper takes: dim and blurred pictures else have too few points to be recognised."""

_LAYERS: Final = 3
_EDGE_RATIO: Final = 10.0
_FIRST_BLUR: Final = 1.6
"""As in the paper."""

_CELLS: Final = 9
"""The picture is divided into 9×9 cells: the tiles of collages up to 3×3 then hold several cells each."""

_POSITION_STEPS: Final = 64
_OCTAVE_STEPS: Final = 4096
_ANGLE_STEPS: Final = 65536
_SCALE: Final = 512
_BRIGHTEST: Final = 255
_LARGEST: Final = 65535

cv2.setNumThreads(1)  # one process a core runs this
cv2.ocl.setUseOpenCL(False)


def working_picture(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer a picture's brightness, no larger than the working size.

    Args:
        pixels: (height, width), (height, width, 1) or (height, width, 3) RGB.

    Returns:
        (height, width) uint8, with a longer side of ``WORKING_SIDE`` at most, where it may be a collage of
        ``COLLAGE_SIDE``; it owns its memory.
    """
    grey = _within(pixels, WORKING_SIDE)
    if max(pixels.shape[:2]) > WORKING_SIDE and has_seams(grey):
        return _within(pixels, COLLAGE_SIDE)
    return grey


def frame_picture(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer the same of a frame of a video, never larger than ``FRAME_SIDE``: there are many of them."""
    return _within(pixels, FRAME_SIDE)


def _within(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Answer a picture's brightness, with a longer side of ``side`` at most."""
    small = _averaged(pixels, max(pixels.shape[:2]) // (2 * side))
    height, width = small.shape[:2]
    factor = side / max(height, width)
    if factor < 1:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
    if small.ndim == 3 and small.shape[2] == 3:  # noqa: PLR2004 - rows, columns and three colours
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.ascontiguousarray(small.reshape(small.shape[:2]))


def _averaged(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Answer the mean of every square of so many pixels a side; what does not fill one is cut off.

    It takes a fraction of the time of the step to the very size, which follows.
    """
    height, width = pixels.shape[0] // max(factor, 1), pixels.shape[1] // max(factor, 1)
    if factor < 2 or not height or not width:  # noqa: PLR2004 - nothing to average
        return pixels
    whole = pixels[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def local_features(grey: NDArray[np.uint8]) -> LocalFeatures:
    """Answer the features of a picture, the strongest first; a flat picture has none.

    Args:
        grey: (height, width), as ``working_picture`` gives it.
    """
    is_small = max(grey.shape) < _SMALL_SIDE
    if is_small:
        grey = np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    height, width = grey.shape
    described_at_most, most = _CANDIDATES, MOST_FEATURES
    if not is_small and (max(grey.shape) > FRAME_SIDE or has_seams(grey)):
        described_at_most, most = _CANDIDATES_OF_A_COLLAGE, MOST_FEATURES_OF_A_COLLAGE
    contrast = _SMALL_CONTRAST if is_small else _CONTRAST
    sift = cv2.SIFT.create(described_at_most, _LAYERS, contrast, _EDGE_RATIO, _FIRST_BLUR)
    keypoints, descriptions = sift.detectAndCompute(grey, None)
    if not keypoints:
        return LocalFeatures(width, height, b"", b"")
    described = np.asarray(descriptions, np.float32)
    strength = np.array([point.response for point in keypoints])
    points = _points(keypoints)
    # Equal strengths are told apart by position, so that the order never depends on the library's.
    order = np.lexsort((points[:, 3], points[:, 0], points[:, 1], -strength))
    kept = order[evenly(points[order], width=width, height=height, most=most)]
    return LocalFeatures(width, height, points[kept].tobytes(), root(described[kept]).tobytes())


def evenly(
    points: NDArray[np.uint16], *, width: int, height: int, most: int = MOST_FEATURES
) -> NDArray[np.intp]:
    """Answer which points to keep: by strength, but no part of the picture crowds out another.

    A point's place is the mean of two: the one among all points, and the one that it would have if every cell
    of the picture gave equally many.

    Args:
        points: (n, 4) as stored, the strongest first.
        width: Of the picture, in pixels.
        height: As width.
        most: How many to keep.

    Returns:
        At most ``most`` positions, increasing.
    """
    if len(points) <= most:
        return np.arange(len(points))
    across = points[:, 0].astype(np.int64) * _CELLS // (width * _POSITION_STEPS)
    down = points[:, 1].astype(np.int64) * _CELLS // (height * _POSITION_STEPS)
    cell = np.minimum(down, _CELLS - 1) * _CELLS + np.minimum(across, _CELLS - 1)
    by_cell = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[by_cell], cell[by_cell])
    rank_in_cell = np.empty(len(cell), np.int64)
    rank_in_cell[by_cell] = np.arange(len(cell)) - first
    place = np.arange(len(cell)) + rank_in_cell * _CELLS * _CELLS
    return np.sort(np.argsort(place, kind="stable")[:most])


def root(described: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Answer (n, 128) SIFT descriptions as RootSIFT in bytes."""
    total = np.maximum(described.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    rooted: NDArray[np.float32] = np.rint(np.sqrt(described / total) * _SCALE)
    return np.minimum(rooted, _BRIGHTEST).astype(np.uint8)


def _points(keypoints: Sequence[cv2.KeyPoint]) -> NDArray[np.uint16]:
    """Answer (n, 4) little-endian uint16 of OpenCV's points."""
    raw = np.empty((len(keypoints), 4), np.float64)
    raw[:, :2] = cv2.KeyPoint.convert(keypoints)
    raw[:, 2] = [point.size for point in keypoints]
    raw[:, 3] = [point.angle for point in keypoints]
    raw[:, :2] *= _POSITION_STEPS
    raw[:, 2] = np.log2(raw[:, 2]) * _OCTAVE_STEPS
    raw[:, 3] = np.rint(raw[:, 3] / 360 * _ANGLE_STEPS) % _ANGLE_STEPS
    return np.clip(np.rint(raw), 0, _LARGEST).astype("<u2")
