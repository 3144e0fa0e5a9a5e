from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.synthetic import distortions
from cairn.synthetic.noise import stream
from cairn.synthetic.pictures import mosaic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

WIDE, HIGH = 320, 240


@pytest.fixture(scope="module")
def picture() -> Pixels:
    return mosaic(stream(1), (HIGH, WIDE))


def test_a_picture_turned_by_a_right_angle_has_its_sides_exchanged(picture: Pixels) -> None:
    assert distortions.turned(picture, 90).shape == (WIDE, HIGH, 3)


def test_a_turned_picture_is_whole_and_its_corners_are_ground(picture: Pixels) -> None:
    made = distortions.turned(picture, 45)
    assert made.shape[0] > HIGH
    assert made.shape[1] > WIDE
    assert tuple(made[0, 0]) == distortions.GREY


def test_a_stretched_picture_keeps_its_height(picture: Pixels) -> None:
    assert distortions.stretched(picture, 0.5).shape == (HIGH, WIDE // 2, 3)


def test_compression_changes_little_and_more_the_harder_it_is(picture: Pixels) -> None:
    def change(quality: int) -> float:
        made = distortions.recompressed(picture, quality)
        return float(np.abs(made.astype(int) - picture.astype(int)).mean())

    assert 0 < change(90) < change(20) < 40


def test_an_inset_lies_in_its_host_and_nothing_else_changes(picture: Pixels) -> None:
    host = np.zeros((400, 600, 3), np.uint8)
    made = distortions.inset(picture, host, 0.35, at=(1.0, 1.0))
    assert made[-1, -1].any()
    assert not made[:200].any()
    assert not host.any()


@pytest.mark.parametrize(
    "make",
    [
        lambda pixels, seed: distortions.slanted(pixels, 0.2, seed=seed),
        lambda pixels, seed: distortions.screenshot(pixels, seed=seed),
        lambda pixels, seed: distortions.photo_of_a_screen(pixels, seed=seed),
    ],
)
def test_the_seed_alone_decides_what_chance_decides(
    picture: Pixels, make: Callable[[Pixels, int], Pixels]
) -> None:
    assert np.array_equal(make(picture, 4), make(picture, 4))
    assert not np.array_equal(make(picture, 4), make(picture, 5))


def test_a_screenshot_shows_the_whole_picture_between_bars(picture: Pixels) -> None:
    made = distortions.screenshot(picture, seed=1)
    assert made.shape[0] > made.shape[1] * HIGH / WIDE + 300
    assert (made[0] == distortions.BAR).all()


def test_blur_takes_detail_away(picture: Pixels) -> None:
    assert distortions.blurred(picture, 2).astype(float).std() < picture.astype(float).std()
