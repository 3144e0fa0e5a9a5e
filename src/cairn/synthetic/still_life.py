"""Still lifes: objects on a table before a wall, in the light of one lamp."""

from __future__ import annotations

import numpy as np

from cairn.synthetic import materials, pictures
from cairn.synthetic.boxes import texture_shape
from cairn.synthetic.light import Lamp, Light, dapple, footprint, lit, lit_thing, shadow_map
from cairn.synthetic.noise import stream
from cairn.synthetic.objects import OBJECTS
from cairn.synthetic.scenes import Scene, Thing
from cairn.synthetic.surfaces import Surface
from cairn.synthetic.viewpoint import Viewpoint

TABLE_WIDTH_M = 1.6
TABLE_DEPTH_M = 1.1
WALL_HEIGHT_M = 1.1
DENSITY = 400
"""Texture pixels a metre: a still life is seen from nearer than a room."""


def _arrange(rng: np.random.Generator) -> list[Thing]:
    """Set three to seven objects on the table so that none stands in another."""
    things: list[Thing] = []
    taken: list[tuple[float, float, float]] = []
    for _ in range(int(rng.integers(3, 8)) * 4):
        size = float(rng.uniform(0.12, 0.42))
        x = float(rng.uniform(-0.6, 0.6) * TABLE_WIDTH_M * 0.8)
        y = float(rng.uniform(0.25, 0.85) * TABLE_DEPTH_M)
        reach = 0.48 * size + 0.01
        if any(np.hypot(x - a, y - b) < reach + r for a, b, r in taken):
            continue
        taken.append((x, y, reach))
        make = OBJECTS[int(rng.integers(len(OBJECTS)))]
        things.append(Thing((x, y, 0.0), (make(rng, (x, y, 0.0), size),)))
    return things


def _backdrop(rng: np.random.Generator) -> tuple[Surface, Surface]:
    """Make the table top and the wall behind it, in plain light."""
    half = TABLE_WIDTH_M * 0.9
    shape = texture_shape(2 * half, TABLE_DEPTH_M + 0.5, density=DENSITY)
    paints = (materials.wood, materials.fabric, materials.tiles, materials.plaster)
    top = paints[int(rng.integers(len(paints)))](rng, shape)
    table = Surface((-half, TABLE_DEPTH_M, 0.0), (2 * half, 0, 0), (0, -TABLE_DEPTH_M - 0.5, 0), top)
    behind = (*materials.WALLS, materials.books, materials.curtain, pictures.landscape)
    paint = behind[int(rng.integers(len(behind)))]
    texture = paint(rng, texture_shape(2 * half, WALL_HEIGHT_M, density=DENSITY / 1.3))
    wall = Surface((-half, TABLE_DEPTH_M, WALL_HEIGHT_M), (2 * half, 0, 0), (0, 0, -WALL_HEIGHT_M), texture)
    return table, wall


def _viewpoint(rng: np.random.Generator) -> Viewpoint:
    """Stand before the table, a little above it, and look at its middle."""
    x = float(rng.uniform(-0.3, 0.3))
    y, z = float(rng.uniform(-0.45, -0.2)), float(rng.uniform(0.3, 0.6))
    aim = np.array([float(rng.uniform(-0.12, 0.12)) - x, 0.6 - y, 0.12 - z])
    pitch = float(np.arctan2(aim[2], np.hypot(aim[0], aim[1])))
    return Viewpoint(
        (x, y, z),
        float(np.arctan2(aim[0], aim[1])),
        pitch,
        float(rng.normal(0, 0.04)),
        float(rng.uniform(0.7, 1.0)),
    )


def still_life(seed: int, *, arrangement: int = 0) -> Scene:
    """Answer a table with objects on it.

    Args:
        seed: Decides the table, the wall and the light.
        arrangement: Decides which objects stand there, where, and from where they are seen.

    Returns:
        A scene of a table about 1.6 metres wide, its nearer edge at y = -0.5, its top at z = 0.
    """
    rng = stream(seed, 2)
    table, wall = _backdrop(rng)
    side = float(rng.choice(np.array([-1.0, 1.0])))
    warm = (1.0, float(rng.uniform(0.85, 1.0)), float(rng.uniform(0.7, 1.0)))
    lamp = Lamp((side * rng.uniform(0.3, 1.0), rng.uniform(-0.1, 0.6), rng.uniform(0.8, 1.3)), 1.5, warm)
    light = Light((lamp,), float(rng.uniform(0.15, 0.35)))
    objects = stream(seed, 3, arrangement)
    placed = _arrange(objects)
    hulls = [footprint(thing.points(), lamp, 0.0) for thing in placed]
    shade = shadow_map(table, hulls, softness=float(rng.uniform(1.5, 4.0)))
    things = tuple(lit_thing(thing, light, gloss=0.5) for thing in placed)
    return Scene(
        (lit(wall, light, shadow=dapple(rng)), lit(table, light, shadow=shade * dapple(rng))),
        things,
        _viewpoint(objects),
    )
