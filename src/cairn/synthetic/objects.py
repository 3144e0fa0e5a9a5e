"""Objects that stand on tables: vases, bowls, balls, ring towers, building blocks.

Each is a function ``(rng, foot, size) -> Stage``; ``size`` is about its height in metres, and its colours are
in plain white light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.synthetic import materials, pictures
from cairn.synthetic.boxes import Box, faces
from cairn.synthetic.colours import BLACK, Colour, blend, bright, muted, tint
from cairn.synthetic.noise import chance, soft_noise, spectral_noise
from cairn.synthetic.solids import SEGMENTS, Solid, revolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cairn.synthetic.scenes import Stage
    from cairn.synthetic.viewpoint import Point

ROWS = 36
"""Facets along a profile."""


def _glaze(rng: np.random.Generator, rows: int) -> NDArray[np.float32]:
    """Answer colours for a turned thing: bands, patches or speckles in two or three glazes."""
    first, second = bright(rng), muted(rng)
    style = int(rng.integers(3))
    height = np.broadcast_to(np.linspace(0, 1, rows, dtype=np.float32)[:, np.newaxis], (rows, SEGMENTS))
    if style == 0:
        amount = (np.sin(height * float(rng.uniform(8, 40))) > rng.uniform(-0.5, 0.6)).astype(np.float32)
    elif style == 1:
        amount = np.clip(0.5 + 4.0 * soft_noise(rng, (rows, SEGMENTS), cells=7), 0, 1)
    else:
        amount = 0.5 + 0.3 * spectral_noise(rng, (rows, SEGMENTS), exponent=0.9)
    worn = 1.0 + 0.1 * soft_noise(rng, (rows, SEGMENTS), cells=5)
    return np.clip(blend(first, second, amount) * worn[..., np.newaxis], 0, 1).astype(np.float32)


def vase(rng: np.random.Generator, foot: Point, size: float) -> Stage:
    """Make a vase whose outline is a smooth random curve."""
    heights = np.linspace(0, size, ROWS + 1)
    knots = size * np.array([rng.uniform(0.12, 0.22), *rng.uniform(0.1, 0.36, 3), rng.uniform(0.08, 0.2)])
    curve = np.polynomial.Polynomial.fit(np.linspace(0, size, 5), knots, 4)
    radius = np.clip(curve(heights), 0.06 * size, 0.45 * size)
    profile = np.stack([np.append(radius, radius[-1] * 0.8), np.append(heights, size * 0.9)], axis=1)
    return (revolve(profile, foot, _glaze(rng, ROWS + 1)),)


def bowl(rng: np.random.Generator, foot: Point, size: float) -> Stage:
    """Make a bowl; its inside is seen from above."""
    angle = np.linspace(0.15, np.pi / 2, ROWS // 2 + 1)
    out_r, out_z = size * np.sin(angle), size * 0.7 * (1 - np.cos(angle))
    radius = np.concatenate([out_r, out_r[::-1] * 0.94])
    height = np.concatenate([out_z, out_z[::-1] + 0.03 * size])
    return (revolve(np.stack([radius, height], axis=1), foot, _glaze(rng, len(radius) - 1)),)


def ball(rng: np.random.Generator, foot: Point, size: float) -> Stage:
    """Make a ball, sometimes with sectors of two colours."""
    angle = np.linspace(0.02, np.pi - 0.02, ROWS + 1)
    profile = np.stack([np.sin(angle), 1 - np.cos(angle)], axis=1) * size / 2
    colours = _glaze(rng, ROWS)
    if chance(rng, 0.6):
        sectors = (np.arange(SEGMENTS) // (SEGMENTS // 8)) % 2 == 0
        colours[:, sectors] = bright(rng)
    return (revolve(profile, foot, colours),)


def rings(rng: np.random.Generator, foot: Point, size: float) -> Stage:
    """Make a toy tower of rings that grow smaller upward."""
    count = int(rng.integers(4, 7))
    angle = np.linspace(-np.pi / 2, np.pi / 2, 9)
    thick = size / count / 2
    made: list[Solid] = []
    for number in range(count):
        reach = size * 0.42 * (1 - 0.7 * number / count)
        profile = np.stack([reach + thick * np.cos(angle), thick * (1 + np.sin(angle))], axis=1)
        closed = np.vstack([[0.01 * size, 0.0], profile, [0.01 * size, 2 * thick]])
        colour = np.broadcast_to(np.array(bright(rng), np.float32), (len(closed) - 1, SEGMENTS, 3))
        made.append(revolve(closed, (foot[0], foot[1], foot[2] + 2 * thick * number), colour))
    return tuple(made)


def _plain(colour: Colour) -> Callable[[np.random.Generator, tuple[int, int]], NDArray[np.uint8]]:
    """Answer a material that is paint of one colour, slightly uneven."""

    def paint(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.uint8]:
        worn = 0.9 + 0.1 * soft_noise(rng, shape)
        return tint(BLACK, colour, worn)

    return paint


def blocks(rng: np.random.Generator, foot: Point, size: float) -> Stage:
    """Make a building block or a printed carton."""
    paint = (
        _plain(bright(rng))
        if chance(rng, 0.4)
        else rng.choice(np.array([pictures.poster, materials.wallpaper]))
    )
    box = Box(
        foot, (size * rng.uniform(0.4, 0.9), size * rng.uniform(0.4, 0.8), size), rng.uniform(-0.6, 0.6)
    )
    return faces(box, (paint, paint, _plain(muted(rng))), rng)


OBJECTS: tuple[Callable[[np.random.Generator, Point, float], Stage], ...] = (
    vase,
    bowl,
    ball,
    rings,
    blocks,
    vase,
)
