"""PDQ: 256 bits that stay nearly the same when a picture is resized, recompressed or lightly edited.

The luma of a picture is smoothed and reduced to 64×64 (``operator`` says how), and of its two-dimensional
cosine transform the 16×16 lowest frequencies without the constant one are kept. Each bit says whether one
of these 256 numbers lies above their median. Turning or mirroring the picture only swaps the axes and
changes signs of the 256 numbers, so the hashes of all eight orientations follow without a second look at
the pixels. The quality says how much structure the 64×64 picture has: a flat one has a hash, but it is noise.

The page ``docs/method/pdq.md`` has the formulas, the conventions and the measured differences.

Source: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.fingerprints.operator import CELLS
from cairn.types import Pdq

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.types import PdqMode

PDQ_METHOD: Final = "pdq/1"
"""The version of the way from pixels to hash; stored beside hashes, raised when they would change."""

_FREQUENCIES: Final = 16
_BITS: Final = _FREQUENCIES * _FREQUENCIES
_QUALITY_DIVISOR: Final = 90
_QUALITY_MAXIMUM: Final = 100
_WHITE: Final = 255
_LEANING: Final = 0.5
"""Of the usual distance from the median; farther than about twice this, a bit is sure."""


def _cosines() -> NDArray[np.float64]:
    """Answer the (16, 64) cosine matrix of frequencies 1 to 16; 0, the mean brightness, is left out."""
    frequency = np.arange(1, _FREQUENCIES + 1)[:, np.newaxis]
    cell = np.arange(CELLS)[np.newaxis, :]
    angle = np.pi / (2 * CELLS) * frequency * (2 * cell + 1)
    cosines: NDArray[np.float64] = np.sqrt(2 / CELLS) * np.cos(angle)
    return cosines


_COSINES: Final = _cosines()
_INDEX: Final = np.arange(_FREQUENCIES)
_ALTERNATE: Final = np.where(_INDEX % 2 == 0, -1.0, 1.0)
"""Mirroring an axis changes the sign of every even index: index 0 is frequency 1, an odd function."""
_ROW_SIGNS: Final = np.repeat(_ALTERNATE[:, np.newaxis], _FREQUENCIES, axis=1)
_COLUMN_SIGNS: Final = _ROW_SIGNS.T.copy()
_BOTH_SIGNS: Final = _ROW_SIGNS * _COLUMN_SIGNS


def pdq(cells: NDArray[np.float32], *, mode: PdqMode) -> Pdq:
    """Answer the hash in eight orientations and the quality of a reduced picture.

    Args:
        cells: (64, 64) float, luma 0 to 255, smoothed and reduced by ``operator``.
        mode: How the pixels were decoded; kept with the hash.
    """
    return Pdq(hashes=hashes(coefficients(cells)), quality=quality(cells), mode=mode)


def coefficients(cells: NDArray[np.float32]) -> NDArray[np.float64]:
    """Answer the (16, 16) cosine coefficients of frequencies 1 to 16 of (64, 64) cells."""
    return _COSINES @ cells.astype(np.float64) @ _COSINES.T


def hashes(coefficient: NDArray[np.float64]) -> tuple[bytes, ...]:
    """Answer the hashes of the eight orientations, in the order of ``cairn.types.ORIENTATIONS``.

    Args:
        coefficient: (16, 16), as ``coefficients`` gives it.

    Returns:
        Eight times 32 bytes; the first bit of the first byte is bit 255 of the reference.
    """
    turned = coefficient.T
    oriented = np.stack(
        (
            coefficient,
            turned * _ROW_SIGNS,
            coefficient * _BOTH_SIGNS,
            turned * _COLUMN_SIGNS,
            coefficient * _ROW_SIGNS,
            coefficient * _COLUMN_SIGNS,
            turned,
            turned * _BOTH_SIGNS,
        )
    ).reshape(-1, _BITS)
    # The reference's median of an even count is the lower middle value: 128 of 256 bits are set at most.
    median = np.partition(oriented, _BITS // 2 - 1, axis=1)[:, _BITS // 2 - 1, np.newaxis]
    packed = np.packbits((oriented > median)[:, ::-1], axis=1)
    return tuple(row.tobytes() for row in packed)


def leanings(coefficient: NDArray[np.float64]) -> NDArray[np.float32]:
    """Answer how surely each bit of a hash is set, in the order of its bits: -1 surely not, 1 surely.

    A coefficient that lies at the median has a bit by chance, and says 0.

    Args:
        coefficient: (16, 16), as ``coefficients`` gives it.
    """
    above = coefficient.ravel() - np.median(coefficient)
    usual = float(np.median(np.abs(above)))
    leaning: NDArray[np.float32] = np.tanh(above[::-1] / (_LEANING * usual or 1.0)).astype(np.float32)
    return leaning


def quality(cells: NDArray[np.float32]) -> int:
    """Answer how much structure (64, 64) cells hold, 0 to 100.

    Each step between neighbours counts in whole percent of the way from black to white, cut off, so that
    noise below one percent counts nothing.
    """
    percent = np.float32(100)
    white = np.float32(_WHITE)
    vertical = np.trunc((cells[:-1] - cells[1:]) * percent / white)
    horizontal = np.trunc((cells[:, :-1] - cells[:, 1:]) * percent / white)
    total = int(np.abs(vertical).sum() + np.abs(horizontal).sum())
    return min(_QUALITY_MAXIMUM, total // _QUALITY_DIVISOR)
