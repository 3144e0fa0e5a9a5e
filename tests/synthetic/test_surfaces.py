from __future__ import annotations

import cv2
import numpy as np
import pytest

from cairn.synthetic.surfaces import Surface, draw_surface, homography, outline
from cairn.synthetic.viewpoint import Viewpoint

SIZE = (320, 240)


def wall(texture_side: int = 60) -> Surface:
    texture = np.zeros((texture_side, texture_side, 3), dtype=np.uint8)
    texture[: texture_side // 2, :, 0] = 200
    texture[:, texture_side // 2 :, 1] = 200
    return Surface((-1.0, 2.0, 1.0), (2.0, 0.0, 0.0), (0.0, 0.0, -2.0), texture)


def drawn(surface: Surface, view: Viewpoint) -> np.ndarray:
    canvas = np.full((SIZE[1], SIZE[0], 3), 9, dtype=np.uint8)
    draw_surface(canvas, surface, view)
    return canvas


def test_a_texture_lies_as_it_was_painted() -> None:
    picture = drawn(wall(), Viewpoint((0, 0, 0), focal=0.5))
    assert picture[80, 120].tolist() == [200, 0, 0], "upper left"
    assert picture[80, 200].tolist() == [200, 200, 0], "upper right"
    assert picture[160, 120].tolist() == [0, 0, 0], "lower left"
    assert picture[160, 200].tolist() == [0, 200, 0], "lower right"
    assert picture[10, 10].tolist() == [9, 9, 9], "beside it, nothing is drawn"


def test_the_homography_agrees_with_projecting_the_corners() -> None:
    view = Viewpoint((0.3, -0.4, 0.2), 0.2, -0.1, 0.05)
    matrix = homography(wall(), view, SIZE)
    corners = np.array([[[-0.5, -0.5], [59.5, -0.5], [59.5, 59.5], [-0.5, 59.5]]])
    seen = cv2.perspectiveTransform(corners, matrix)[0]
    assert seen == pytest.approx(view.project(wall().corners(), SIZE))


def test_the_back_of_a_surface_is_not_seen() -> None:
    behind = Viewpoint((0, 5, 0), yaw=np.pi)
    assert len(outline(wall(), behind, SIZE)) == 0
    assert np.all(drawn(wall(), behind) == 9)


def test_what_is_behind_the_camera_is_cut_away() -> None:
    floor = Surface((-5, 10, -1), (10, 0, 0), (0, -20, 0), np.full((50, 50, 3), 120, dtype=np.uint8))
    picture = drawn(floor, Viewpoint((0, 0, 0)))
    assert np.all(picture[:100] == 9), "nothing of the floor appears above the horizon"
    assert np.all(picture[200:] == 120)


def test_a_surface_outside_the_picture_changes_nothing() -> None:
    assert np.all(drawn(wall(), Viewpoint((0, 0, 0), yaw=1.5)) == 9)


def test_a_fine_texture_drawn_small_is_averaged() -> None:
    texture = np.zeros((800, 800, 3), dtype=np.uint8)
    texture[::2] = 200
    far = Surface((-1.0, 20.0, 1.0), (2.0, 0.0, 0.0), (0.0, 0.0, -2.0), texture)
    middle = drawn(far, Viewpoint((0, 0, 0)))[118:122, 158:162]
    assert np.all(np.abs(middle.astype(int) - 100) < 12)
