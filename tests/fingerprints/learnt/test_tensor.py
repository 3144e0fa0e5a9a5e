"""The numbers that a model takes are the picture's, turned upright, in the model's order and scale."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cairn.fingerprints.learnt.description import Colours, Fit, Layout, read_description
from cairn.fingerprints.learnt.tensor import tensor
from cairn.types import Preview
from tiny_model import described

if TYPE_CHECKING:
    from pathlib import Path


def preview(pixels: np.ndarray, orientation: int = 1) -> Preview:
    height, width = pixels.shape[:2]
    return Preview(width, height, orientation, pixels.astype(np.uint8).tobytes(), width, height)


def test_brightness_is_scaled_and_colours_and_sides_stand_in_the_models_order(tmp_path: Path) -> None:
    takes = read_description(described(tmp_path)).input
    flat = np.full((8, 8, 3), (255, 51, 0))
    found = tensor([preview(flat), preview(flat)], takes)
    assert found.shape == (2, 3, 8, 8)
    assert found.dtype == np.float32
    assert np.allclose(found[0, :, 0, 0], [2.0, -1.2, -2.0], atol=1e-5)
    turned = tensor([preview(flat)], replace(takes, layout=Layout.NHWC, colours=Colours.BGR))
    assert turned.shape == (1, 8, 8, 3)
    assert np.allclose(turned[0, 0, 0], [-2.0, -1.2, 2.0], atol=1e-5)


def test_a_picture_is_turned_as_its_file_asks(tmp_path: Path) -> None:
    takes = read_description(described(tmp_path)).input
    upright = np.random.default_rng(1).integers(0, 256, (8, 8, 3))
    lying = np.rot90(upright, 1)
    assert np.array_equal(tensor([preview(lying, 6)], takes), tensor([preview(upright)], takes))


def test_each_fit_shows_what_it_says(tmp_path: Path) -> None:
    takes = replace(read_description(described(tmp_path)).input, mean=(0, 0, 0), std=(1, 1, 1), scale=1)
    wide = np.zeros((8, 24, 3))
    wide[:, :8], wide[:, 16:] = 200, 100
    middle = {fit: tensor([preview(wide)], replace(takes, fit=fit))[0, 0, 4] for fit in Fit}
    assert abs(middle[Fit.CROP]).max() <= 20, "both ends are cut off"
    assert (middle[Fit.STRETCH][0], middle[Fit.STRETCH][-1]) == (200, 100)
    assert tensor([preview(wide)], replace(takes, fit=Fit.PAD))[0, 0, 0, 0] == 128
