"""From luma samples to the 64×64 cells behind a PDQ hash, as one sparse linear operator an axis.

The reference smooths the picture twice a direction with a box, then takes every n/64th sample. Box, box
and decimation are linear and separable, so along one axis all of it is a matrix of 64 rows, and each row
has only as many weights as two boxes are wide: the cells are ``R · luma · Cᵀ``, one multiplication for each
sample and weight, and no smoothed picture is ever written.

A picture with a side above 512 is first sampled to 512×512 at the pixels ``floor(k·n/512)``, whatever its
aspect, so the operator meets no longer axis; vPDQ alone takes the frames of a video at their full size.

Source: the PDQ reference; ``docs/method/pdq.md`` has the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES: Final = 512
"""A picture with a longer side is sampled to this many pixels on both axes."""

CELLS: Final = 64
"""The picture is reduced to this many cells a side."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The operator of one axis, as the few samples that each of the 64 cells is made of.

    Attributes:
        index: (64, taps) intp, which sample each tap of each cell reads.
        weight: (64, 1, taps) float32, how much it counts; the taps of a cell sum to 1.
    """

    index: NDArray[np.intp]
    weight: NDArray[np.float32]


def sampled(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer the pixels that the hash is made of.

    Args:
        pixels: (height, width, …) of any kind.

    Returns:
        (512, 512, …), the pixels floor(k·n/512) of both axes, where a side is above 512; else all.
    """
    height, width = pixels.shape[:2]
    if max(height, width) <= SAMPLES:
        return pixels
    step = np.arange(SAMPLES)
    picked: NDArray[np.uint8] = pixels[step * height // SAMPLES][:, step * width // SAMPLES]
    return picked


def cells(luma: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer the (64, 64) float32 cells of (height, width) luma samples.

    Args:
        luma: Samples 0 to 255, float32 or uint8; sides 5 to 512, or longer where nothing was sampled.
    """
    height, width = luma.shape
    exact = luma.astype(np.float32, copy=False)
    return _reduce(_reduce(exact, _axis(height)).T, _axis(width)).T


def _reduce(samples: NDArray[np.float32], axis: Axis) -> NDArray[np.float32]:
    """Reduce the first axis of (n, m) samples to (64, m)."""
    # A stack of 64 small products, each too small for threads of the linear algebra library to join in.
    reduced: NDArray[np.float32] = np.matmul(axis.weight, samples[axis.index])
    return reduced[:, 0]


# Nearly all sides are at most 512, and an axis takes some kilobytes.
@lru_cache(maxsize=SAMPLES)
def _axis(length: int) -> Axis:
    """Answer the operator for an axis of ``length`` samples."""
    box = _box(length)
    kept = ((np.arange(CELLS) + 0.5) * length / CELLS).astype(np.intp)
    return _sparse(box[kept] @ box)


def _box(length: int) -> NDArray[np.float64]:
    """Answer the (length, length) matrix of one box filter, cut at the borders and divided by what is left.

    Source: PDQ reference, the Jarosz filter's window and its phase, which is one sample ahead of the middle
    where the window is even.
    """
    if length == CELLS:
        # The reference hands a 64×64 picture on as it is.
        return np.eye(CELLS)
    window = (length + 2 * CELLS - 1) // (2 * CELLS)
    ahead = (window + 2) // 2
    centre = np.arange(length)[:, np.newaxis]
    sample = np.arange(length)[np.newaxis, :]
    inside = (sample >= centre - (window - ahead)) & (sample <= centre + ahead - 1)
    shares: NDArray[np.float64] = inside / inside.sum(axis=1, keepdims=True)
    return shares


def _sparse(dense: NDArray[np.float64]) -> Axis:
    """Keep of a (64, n) matrix the contiguous weights of each row, padded to the longest with zeros."""
    used = dense > 0
    first = used.argmax(axis=1)
    last = dense.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
    taps = int((last - first).max()) + 1
    # Begun early enough that a padded row never reads beyond the end.
    start = np.minimum(first, dense.shape[1] - taps)
    index = start[:, np.newaxis] + np.arange(taps)[np.newaxis, :]
    weight = np.take_along_axis(dense, index, axis=1)
    return Axis(index=index, weight=weight.astype(np.float32)[:, np.newaxis, :])
