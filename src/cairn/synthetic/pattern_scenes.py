"""Patterns that fill the frame: cloth, foliage, clouds, mosaic, pebbles, a landscape, seen at a slant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.synthetic import materials, pictures
from cairn.synthetic.light import Lamp, Light, dapple, lit
from cairn.synthetic.noise import stream
from cairn.synthetic.scenes import Scene
from cairn.synthetic.surfaces import Surface
from cairn.synthetic.viewpoint import Viewpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

SHAPE = (1000, 1400)
"""Height and width of the texture: about the size of the photos that are made of it."""
PATTERNS: tuple[Callable[[np.random.Generator, tuple[int, int]], NDArray[np.uint8]], ...] = (
    materials.fabric,
    pictures.foliage,
    pictures.clouds,
    pictures.mosaic,
    pictures.pebbles,
    pictures.landscape,
    pictures.poster,
    materials.carpet,
)


def pattern(seed: int, *, variant: int = 0) -> Scene:
    """Answer a single textured plane, two metres wide, that fills the frame of its viewpoint.

    Args:
        seed: With the variant, decides the pattern, the light on it and the slant.
        variant: Another number is another pattern.
    """
    rng = stream(seed, 4, variant)
    texture = PATTERNS[int(rng.integers(len(PATTERNS)))](rng, SHAPE)
    high = SHAPE[0] / SHAPE[1]
    plane = Surface((-1.0, 1.0, high), (2.0, 0.0, 0.0), (0.0, 0.0, -2 * high), texture)
    lamps = [
        Lamp((float(rng.uniform(-1, 1)), float(rng.uniform(0.2, 0.6)), float(rng.uniform(-0.6, 0.6))), 0.9)
        for _ in range(2)
    ]
    view = Viewpoint(
        (float(rng.uniform(-0.08, 0.08)), float(rng.uniform(0.05, 0.15)), float(rng.uniform(-0.04, 0.04))),
        float(rng.uniform(-0.06, 0.06)),
        float(rng.uniform(-0.03, 0.03)),
        float(rng.uniform(-0.06, 0.06)),
        0.65,
    )
    return Scene((lit(plane, Light(tuple(lamps), 0.45), shadow=dapple(rng)),), (), view)
