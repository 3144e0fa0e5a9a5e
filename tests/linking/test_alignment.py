from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.alignment import Pairs, is_sound, moved, perspective, similarity


def turned_pairs(
    *, true: int, false: int, angle: float, zoom: float, seed: int = 3, noise_px: float = 0.5
) -> Pairs:
    """Pairs of which the first ones follow one similarity, and the others nothing."""
    rng = np.random.default_rng(seed)
    file = rng.uniform(0, 500, (true + false, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    known = zoom * file @ turn.T + (30, -20) + rng.normal(0, noise_px, file.shape)
    known[true:] = rng.uniform(0, 500, (false, 2))
    zooms = np.full(true + false, zoom) * rng.uniform(0.95, 1.05, true + false)
    turns = np.full(true + false, angle) + rng.normal(0, 0.03, true + false)
    zooms[true:], turns[true:] = rng.uniform(0.3, 3, false), rng.uniform(0, 6, false)
    return Pairs(file, known, zooms, turns)


@given(
    st.floats(0, 2 * np.pi), st.floats(0.3, 3.0), st.integers(12, 60), st.integers(0, 60), st.integers(0, 99)
)
def test_a_similarity_is_found_among_false_pairs(
    angle: float, zoom: float, true: int, false: int, seed: int
) -> None:
    pairs = turned_pairs(true=true, false=false, angle=angle, zoom=zoom, seed=seed)
    fit = similarity(pairs, tolerance_px=4)
    assert fit is not None
    assert fit.agreeing[:true].mean() > 0.9
    assert fit.places >= 0.8 * true
    assert np.hypot(*fit.matrix[:2, 0]) == pytest.approx(zoom, rel=0.1)


def test_chance_pairs_hardly_agree() -> None:
    for seed in range(20):
        fit = similarity(turned_pairs(true=0, false=40, angle=0, zoom=1, seed=seed), tolerance_px=4)
        assert fit is None or fit.places <= 5


def test_points_on_one_another_are_one_place() -> None:
    pairs = turned_pairs(true=6, false=0, angle=0, zoom=1, noise_px=0)
    doubled = Pairs(
        *(np.repeat(side, 5, axis=0) for side in (pairs.file, pairs.known, pairs.zoom, pairs.turn))
    )
    fit = similarity(doubled, tolerance_px=4)
    assert fit is not None
    assert fit.agreeing.sum() == 30
    assert fit.places <= 6


def test_no_pairs_and_one_pair_have_no_fit() -> None:
    for count in (0, 1):
        pairs = turned_pairs(true=count, false=0, angle=0, zoom=1)
        assert similarity(pairs, tolerance_px=4) is None
        assert perspective(pairs, tolerance_px=4) is None


def test_pairs_that_all_lie_in_one_spot_have_no_fit() -> None:
    spot = np.full((20, 2), 40.0)
    pairs = Pairs(spot, spot, np.ones(20), np.zeros(20))
    assert similarity(pairs, tolerance_px=4) is None
    assert perspective(pairs, tolerance_px=4) is None


def test_a_perspective_change_is_found_and_is_the_same_each_time() -> None:
    rng = np.random.default_rng(5)
    change = np.array([[0.9, 0.2, 10], [-0.1, 1.1, 5], [4e-4, -3e-4, 1]])
    file = rng.uniform(0, 500, (60, 2))
    known = moved(file, change) + rng.normal(0, 0.4, file.shape)
    known[40:] = rng.uniform(0, 500, (20, 2))
    pairs = Pairs(file, known, np.ones(60), np.zeros(60))
    first, second = perspective(pairs, tolerance_px=4), perspective(pairs, tolerance_px=4)
    assert first is not None
    assert second is not None
    assert first.agreeing[:40].all()
    assert first.agreeing.sum() <= 43
    assert np.array_equal(first.matrix, second.matrix)


def test_a_change_that_no_camera_makes_is_not_sound() -> None:
    points = np.array([[100.0, 100], [300, 200], [200, 400]])
    assert is_sound(np.eye(3), points)
    assert not is_sound(np.eye(3), np.empty((0, 2)))
    for wrong in (
        np.diag([-1.0, 1, 1]),  # inside out
        np.diag([0.01, 0.01, 1]),  # far too small
        np.diag([40.0, 40, 1]),  # far too large
        np.diag([1.0, 0.1, 1]),  # squeezed in one direction
        np.array([[1.0, 0, 0], [0, 1, 0], [0.005, 0, -1]]),  # folded between the points
    ):
        assert not is_sound(wrong, points)


def test_an_estimator_that_finds_no_model_at_all_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> None:
        raise cv2.error("Assertion failed) !model.empty()")

    pairs = turned_pairs(true=20, false=0, angle=0, zoom=1)
    monkeypatch.setattr(cv2, "findHomography", gives_up)
    assert perspective(pairs, tolerance_px=4.0) is None
