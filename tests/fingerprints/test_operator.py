from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.fingerprints.operator import CELLS, SAMPLES, cells, sampled
from fingerprints.plain_pdq import plain_cells


def grey(seed: int, height: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


@settings(max_examples=25)
@given(height=st.integers(5, 200), width=st.integers(5, 200), seed=st.integers(0, 99))
def test_the_operator_is_two_boxes_a_direction_and_a_decimation(height: int, width: int, seed: int) -> None:
    luma = grey(seed, height, width)
    expected = plain_cells(np.repeat(luma[:, :, np.newaxis], 3, axis=2))

    assert cells(luma).dtype == np.float32
    assert np.allclose(cells(luma), expected, atol=1e-3)


@pytest.mark.parametrize("side", [5, 63, 64, 65, 127, 128, 129, 256, 511, 512])
def test_flat_pictures_stay_flat_at_every_size(side: int) -> None:
    flat = cells(np.full((side, 200), 77, np.uint8))

    assert flat.shape == (CELLS, CELLS)
    assert np.allclose(flat, 77, atol=1e-3)


def test_a_picture_of_64_by_64_is_not_smoothed() -> None:
    luma = grey(3, 64, 64)

    assert np.array_equal(cells(luma), luma)


def test_a_side_of_64_is_not_smoothed_beside_another_length() -> None:
    luma = grey(3, 64, 100)

    assert np.allclose(cells(luma), plain_cells(np.repeat(luma[:, :, np.newaxis], 3, axis=2)), atol=1e-3)


def test_pictures_up_to_512_are_taken_whole() -> None:
    luma = grey(4, 512, 300)

    assert sampled(luma) is luma


@pytest.mark.parametrize(("height", "width"), [(513, 20), (20, 1000), (700, 900)])
def test_larger_pictures_are_sampled_at_the_first_pixel_of_each_step(height: int, width: int) -> None:
    luma = grey(5, height, width)
    taken = sampled(luma)

    assert taken.shape == (SAMPLES, SAMPLES)
    for row, column in [(0, 0), (1, 2), (100, 511), (511, 511), (511, 0), (300, 17)]:
        assert taken[row, column] == luma[row * height // SAMPLES, column * width // SAMPLES]
