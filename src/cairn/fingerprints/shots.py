"""Where one shot ends and the next begins, told from very small pictures of the frames in between.

Two frames of one shot differ little, and by a similar amount from one moment to the next. At a cut most of
the picture changes at once: the difference is large, and many times what it was before. Neither alone is
enough: a hand-held camera differs much all the time, and in a still shot the smallest movement is many times
nothing. A missed cut costs little, because frames are looked at every so often anyway; one too many costs one
frame more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_DIFFERENCE: Final = 14.0
"""Mean difference of brightness, of 255, below which nothing is called a cut."""

_TIMES_THE_USUAL: Final = 3.0
"""How many times the usual difference of this shot a cut must be."""

_MEMORY: Final = 0.8
"""How much of the usual difference each frame leaves as it was."""


class Shots:
    """Tells of each frame, in order, whether a shot begins with it."""

    def __init__(self) -> None:
        """Begin before the first frame."""
        self._before: NDArray[np.int16] | None = None
        self._usual: float | None = None

    def begins(self, glance: NDArray[np.uint8]) -> bool:
        """Answer whether a shot begins with this frame; the first always begins one.

        Args:
            glance: ``(h, w)``, the frame's brightness, some dozen pixels a side.
        """
        now = glance.astype(np.int16)
        before, self._before = self._before, now
        if before is None or before.shape != now.shape:
            self._usual = None
            return True
        difference = float(np.abs(now - before).mean())
        if self._usual is None:
            self._usual = difference  # nobody knows yet how much this shot moves
            return False
        if difference >= _LEAST_DIFFERENCE and difference >= _TIMES_THE_USUAL * self._usual:
            self._usual = None
            return True
        self._usual = _MEMORY * self._usual + (1 - _MEMORY) * difference
        return False
