from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.matching import pairs_alike
from linking.local_pictures import scattered

if TYPE_CHECKING:
    from cairn.linking.keypoints import Keypoints


def described(*descriptions: list[int]) -> Keypoints:
    """Points whose first numbers are given, the others being 0."""
    rows = np.zeros((len(descriptions), 128), np.float32)
    for row, numbers in zip(rows, descriptions, strict=True):
        row[: len(numbers)] = numbers
    return replace(scattered(len(descriptions)), descriptors=rows)


def by_hand(file: Keypoints, known: Keypoints, ratio: float) -> set[tuple[int, int]]:
    """The ratio test, one pair at a time; of several that want one partner, the most alike gets it."""
    wanted: dict[int, tuple[float, int]] = {}
    for ours, description in enumerate(file.descriptors.astype(np.float64)):
        distances = ((known.descriptors.astype(np.float64) - description) ** 2).sum(axis=1)
        nearest, second = np.argsort(distances, kind="stable")[:2]
        if distances[nearest] < ratio**2 * distances[second]:
            wanted.setdefault(int(nearest), (distances[nearest], ours))
            wanted[int(nearest)] = min(wanted[int(nearest)], (distances[nearest], ours))
    return {(ours, theirs) for theirs, (_, ours) in wanted.items()}


@given(st.integers(1, 40), st.integers(2, 40), st.integers(0, 1000), st.sampled_from([0.6, 0.8, 0.95, 1.0]))
def test_pairs_are_those_found_one_by_one(ours: int, theirs: int, seed: int, ratio: float) -> None:
    rng = np.random.default_rng(seed)
    file, known = scattered(ours, seed=seed), scattered(theirs, seed=seed + 1)
    near = np.clip(
        known.descriptors[rng.integers(0, theirs, ours)] + rng.integers(-9, 9, (ours, 128)), 0, 255
    )
    file = replace(file, descriptors=near.astype(np.float32))
    found = pairs_alike(file, known, ratio=ratio)
    assert {(int(one), int(other)) for one, other in found} == by_hand(file, known, ratio)


def test_the_most_alike_pair_comes_first() -> None:
    known = described([100], [0, 100], [0, 0, 100])
    found = pairs_alike(described([0, 95], [100], [0, 0, 80]), known, ratio=0.8)
    assert found.tolist() == [[1, 0], [0, 1], [2, 2]]


def test_a_point_that_repeats_in_the_known_picture_pairs_with_nothing() -> None:
    known = described([100], [100, 2], [0, 100])
    assert pairs_alike(described([100, 1]), known, ratio=0.8).tolist() == []


@pytest.mark.parametrize(("ours", "theirs"), [(0, 5), (5, 0), (5, 1), (0, 0)])
def test_too_few_points_give_no_pairs(ours: int, theirs: int) -> None:
    assert pairs_alike(scattered(ours), scattered(theirs), ratio=0.8).shape == (0, 2)
