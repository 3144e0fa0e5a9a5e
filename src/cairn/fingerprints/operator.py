"""From luma samples to the 64×64 cells behind a PDQ hash, as one sparse linear operator an axis.

The reference smooths the picture twice a direction with a box, then takes every n/64th sample. Box, box
and decimation are linear and separable, so one axis of all of it is a matrix of 64 rows, and each row has
only as many weights as two boxes are wide. The picture's cells are ``R · luma · Cᵀ``: one multiplication a
sample and weight, and no smoothed picture is ever written.

A picture with a side above 512 is first sampled to 512×512 at the pixels ``floor(k·n/512)``. Where a JPEG
was decoded at 1/s of its size, those pixels were not decoded; each is then read between the two nearest
decoded samples, whose centres lie at ``j·s + (s-1)/2``, and the interpolation is folded into the matrix.
Without that the whole grid would lie about half a cell off, because ``floor`` takes the first pixel of
every cell and not its middle.

The page ``docs/method/pdq.md`` shows how far the folded operator is from the full one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES: Final = 512
"""A picture with a longer side is sampled to this many pixels on both axes, whatever its aspect."""

_CELLS: Final = 64
_CACHED_AXES: Final = 1024
"""A seizure has few distinct sizes, and every side up to 512 has one entry; each takes some kilobytes."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The operator of one axis, as the few samples that each of the 64 cells is made of.

    Attributes:
        index: (taps, 64) intp, which sample each tap of each cell reads.
        weight: (taps, 64) float32, how much it counts; each column sums to 1.
    """

    index: NDArray[np.intp]
    weight: NDArray[np.float32]


def cells(luma: NDArray[np.uint8] | NDArray[np.float32], *, rows: Axis, columns: Axis) -> NDArray[np.float32]:
    """Answer the (64, 64) float32 cells of (height, width) luma samples.

    Args:
        luma: Samples 0 to 255, float32 or uint8; its sides are those for which the axes were made.
        rows: The operator along the height.
        columns: The operator along the width.
    """
    return _reduce(_reduce(luma, rows).T, columns).T


def _reduce(samples: NDArray[np.uint8] | NDArray[np.float32], axis: Axis) -> NDArray[np.float32]:
    """Reduce the first axis of (n, m) samples to (64, m)."""
    reduced = np.zeros((_CELLS, samples.shape[1]), np.float32)
    for index, weight in zip(axis.index, axis.weight, strict=True):
        reduced += samples[index] * weight[:, np.newaxis]
    return reduced


@lru_cache(maxsize=_CACHED_AXES)
def plain_axis(length: int) -> Axis:
    """Answer the operator for an axis of ``length`` samples, 5 to 512, that are used as they are."""
    return _sparse(_smooth_and_decimate(length))


@lru_cache(maxsize=_CACHED_AXES)
def scaled_axis(length: int, *, scale: int, decoded: int) -> Axis:
    """Answer the operator for an axis that is sampled to 512 pixels but was decoded at 1/``scale``.

    Args:
        length: Pixels of the axis in the file.
        scale: How many pixels of the file one decoded sample is the mean of.
        decoded: How many samples the decoder gave.
    """
    wanted = np.arange(SAMPLES) * length // SAMPLES
    position = np.clip((wanted - (scale - 1) / 2) / scale, 0, decoded - 1)
    left = np.minimum(position.astype(np.intp), max(decoded - 2, 0))
    share = position - left
    folded = np.zeros((_CELLS, decoded))
    smooth = plain_dense(SAMPLES)
    np.add.at(folded.T, left, (smooth * (1 - share)).T)
    np.add.at(folded.T, np.minimum(left + 1, decoded - 1), (smooth * share).T)
    return _sparse(folded)


@lru_cache(maxsize=1)
def plain_dense(length: int) -> NDArray[np.float64]:
    """Answer the (64, length) dense operator; kept because every scaled axis starts from it."""
    return _smooth_and_decimate(length)


def _smooth_and_decimate(length: int) -> NDArray[np.float64]:
    """Answer (64, length): the rows of box·box that decimation keeps."""
    box = _box(length)
    kept = ((np.arange(_CELLS) + 0.5) * length / _CELLS).astype(np.intp)
    return box[kept] @ box


def _box(length: int) -> NDArray[np.float64]:
    """Answer the (length, length) matrix of one box filter, cut at the borders and divided by what is left.

    Source: PDQ reference, the Jarosz filter's window size and phase.
    """
    window = (length + 2 * _CELLS - 1) // (2 * _CELLS)
    half = (window + 2) // 2
    centre = np.arange(length)[:, np.newaxis]
    sample = np.arange(length)[np.newaxis, :]
    inside = (sample >= centre - (window - half)) & (sample <= centre + half - 1)
    if length == _CELLS:
        inside = sample == centre
    return inside / inside.sum(axis=1, keepdims=True)


def _sparse(dense: NDArray[np.float64]) -> Axis:
    """Keep of a (64, n) matrix the contiguous weights of each row, padded to the longest with zeros."""
    used = dense > 0
    first = used.argmax(axis=1)
    last = dense.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
    taps = int((last - first).max()) + 1
    # Shifted so that a padded row never reads beyond the end.
    start = np.minimum(first, dense.shape[1] - taps)
    index = start[np.newaxis, :] + np.arange(taps)[:, np.newaxis]
    weight = np.take_along_axis(dense.T, index, axis=0)
    return Axis(index=index, weight=weight.astype(np.float32))
