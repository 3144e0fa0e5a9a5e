"""A seam between two pictures is seen; the lines within one picture are not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from cairn.fingerprints.local import working_picture
from cairn.fingerprints.seams import has_seams
from cairn.synthetic.alterations import captioned, collage
from cairn.synthetic.noise import stream
from cairn.synthetic.pictures import mosaic


def soft(seed: int) -> np.ndarray:
    """A picture without sharp lines."""
    made = mosaic(stream(seed), (30, 40)).astype(np.float32)
    return np.kron(made, np.ones((10, 10, 1))).astype(np.uint8)


@pytest.mark.parametrize("columns", [2, 3])
def test_a_collage_has_seams(columns: int) -> None:
    tiles = [soft(number) for number in range(columns * columns)]
    assert has_seams(working_picture(collage(tiles, columns=columns, cell=(320, 240))))


def test_one_seam_is_enough_and_may_be_level() -> None:
    assert has_seams(working_picture(np.vstack([soft(1), soft(2)])))


def test_one_picture_has_none_with_a_caption_or_without() -> None:
    gentle = np.tile(np.linspace(0, 255, 640), (480, 1)).astype(np.uint8)
    shaded = np.stack([gentle, gentle.T[:480, :480].repeat(2, axis=1)[:, :640], gentle], axis=2)
    assert not has_seams(working_picture(shaded))
    assert not has_seams(working_picture(captioned(shaded, "see you soon", share=0.1)))


def test_a_post_that_ends_half_way_is_no_seam() -> None:
    grey = np.full((384, 512), 90, np.uint8)
    grey[192:, 250:270] = 220
    assert not has_seams(grey)
    grey[:, 250:270] = 220
    assert has_seams(grey)


def test_a_picture_too_narrow_for_two_has_none() -> None:
    assert not has_seams(np.zeros((4, 500), np.uint8))
    assert not has_seams(np.zeros((500, 30), np.uint8))
