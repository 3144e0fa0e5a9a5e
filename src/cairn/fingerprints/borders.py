"""The flat borders of a frame: bars above and below a wide picture, or beside a tall one.

A letterboxed copy has a hash that lies far from its original's, because the bars squeeze the picture. Without
them it lies near again. A border is a run of rows or columns, from the edge inwards, that are even in
themselves and alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EVEN: Final = 4.0
"""Standard deviation of brightness within a line up to which it counts as even; encoders leave some noise."""

_ALIKE: Final = 8.0
"""How far the mean of a line may lie from that of the outermost one."""

_NARROWEST: Final = 0.01
"""Share of a side: what is narrower changes no hash."""

_LEAST_LEFT: Final = 0.3
"""Share of a side that must be left; a title on black is not a picture in a frame."""


def inside(luma: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Answer a frame without its flat borders, or ``None`` where it has none.

    Args:
        luma: ``(h, w)``, 0 to 255.
    """
    rows = _kept(luma)
    if rows is None:
        return None
    across = luma[rows]
    columns = _kept(across.T)
    if columns is None:
        return None
    found = across[:, columns]
    return None if found.shape == luma.shape else found


def _kept(lines: NDArray[np.float32]) -> slice | None:
    """Answer which lines lie inside; all where the borders are too narrow, ``None`` where hardly any do."""
    count = len(lines)
    first, last = _depth(lines), _depth(lines[::-1])
    if first + last < max(2, _NARROWEST * count):
        return slice(0, count)
    if count - first - last < _LEAST_LEFT * count:
        return None
    return slice(first, count - last)


def _depth(lines: NDArray[np.float32]) -> int:
    """Answer how many lines from the first on are border."""
    if float(lines[0].std()) > _EVEN:
        return 0  # nearly every frame: the whole of it need not be looked at
    even = lines.std(axis=1) <= _EVEN
    alike = np.abs(lines.mean(axis=1) - lines[0].mean()) <= _ALIKE
    outside = ~(even & alike)
    return int(outside.argmax()) if outside.any() else len(lines)
