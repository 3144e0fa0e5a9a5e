from __future__ import annotations

import numpy as np
import pytest

from cairn.synthetic.viewpoint import Viewpoint

SIZE = (800, 600)


def test_what_lies_straight_ahead_falls_on_the_middle() -> None:
    view = Viewpoint((1.0, 2.0, 3.0))
    assert view.project(np.array([[1.0, 7.0, 3.0]]), SIZE)[0] == pytest.approx([399.5, 299.5])


def test_right_is_right_and_up_is_up() -> None:
    view = Viewpoint((0.0, 0.0, 0.0), focal=0.5)
    right, up = view.project(np.array([[1.0, 4.0, 0.0], [0.0, 4.0, 1.0]]), SIZE)
    assert right == pytest.approx([499.5, 299.5])
    assert up == pytest.approx([399.5, 199.5])


def test_turning_right_moves_things_left_and_looking_up_moves_them_down() -> None:
    ahead = np.array([[0.0, 4.0, 0.0]])
    assert Viewpoint((0, 0, 0), yaw=0.1).project(ahead, SIZE)[0][0] < 399
    assert Viewpoint((0, 0, 0), pitch=0.1).project(ahead, SIZE)[0][1] > 300


def test_rolling_clockwise_turns_the_picture_anticlockwise() -> None:
    x, y = Viewpoint((0, 0, 0), roll=0.2).project(np.array([[1.0, 4.0, 0.0]]), SIZE)[0]
    assert x > 400
    assert y < 299


@pytest.mark.parametrize("angles", [(0.3, -0.2, 0.1), (-1.2, 0.5, -0.4)])
def test_every_pose_is_a_rotation(angles: tuple[float, float, float]) -> None:
    rotation = Viewpoint((0, 0, 0), *angles).rotation()
    assert rotation @ rotation.T == pytest.approx(np.eye(3))
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_distance_is_in_metres() -> None:
    assert Viewpoint((0, 0, 0)).distance_to(np.array([3.0, 4.0, 0.0])) == pytest.approx(5.0)
