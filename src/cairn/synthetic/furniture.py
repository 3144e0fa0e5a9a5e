"""Furniture: bed, table, shelf, cupboard, sofa, lamp, built of boxes and turned solids.

Each is a function ``(rng, place) -> Thing`` in plain white light, standing on the floor at height 0 with its
front toward ``place.turn``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.synthetic import materials
from cairn.synthetic.boxes import Box, faces
from cairn.synthetic.noise import stream
from cairn.synthetic.objects import OBJECTS
from cairn.synthetic.scenes import Thing
from cairn.synthetic.solids import SEGMENTS, revolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.synthetic.boxes import Paint
    from cairn.synthetic.scenes import Stage
    from cairn.synthetic.viewpoint import Point


DOUBLE_BED_M = 1.2
EYE_LEVEL_M = 1.3
"""Nothing is seen on top of what is higher."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece stands, in the floor's plane.

    Attributes:
        x: Metres.
        y: Metres.
        turn: Radians about the vertical; 0 has the front toward smaller y.
    """

    x: float
    y: float
    turn: float = 0.0

    def at(self, dx: float, dy: float, z: float) -> Point:
        """Answer the world point that lies ``dx`` and ``dy`` from the middle, turned with the piece."""
        s, c = np.sin(self.turn), np.cos(self.turn)
        return (float(self.x + c * dx - s * dy), float(self.y + s * dx + c * dy), z)


def _box(
    rng: np.random.Generator, place: Place, middle: Point, size: Point, paints: tuple[Paint, ...]
) -> Stage:
    """Make one box of a piece; ``paints`` are front, sides and top, the last repeated."""
    three = (paints[0], paints[min(1, len(paints) - 1)], paints[-1])
    return faces(Box(place.at(*middle), size, place.turn), three, rng)


def bed(rng: np.random.Generator, place: Place) -> Thing:
    """Make a bed with a cover, pillows and a headboard."""
    wide, long = float(rng.uniform(0.9, 1.7)), 2.0
    cover = (materials.fabric, materials.wallpaper, materials.carpet)[int(rng.integers(3))]
    head = _box(
        rng, place, (0, long / 2 + 0.04, 0), (wide + 0.1, 0.08, rng.uniform(0.7, 1.1)), (materials.wood,)
    )
    frame = _box(rng, place, (0, 0, 0), (wide, long, 0.28), (materials.wood,))
    mattress = _box(rng, place, (0, 0, 0.28), (wide * 0.98, long * 0.98, 0.24), (cover,))
    pillows: Stage = ()
    sleepers = 1 if wide < DOUBLE_BED_M else 2
    for number in range(sleepers):
        dx = 0.0 if sleepers == 1 else (number - 0.5) * wide * 0.5
        pillows += _box(rng, place, (dx, long * 0.36, 0.52), (0.5, 0.36, 0.12), (materials.fabric,))
    return Thing((place.x, place.y, 0.0), (head, frame, mattress, pillows))


def table(rng: np.random.Generator, place: Place) -> Thing:
    """Make a table with objects on it."""
    wide, deep, high = (
        float(rng.uniform(0.8, 1.5)),
        float(rng.uniform(0.6, 0.9)),
        float(rng.uniform(0.45, 0.76)),
    )
    legs: Stage = ()
    own = int(rng.integers(2**31))
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        middle = (sx * (wide / 2 - 0.06), sy * (deep / 2 - 0.06), 0.0)
        legs += _box(stream(own), place, middle, (0.07, 0.07, high - 0.04), (materials.wood,))
    top = _box(rng, place, (0, 0, high - 0.04), (wide, deep, 0.04), (materials.wood,))
    objects: Stage = ()
    for number in range(int(rng.integers(1, 4))):
        size = float(rng.uniform(0.15, 0.34))
        make = OBJECTS[int(rng.integers(len(OBJECTS)))]
        objects += make(rng, place.at((number - 1) * wide * 0.3, float(rng.uniform(-0.15, 0.15)), high), size)
    return Thing((place.x, place.y, 0.0), (legs, top, objects))


def shelf(rng: np.random.Generator, place: Place) -> Thing:
    """Make a bookshelf."""
    size = (float(rng.uniform(0.7, 1.2)), 0.32, float(rng.uniform(1.2, 2.0)))
    return Thing(
        (place.x, place.y, 0.0), (_box(rng, place, (0, 0, 0), size, (materials.books, materials.wood)),)
    )


def cupboard(rng: np.random.Generator, place: Place) -> Thing:
    """Make a cupboard or a chest of drawers, with an object on top of a low one."""
    high = float(rng.uniform(0.7, 1.9))
    size = (float(rng.uniform(0.6, 1.2)), 0.45, high)
    body = _box(rng, place, (0, 0, 0), size, (materials.cupboard, materials.wood))
    make = OBJECTS[int(rng.integers(len(OBJECTS)))]
    on_top = make(rng, place.at(0, 0, high), float(rng.uniform(0.2, 0.4))) if high < EYE_LEVEL_M else ()
    return Thing((place.x, place.y, 0.0), (body, on_top))


def sofa(rng: np.random.Generator, place: Place) -> Thing:
    """Make a sofa with a back, arms and cushions."""
    wide = float(rng.uniform(1.2, 2.0))
    cloth: tuple[Paint, ...] = (materials.fabric,)
    back = _box(rng, place, (0, 0.36, 0), (wide, 0.2, 0.85), cloth)
    seat = _box(rng, place, (0, -0.05, 0), (wide - 0.3, 0.7, 0.42), cloth)
    arms = _box(rng, place, (-wide / 2 + 0.08, -0.05, 0), (0.16, 0.7, 0.6), cloth)
    arms += _box(rng, place, (wide / 2 - 0.08, -0.05, 0), (0.16, 0.7, 0.6), cloth)
    cushion = _box(
        rng, place, (float(rng.uniform(-0.3, 0.3)), 0.18, 0.42), (0.4, 0.14, 0.36), (materials.wallpaper,)
    )
    return Thing((place.x, place.y, 0.0), (back, seat, cushion, arms))


def floor_lamp(rng: np.random.Generator, place: Place) -> Thing:
    """Make a lamp: a foot, a pole and a shade."""
    high = float(rng.uniform(1.3, 1.7))
    metal = np.full((4, SEGMENTS, 3), float(rng.uniform(0.15, 0.5)), np.float32)
    stand = np.array([[0.14, 0], [0.14, 0.03], [0.015, 0.04], [0.015, high], [0.005, high]])
    profile = np.array([[0.2, high - 0.1], [0.12, high + 0.2], [0.01, high + 0.2]])
    cloth = np.full((2, SEGMENTS, 3), (2.2, 1.9, 1.5), np.float32)
    foot = place.at(0, 0, 0)
    return Thing((place.x, place.y, 0.0), ((revolve(stand, foot, metal),), (revolve(profile, foot, cloth),)))


PIECES: tuple[Callable[[np.random.Generator, Place], Thing], ...] = (
    bed,
    table,
    shelf,
    cupboard,
    sofa,
    floor_lamp,
)
