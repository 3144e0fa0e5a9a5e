"""How many moments of two videos agree that could not be exchanged for one another.

That two frames look alike proves little where everything in both videos looks alike: a fixed camera, one
room, a title. What proves that a file plays a known video is that *this* moment fits *that* second better
than any other second does, again and again along one line. So a moment is counted only where each of its two
frames is nearer to its partner than to the partner of every other counted moment, and clearly so. However
long a still picture is shown, it counts once; different recordings before one background hardly count at all,
because their frames fit no second better than the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_COMPARED: Final = 160
"""Pairs that are compared with one another; of more, so many are chosen evenly over the time."""


def telling(bits: NDArray[np.int64], *, clear_bits: int, clear_ratio: float) -> NDArray[np.intp]:
    """Answer which of some aligned pairs are told apart from one another, the nearest pairs chosen first.

    Args:
        bits: ``(n, n)``, distance from the file's frame of pair i to the known frame of pair j; the diagonal
            holds the distances of the pairs themselves.
        clear_bits: A frame must be nearer to its partner than to any other pair's by so many bits.
        clear_ratio: And any other pair's must be so many times as far.

    Returns:
        Positions of pairs, increasing: each two of them are told apart both ways.
    """
    own = np.diagonal(bits)
    apart = bits >= np.maximum(own + clear_bits, own * clear_ratio)[:, np.newaxis]
    apart &= apart.T
    chosen: list[int] = []
    free = np.ones(len(own), np.bool_)
    for pair in np.argsort(own, kind="stable").tolist():
        if free[pair]:
            chosen.append(pair)
            free &= apart[pair]
    return np.sort(np.array(chosen, np.intp))


def thinned(count: int) -> NDArray[np.intp]:
    """Answer at most ``MOST_COMPARED`` of so many positions, evenly, first and last included."""
    if count <= MOST_COMPARED:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, MOST_COMPARED).round().astype(np.intp))
