from __future__ import annotations

import numpy as np
import pytest

from cairn.synthetic.light import Lamp, Light, footprint, lit_solid
from cairn.synthetic.solids import SEGMENTS, Solid, draw_solid, revolve
from cairn.synthetic.viewpoint import Viewpoint


def ball(y: float = 4.0) -> Solid:
    angle = np.linspace(0.01, np.pi - 0.01, 31)
    profile = np.stack([np.sin(angle), 1 - np.cos(angle)], axis=1)
    return revolve(profile, (0.0, y, -1.0), np.full((30, SEGMENTS, 3), 0.8, np.float32))


def test_a_ball_is_drawn_as_a_disc() -> None:
    canvas = np.zeros((300, 400, 3), dtype=np.uint8)
    draw_solid(canvas, ball(), Viewpoint((0, 0, 0), focal=0.75))
    covered = canvas[..., 0] > 100
    radius = 0.75 * 400 * np.tan(np.arcsin(1 / 4))
    assert covered.sum() == pytest.approx(np.pi * radius**2, rel=0.03)


def test_facets_face_outward() -> None:
    solid = ball()
    outward = solid.centres() - np.array([0.0, 4.0, 0.0])
    assert np.all(np.einsum("ij,ij->i", outward, solid.normals()) > 0)


@pytest.mark.parametrize("y", [-4.0, 0.0])
def test_a_solid_at_or_behind_the_camera_is_not_drawn(y: float) -> None:
    canvas = np.zeros((30, 40, 3), dtype=np.uint8)
    draw_solid(canvas, ball(y), Viewpoint((0, 0, 0)))
    assert not canvas.any()


def test_a_solid_beside_the_picture_is_not_drawn() -> None:
    canvas = np.zeros((30, 40, 3), dtype=np.uint8)
    draw_solid(canvas, ball(), Viewpoint((0, 0, 0), yaw=1.0))
    assert not canvas.any()


def test_the_side_toward_the_lamp_is_brighter_and_gloss_brighter_still() -> None:
    light = Light((Lamp((-3.0, 2.0, 1.0), 3.0),), 0.1)
    dull, glossy = lit_solid(ball(), light), lit_solid(ball(), light, gloss=0.5)
    left = dull.centres()[:, 0] < -0.5
    assert dull.colours[left].mean() > 1.2 * dull.colours[~left].mean()
    assert glossy.colours.max() > dull.colours.max()


def test_a_shadow_falls_away_from_the_lamp() -> None:
    hull = footprint(ball().vertices, Lamp((-3.0, 4.0, 4.0), 1.0), -1.0)
    assert hull[:, 0].max() > 1.5
    assert hull[:, 0].min() > -1.05
