from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.synthetic.boxes import Box
from cairn.synthetic.furniture import PIECES, Place
from cairn.synthetic.noise import stream
from cairn.synthetic.objects import OBJECTS
from cairn.synthetic.scenes import Thing

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.synthetic.scenes import Stage
    from cairn.synthetic.viewpoint import Point


@pytest.mark.parametrize("make", PIECES)
@pytest.mark.parametrize("seed", range(3))
def test_every_piece_stands_on_the_floor_where_it_is_placed(
    make: Callable[[np.random.Generator, Place], Thing], seed: int
) -> None:
    points = make(stream(seed), Place(2.0, 3.0, 0.4)).points()
    assert points[:, 2].min() == pytest.approx(0.0)
    assert points[:, 2].max() < 2.6
    assert np.abs(points[:, :2] - (2.0, 3.0)).max() < 1.5


@pytest.mark.parametrize("make", OBJECTS)
@pytest.mark.parametrize("seed", range(4))
def test_every_object_stands_on_its_foot_and_is_about_as_large_as_asked(
    make: Callable[[np.random.Generator, Point, float], Stage], seed: int
) -> None:
    points = Thing((1.0, 1.0, 0.7), (make(stream(seed), (1.0, 1.0, 0.7), 0.3),)).points()
    assert points[:, 2].min() == pytest.approx(0.7, abs=0.01)
    assert 0.1 < np.ptp(points[:, 2]) <= 0.31
    assert np.ptp(points[:, 0]) < 0.7


def test_a_turned_box_keeps_its_measures() -> None:
    box = Box((1.0, 2.0, 0.5), (2.0, 1.0, 0.4), 0.7)
    ground = box.ground()
    assert np.linalg.norm(ground[1] - ground[0]) == pytest.approx(2.0)
    assert np.linalg.norm(ground[2] - ground[1]) == pytest.approx(1.0)
    assert box.corners()[:, 2].max() == pytest.approx(0.9)
    assert ground.mean(axis=0) == pytest.approx((1.0, 2.0, 0.5))
