"""Soft light: lamps that fade with distance, shadows that fade at their edges.

Light is computed on a coarse grid over a surface (or once a facet of a solid) and drawn out smoothly, because
light in a room changes slowly. A room of six surfaces is lit in a few milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.noise import spectral_noise
from cairn.synthetic.scenes import Thing
from cairn.synthetic.solids import Solid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.synthetic.scenes import Part
    from cairn.synthetic.surfaces import Surface
    from cairn.synthetic.viewpoint import Point

GRID = 32
"""Light is computed at this many points along a side of a surface."""
DAPPLE = 0.14
"""Standard deviation of uneven light, as a share."""
SHADOW_GRID = 160
"""Shadows have edges, so they are drawn on a finer grid and then blurred."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """A point that shines: a lamp, or the middle of a window.

    Attributes:
        position: In the world.
        power: The light, as a share of white, that falls straight on a surface one metre away.
        colour: RGB factors near 1: below 1 in blue is a warm lamp.
    """

    position: Point
    power: float
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Light:
    """All the light of a scene.

    Attributes:
        lamps: What shines.
        ambient: The light that comes from everywhere, as a share of white.
    """

    lamps: tuple[Lamp, ...]
    ambient: float = 0.3

    def at(self, points: NDArray[np.float64], normals: NDArray[np.float64]) -> NDArray[np.float32]:
        """Answer how much light falls on ``(n, 3)`` points that face along ``normals``, as ``(n, 3)`` RGB."""
        total = np.full((len(points), 3), self.ambient)
        for lamp in self.lamps:
            ray = np.array(lamp.position) - points
            distance = np.linalg.norm(ray, axis=1)
            facing = np.clip(np.einsum("ij,ij->i", ray, normals) / distance, 0.0, None)
            reach = lamp.power * (0.15 + 0.85 * facing) / (1.0 + distance * distance)
            total += reach[:, np.newaxis] * np.array(lamp.colour)
        return total.astype(np.float32)


def lit(surface: Surface, light: Light, *, shadow: NDArray[np.float32] | None = None) -> Surface:
    """Answer the surface with the light in its texture.

    Args:
        surface: Its texture in plain white light.
        light: What shines.
        shadow: ``(h, w)`` float32 factors from 0 (dark) to 1, stretched over the surface.

    Returns:
        A surface at the same place.
    """
    steps = (np.arange(GRID) + 0.5) / GRID
    s, t = np.meshgrid(steps, steps)
    points = (
        np.array(surface.origin)
        + s.reshape(-1, 1) * np.array(surface.across)
        + t.reshape(-1, 1) * np.array(surface.along)
    )
    normals = np.broadcast_to(surface.normal(), points.shape)
    coarse = light.at(points, normals).reshape(GRID, GRID, 3)
    high, wide = surface.texture.shape[:2]
    factor = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_LINEAR)
    if shadow is not None:
        factor = factor * cv2.resize(shadow, (wide, high), interpolation=cv2.INTER_LINEAR)[..., np.newaxis]
    lighted = cv2.multiply(surface.texture, np.asarray(factor, np.float32), dtype=cv2.CV_8U)
    return replace(surface, texture=np.asarray(lighted, dtype=np.uint8))


def dapple(rng: np.random.Generator) -> NDArray[np.float32]:
    """Answer uneven light, as it falls through leaves and blinds, to be used as a shadow.

    Without it, walls that a camera looks at straight vary along their lines and columns only, which no room
    under real light does.

    Returns:
        ``(SHADOW_GRID, SHADOW_GRID)`` float32 factors around 1.
    """
    uneven = spectral_noise(rng, (SHADOW_GRID, SHADOW_GRID), exponent=1.1)
    return np.asarray(np.clip(1.0 + DAPPLE * uneven, 0.4, 1.5), dtype=np.float32)


def lit_solid(solid: Solid, light: Light, *, gloss: float = 0.0) -> Solid:
    """Answer the solid with light on every facet, and a highlight where ``gloss`` is above 0."""
    centres, normals = solid.centres(), solid.normals()
    colours = solid.colours * light.at(centres, normals)
    if gloss > 0 and light.lamps:
        ray = np.array(light.lamps[0].position) - centres
        ray /= np.linalg.norm(ray, axis=1, keepdims=True)
        shine = np.clip(np.einsum("ij,ij->i", ray, normals), 0, 1) ** 40
        colours = colours + (gloss * shine[:, np.newaxis]).astype(np.float32)
    return solid.coloured(colours.astype(np.float32))


def lit_thing(thing: Thing, light: Light, *, gloss: float) -> Thing:
    """Answer the thing with light on all its parts, and ``gloss`` on the round ones."""

    def lighted(part: Part) -> Part:
        return lit_solid(part, light, gloss=gloss) if isinstance(part, Solid) else lit(part, light)

    return Thing(thing.anchor, tuple(tuple(lighted(part) for part in stage) for stage in thing.stages))


def footprint(points: NDArray[np.float64], lamp: Lamp, floor_z: float) -> NDArray[np.float64]:
    """Answer the shadow that points cast on a level floor, as the ``(n, 2)`` hull in world x and y.

    Args:
        points: ``(n, 3)`` world points of the thing; those level with the lamp or above it are lowered.
        lamp: Where the light comes from.
        floor_z: The height of the floor or table top.
    """
    source = np.array(lamp.position)
    top = source[2] - 0.4 * (source[2] - floor_z)
    lowered = np.minimum(points[:, 2], top)
    stretch = ((source[2] - floor_z) / (source[2] - lowered))[:, np.newaxis]
    cast = source[:2] + (points[:, :2] - source[:2]) * stretch
    hull: NDArray[np.float64] = cv2.convexHull(cast.astype(np.float32)).reshape(-1, 2).astype(np.float64)
    return hull


def shadow_map(
    surface: Surface, hulls: Sequence[NDArray[np.float64]], *, softness: float = 3.0, depth: float = 0.55
) -> NDArray[np.float32]:
    """Answer the shadow factors of a level surface on which things cast ``hulls``.

    Args:
        surface: A level rectangle whose edges lie along world x and y.
        hulls: Each ``(n, 2)`` in world x and y.
        softness: Blur in grid cells.
        depth: How dark the middle of a shadow is: 0 not at all, 1 black.

    Returns:
        ``(SHADOW_GRID, SHADOW_GRID)`` float32 from ``1 - depth`` to 1.
    """
    across, along = np.array(surface.across[:2]), np.array(surface.along[:2])
    to_texture = np.linalg.inv(np.stack([across, along], axis=1))
    shade = np.zeros((SHADOW_GRID, SHADOW_GRID), dtype=np.float32)
    for hull in hulls:
        cells = ((hull - np.array(surface.origin[:2])) @ to_texture.T) * SHADOW_GRID
        cv2.fillConvexPoly(shade, np.round(np.clip(cells, -4000, 4000)).astype(np.int32), 1.0)
    soft = np.asarray(cv2.GaussianBlur(shade, (0, 0), softness), dtype=np.float32)
    return (1.0 - depth * soft).astype(np.float32)
