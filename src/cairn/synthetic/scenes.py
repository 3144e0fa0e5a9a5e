"""A scene: surfaces and solids in a world, and the picture that a pinhole makes of them.

Things are drawn from far to near (the painter's way): first the structure of the room, then each thing by its
distance, and in a thing stage after stage, so that a vase is drawn after the table that it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cairn.synthetic.solids import Solid, draw_solid
from cairn.synthetic.surfaces import Surface, draw_surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.synthetic.viewpoint import Point, Viewpoint

Part = Surface | Solid
Stage = tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """One piece of furniture or one object, with what stands on it.

    Attributes:
        anchor: The middle of its footprint; things are drawn in the order of its distance.
        stages: Drawn one after the other; in a stage the farthest part comes first.
    """

    anchor: Point
    stages: tuple[Stage, ...]

    def points(self) -> NDArray[np.float64]:
        """Answer all corners and vertices of its parts, ``(n, 3)``."""
        parts = [part for stage in self.stages for part in stage]
        return np.concatenate(
            [part.vertices if isinstance(part, Solid) else part.corners() for part in parts]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A place that can be photographed from anywhere.

    Attributes:
        structure: Walls, floor, table top: always behind everything, in this order.
        things: What stands in front of the structure.
        view: A good place to photograph it from.
        background: The grey of what lies outside, 0 to 255.
    """

    structure: tuple[Surface, ...]
    things: tuple[Thing, ...]
    view: Viewpoint
    background: int = 20

    def seen_from(self, view: Viewpoint) -> Scene:
        """Answer the same scene with another place to photograph it from."""
        return replace(self, view=view)

    def with_things(self, things: tuple[Thing, ...]) -> Scene:
        """Answer the same place with other things in it."""
        return replace(self, things=things)


def _draw(canvas: NDArray[np.uint8], part: Part, view: Viewpoint) -> None:
    """Draw one part, whichever kind it is."""
    if isinstance(part, Surface):
        draw_surface(canvas, part, view)
    else:
        draw_solid(canvas, part, view)


def render(scene: Scene, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Answer the picture that an ideal camera takes of a scene.

    Args:
        scene: With the viewpoint it is seen from.
        size: Width and height in pixels.

    Returns:
        ``(height, width, 3)`` uint8 RGB, gamma-encoded as a screen shows it.
    """
    canvas = np.full((size[1], size[0], 3), scene.background, dtype=np.uint8)
    view = scene.view
    for surface in scene.structure:
        draw_surface(canvas, surface, view)
    for thing in sorted(scene.things, key=lambda each: -view.distance_to(np.array(each.anchor))):
        for stage in thing.stages:
            for part in sorted(stage, key=lambda each: -view.distance_to(each.centre())):
                _draw(canvas, part, view)
    return canvas
