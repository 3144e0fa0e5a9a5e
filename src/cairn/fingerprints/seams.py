"""Is a picture a picture of pictures? A seam between two of them runs straight through, from edge to edge.

Where two tiles of a collage meet, brightness jumps in nearly every row. Within one picture hardly
any upright line does so over the whole height, but a door frame or the horizon may. A wrong yes costs time
and space alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MARGIN: Final = 0.15
"""Nearer to the edge are borders, captions and the bars of a screenshot."""
_AROUND: Final = 12
_STEP: Final = 4.0
"""A jump is worth looking at from so many steps of brightness on."""
_SHARPER: Final = 2.0
"""How much more than around it brightness must jump along a seam."""
_PARTS: Final = 6
"""In nearly every one of so many parts of its length, so that no single thing makes a seam."""
_LEAST_PARTS: Final = 5


def has_seams(grey: NDArray[np.uint8]) -> bool:
    """Answer whether a straight seam runs through a picture, upright or level.

    Args:
        grey: (height, width), as local features take it.
    """
    return _has_upright_seam(grey) or _has_upright_seam(grey.T)


def _has_upright_seam(grey: NDArray[np.uint8]) -> bool:
    height, width = grey.shape
    if height < _PARTS or width < 4 * _AROUND:
        return False
    jumps = np.abs(grey[:, 2:].astype(np.int16) - grey[:, :-2])
    starts = np.arange(_PARTS) * height // _PARTS
    sums = np.add.reduceat(jumps, starts, axis=0, dtype=np.float32)
    means = sums / np.diff(np.append(starts, height))[:, np.newaxis]
    padded = np.pad(means, ((0, 0), (_AROUND, _AROUND)), mode="edge")
    total = np.cumsum(np.pad(padded, ((0, 0), (1, 0))), axis=1)
    span = 2 * _AROUND + 1
    around = (total[:, span:] - total[:, :-span]) / span
    sharp = ((means > _STEP) & (means > _SHARPER * around)).sum(axis=0) >= _LEAST_PARTS
    inner = slice(int(_MARGIN * width), int((1 - _MARGIN) * width))
    return bool(sharp[inner].any())
