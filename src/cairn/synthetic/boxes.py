"""Boxes: what most furniture is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.synthetic.surfaces import Surface

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cairn.synthetic.viewpoint import Point

    Paint = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.uint8]]

PIXELS_PER_METRE = 170
"""Texture resolution: a wall of four metres fills a photo of half to one megapixel about one to two."""
SMALLEST_TEXTURE = 48


def texture_shape(width_m: float, height_m: float, *, density: float = PIXELS_PER_METRE) -> tuple[int, int]:
    """Answer the height and width in pixels of a texture for a surface of this size in metres."""
    return (max(SMALLEST_TEXTURE, round(height_m * density)), max(SMALLEST_TEXTURE, round(width_m * density)))


@dataclass(frozen=True, slots=True)
class Box:
    """A box that stands level, turned about the vertical.

    Attributes:
        foot: The middle of its underside.
        size: Width, depth and height in metres.
        turn: Radians about the vertical; 0 has its front toward smaller y.
    """

    foot: Point
    size: Point
    turn: float = 0.0

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Answer its width, depth and height as vectors."""
        s, c = np.sin(self.turn), np.cos(self.turn)
        wide, deep, high = self.size
        return (
            np.array([c * wide, s * wide, 0.0]),
            np.array([-s * deep, c * deep, 0.0]),
            np.array([0.0, 0.0, high]),
        )

    def ground(self) -> NDArray[np.float64]:
        """Answer the four corners of its underside, ``(4, 3)``."""
        u, v, _ = self.axes()
        middle = np.array(self.foot)
        return np.stack([middle + a * u / 2 + b * v / 2 for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))])

    def corners(self) -> NDArray[np.float64]:
        """Answer its eight corners, ``(8, 3)``."""
        ground = self.ground()
        return np.concatenate([ground, ground + self.axes()[2]])


def _as_point(vector: NDArray[np.float64]) -> Point:
    """Answer a vector as a plain tuple."""
    return (float(vector[0]), float(vector[1]), float(vector[2]))


def faces(box: Box, paints: tuple[Paint, Paint, Paint], rng: np.random.Generator) -> tuple[Surface, ...]:
    """Answer the five faces of a box that can be seen; it stands on the sixth.

    Args:
        box: Where it stands.
        paints: The materials of its front, of its other sides and of its top.
        rng: Where the materials are drawn from.

    Returns:
        Front, right, back, left and top, in plain white light; right, back and left are of one piece.
    """
    front, side, top = paints
    a, b, c, d = box.ground()
    up = box.axes()[2]
    front, side, top = paints
    sides = side(rng, _shape(c - b, up))
    return (
        _face(a + up, b - a, -up, front(rng, _shape(b - a, up))),
        _face(b + up, c - b, -up, sides),
        _face(c + up, d - c, -up, sides),
        _face(d + up, a - d, -up, sides),
        _face(d + up, c - d, a - d, top(rng, _shape(c - d, a - d))),
    )


def _shape(across: NDArray[np.float64], along: NDArray[np.float64]) -> tuple[int, int]:
    """Answer the texture shape for a face with these edges."""
    return texture_shape(float(np.linalg.norm(across)), float(np.linalg.norm(along)))


def _face(
    origin: NDArray[np.float64],
    across: NDArray[np.float64],
    along: NDArray[np.float64],
    texture: NDArray[np.uint8],
) -> Surface:
    """Answer one face as a surface."""
    return Surface(_as_point(origin), _as_point(across), _as_point(along), texture)
