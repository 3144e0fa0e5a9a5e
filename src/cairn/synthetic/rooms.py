"""Rooms: a box of walls, floor and ceiling with a window, posters, a rug and furniture.

The shell (walls, window, posters, rug) belongs to the seed; the furniture belongs to the seed and the
``furnishing``. So one room can be photographed from many viewpoints, and again after it was rearranged, and a
method that links scenes can be asked whether it knows the room again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from cairn.synthetic import furniture, materials, pictures
from cairn.synthetic.boxes import PIXELS_PER_METRE, texture_shape
from cairn.synthetic.furniture import Place
from cairn.synthetic.light import Lamp, Light, dapple, footprint, lit, lit_thing, shadow_map
from cairn.synthetic.noise import chance, stream
from cairn.synthetic.scenes import Scene
from cairn.synthetic.surfaces import Surface
from cairn.synthetic.viewpoint import Viewpoint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.synthetic.boxes import Paint
    from cairn.synthetic.scenes import Thing
    from cairn.synthetic.viewpoint import Point

STANDOFF_M = 0.012
"""Posters hang this far before their wall, so that neither hides the other."""


@dataclass(frozen=True, slots=True)
class Walls:
    """The inside measures of a room in metres: width along x, depth along y, height along z."""

    width: float
    depth: float
    height: float


def _sheet(
    rng: np.random.Generator,
    paint: Paint,
    *,
    origin: Point,
    across: Point,
    along: Point,
    density: float = PIXELS_PER_METRE,
) -> Surface:
    """Make a surface painted with a material at the usual resolution."""
    wide, high = float(np.linalg.norm(across)), float(np.linalg.norm(along))
    return Surface(origin, across, along, paint(rng, texture_shape(wide, high, density=density)))


def _sides(rng: np.random.Generator, room: Walls) -> tuple[Surface, ...]:
    """Make floor, ceiling, far wall, left, right and near wall, in plain light."""
    w, d, h = room.width, room.depth, room.height
    paint = materials.WALLS[int(rng.integers(len(materials.WALLS)))]
    feature = materials.WALLS[int(rng.integers(len(materials.WALLS)))]
    floor = materials.FLOORS[int(rng.integers(len(materials.FLOORS)))]
    pattern_seed = int(rng.integers(2**31))
    sides = [((0.0, d, h), (w, 0.0, 0.0), feature, 1), ((0.0, 0.0, h), (0.0, d, 0.0), paint, 0)]
    sides += [((w, d, h), (0.0, -d, 0.0), paint, 0), ((w, 0.0, h), (-w, 0.0, 0.0), paint, 0)]
    walls = tuple(
        _sheet(stream(pattern_seed, own), material, origin=start, across=across, along=(0.0, 0.0, -h))
        for start, across, material, own in sides
    )
    ground = _sheet(rng, floor, origin=(0.0, d, 0.0), across=(w, 0.0, 0.0), along=(0.0, -d, 0.0))
    ceiling = _sheet(
        rng, materials.plaster, origin=(0.0, 0.0, h), across=(w, 0.0, 0.0), along=(0.0, d, 0.0), density=100
    )
    return (ground, ceiling, *walls)


def _on_far_wall(
    room: Walls, *, left: float, top: float, size: tuple[float, float]
) -> tuple[Point, Point, Point]:
    """Answer origin, across and along of a sheet on the far wall."""
    return (left, room.depth - STANDOFF_M, top), (size[0], 0.0, 0.0), (0.0, 0.0, -size[1])


def _window(rng: np.random.Generator, room: Walls) -> tuple[tuple[Surface, ...], Lamp]:
    """Make a window with a view, a cross of bars and two curtains, and the daylight that it lets in."""
    wide, high = float(rng.uniform(0.9, 1.6)), float(rng.uniform(0.9, 1.4))
    left = float(rng.uniform(0.35, room.width - wide - 0.35))
    top = float(min(room.height - 0.15, rng.uniform(1.95, 2.25)))
    origin, across, along = _on_far_wall(room, left=left, top=top, size=(wide, high))
    view = _sheet(rng, pictures.landscape, origin=origin, across=across, along=along, density=240)
    bars = int(rng.integers(1, 4))
    pane, frame = view.texture.shape, 16
    for edge in np.linspace(0, pane[1] - frame, bars + 1).astype(int):
        view.texture[:, edge : edge + frame] = 235
    for edge in np.linspace(0, pane[0] - frame, 3).astype(int):
        view.texture[edge : edge + frame] = 225
    cloth = int(rng.integers(2**31))
    curtains = tuple(
        _sheet(
            stream(cloth),
            materials.curtain,
            origin=(x, room.depth - 2 * STANDOFF_M, top + 0.1),
            across=(0.32, 0.0, 0.0),
            along=(0.0, 0.0, -min(top + 0.05, high + 0.5)),
        )
        for x in (left - 0.3, left + wide - 0.02)
    )
    day = Lamp(
        (left + wide / 2, room.depth - 0.5, top - high / 2), float(rng.uniform(0.5, 1.6)), (0.95, 0.98, 1.05)
    )
    return (view, *curtains), day


def _posters(rng: np.random.Generator, room: Walls) -> tuple[Surface, ...]:
    """Hang one to three prints on the side walls."""
    made = []
    for _ in range(int(rng.integers(1, 4))):
        wide, high = float(rng.uniform(0.4, 0.9)), float(rng.uniform(0.4, 0.9))
        y, top = float(rng.uniform(0.35, 0.7)) * room.depth, float(rng.uniform(1.5, 2.1))
        if chance(rng, 0.5):
            where = ((STANDOFF_M, y, top), (0.0, wide, 0.0))
        else:
            where = ((room.width - STANDOFF_M, y + wide, top), (0.0, -wide, 0.0))
        made.append(
            _sheet(
                rng, pictures.poster, origin=where[0], across=where[1], along=(0.0, 0.0, -high), density=280
            )
        )
    return tuple(made)


def _rug(rng: np.random.Generator, room: Walls) -> Surface:
    """Lay a rug on the floor."""
    wide, deep = room.width * float(rng.uniform(0.4, 0.65)), room.depth * float(rng.uniform(0.25, 0.4))
    left, far = float(rng.uniform(0.1, 0.9)) * (room.width - wide), room.depth * float(rng.uniform(0.55, 0.8))
    return _sheet(
        rng,
        materials.carpet,
        origin=(left, far, STANDOFF_M / 4),
        across=(wide, 0.0, 0.0),
        along=(0.0, -deep, 0.0),
    )


def _furnish(rng: np.random.Generator, room: Walls) -> list[Thing]:
    """Stand pieces along the far wall and the two side walls, where they do not meet."""
    w, d = room.width, room.depth
    spots = [
        Place(w * 0.25, d - 1.2, float(rng.uniform(-0.08, 0.08))),
        Place(w * 0.75, d - 0.6, float(rng.uniform(-0.15, 0.15))),
        Place(0.55, d * 0.42, np.pi / 2 + float(rng.uniform(-0.1, 0.1))),
        Place(w - 0.55, d * 0.42, -np.pi / 2 + float(rng.uniform(-0.1, 0.1))),
    ]
    if chance(rng, 0.5):
        spots = [Place(w - spot.x, spot.y, -spot.turn) for spot in spots]
    wide_pieces = (furniture.bed, furniture.sofa, furniture.table)
    slim_pieces = (furniture.shelf, furniture.cupboard, furniture.floor_lamp, furniture.table)
    placed = []
    for number, spot in enumerate(spots):
        if number > 1 and chance(rng, 0.35):
            continue
        pieces = wide_pieces if number == 0 else slim_pieces
        placed.append(pieces[int(rng.integers(len(pieces)))](rng, spot))
    return placed


def standpoint(rng: np.random.Generator, room: Walls) -> Viewpoint:
    """Stand somewhere in the near third of a room, at eye or chest height, and look into it."""
    x, y = float(rng.uniform(0.3, 0.7)) * room.width, float(rng.uniform(0.03, 0.16)) * room.depth
    z = float(rng.uniform(1.0, 1.75))
    aim_x, aim_y = float(rng.uniform(0.15, 0.85)) * room.width, float(rng.uniform(0.75, 1.0)) * room.depth
    pitch = float(rng.uniform(-0.32, -0.02))
    yaw = float(np.arctan2(aim_x - x, aim_y - y))
    return Viewpoint((x, y, z), yaw, pitch, float(rng.normal(0, 0.065)), float(rng.uniform(0.62, 0.9)))


@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """A room without furniture.

    Attributes:
        walls: Its measures.
        light: What shines in it; the first lamp is the one that casts shadows.
        lit: Ceiling and walls, then window, curtains and posters, with light on them.
        level: Floor and rug in plain light, because shadows still fall on them.
        dapple: Uneven light on them, ``(SHADOW_GRID, SHADOW_GRID)`` factors.
    """

    walls: Walls
    light: Light
    lit: tuple[Surface, ...]
    level: tuple[Surface, ...]
    dapple: NDArray[np.float32]


@lru_cache(maxsize=4)
def shell(seed: int) -> Shell:
    """Answer the room of a seed without furniture; the last few are kept, because one room is seen often."""
    rng = stream(seed, 0)
    walls = Walls(float(rng.uniform(3.2, 4.8)), float(rng.uniform(3.6, 5.0)), float(rng.uniform(2.3, 2.8)))
    floor, *others = _sides(rng, walls)
    (view, *curtains), day = _window(rng, walls)
    bulb = (float(rng.uniform(0.25, 0.75)) * walls.width, float(rng.uniform(0.3, 0.6)) * walls.depth)
    warm = (1.0, float(rng.uniform(0.85, 1.0)), float(rng.uniform(0.65, 0.95)))
    lamp = Lamp((*bulb, walls.height - 0.25), float(rng.uniform(1.0, 2.6)), warm)
    light = Light((lamp, day), float(rng.uniform(0.3, 0.5)))
    hung = tuple(lit(part, light) for part in (*curtains, *_posters(rng, walls)))
    lighted = tuple(lit(part, light, shadow=dapple(rng)) for part in others)
    return Shell(walls, light, (*lighted, view, *hung), (floor, _rug(rng, walls)), dapple(rng))


@lru_cache(maxsize=4)
def _interior(seed: int, furnishing: int) -> tuple[tuple[Surface, ...], tuple[Thing, ...]]:
    """Answer floor and rug with shadows on them, and the furniture, all in the room's light."""
    empty = shell(seed)
    things = _furnish(stream(seed, 1, furnishing), empty.walls)
    hulls = [footprint(thing.points(), empty.light.lamps[0], 0.0) for thing in things]
    level = tuple(
        lit(part, empty.light, shadow=shadow_map(part, hulls) * empty.dapple) for part in empty.level
    )
    return level, tuple(lit_thing(thing, empty.light, gloss=0.3) for thing in things)


def room(seed: int, *, furnishing: int = 0, standing: int = 0) -> Scene:
    """Answer a furnished room.

    Args:
        seed: Decides the shell: measures, materials, window, posters, light.
        furnishing: Decides what stands in it.
        standing: Decides from where it is seen.

    Returns:
        A scene whose floor lies at z = 0, with a corner at the origin.
    """
    empty = shell(seed)
    level, things = _interior(seed, furnishing)
    return Scene((*empty.lit, *level), things, standpoint(stream(seed, 5, standing), empty.walls))
