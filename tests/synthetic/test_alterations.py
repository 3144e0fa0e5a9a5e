from __future__ import annotations

import numpy as np
import pytest

from cairn.synthetic import alterations
from cairn.synthetic.noise import soft_noise, stream


def picture() -> np.ndarray:
    grey = (soft_noise(stream(1), (60, 80)) * 60 + 120).astype(np.uint8)
    return np.stack([grey, grey // 2, 255 - grey], axis=-1)


def test_a_resized_picture_has_the_new_size_and_the_same_look() -> None:
    small = alterations.resized(picture(), 0.5)
    assert small.shape == (30, 40, 3)
    assert alterations.resized(picture(), 1.5).shape == (90, 120, 3)
    assert alterations.resized(picture(), 0.001).shape == (1, 1, 3)
    assert small.mean(axis=(0, 1)) == pytest.approx(picture().mean(axis=(0, 1)), abs=1)


def test_mirroring_twice_and_turning_four_times_give_the_picture_back() -> None:
    assert np.array_equal(alterations.mirrored(alterations.mirrored(picture())), picture())
    assert np.array_equal(alterations.mirrored(picture())[:, 0], picture()[:, -1])
    turned = alterations.rotated(picture(), 1)
    assert turned.shape == (80, 60, 3)
    assert np.array_equal(turned[-1, 0], picture()[0, 0]), (
        "anticlockwise: the first corner comes to the lower left"
    )
    assert np.array_equal(alterations.rotated(turned, 3), picture())


def test_brightening_multiplies_and_stops_at_white() -> None:
    brighter = alterations.brightened(picture(), 1.5).astype(float)
    assert brighter == pytest.approx(np.minimum(picture() * 1.5, 255), abs=0.6)


def test_a_crop_keeps_its_share_of_the_area_and_lies_where_asked() -> None:
    middle = alterations.cropped(picture(), 0.25)
    assert np.array_equal(middle, picture()[15:45, 20:60])
    corner = alterations.cropped(picture(), 0.25, at=(1.0, 0.0))
    assert np.array_equal(corner, picture()[:30, 40:])


def test_a_border_surrounds_the_picture() -> None:
    framed = alterations.bordered(picture(), 0.1, grey=7)
    assert framed.shape == (76, 96, 3)
    assert np.array_equal(framed[8:-8, 8:-8], picture())
    assert np.all(framed[:8] == 7)


def test_a_caption_changes_the_lower_edge_only() -> None:
    made = alterations.captioned(picture(), "a window", share=0.2)
    changed = np.any(made != picture(), axis=(1, 2))
    assert not changed[:40].any()
    assert changed[45:58].any()


def test_a_sticker_covers_its_share() -> None:
    covered = np.any(alterations.stickered(picture(), 0.1) != picture(), axis=2).mean()
    assert covered == pytest.approx(0.1, abs=0.02)


def test_a_collage_sets_pictures_side_by_side() -> None:
    made = alterations.collage([picture()] * 3, columns=2, cell=(40, 30))
    assert made.shape == (60, 80, 3)
    assert np.array_equal(made[:30, :40], made[30:, :40])
    assert not made[30:, 40:].any(), "the fourth place is black"
