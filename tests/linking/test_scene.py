from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from cairn.linking.keypoints import Keypoints, keypoints
from cairn.linking.policy import SCENE_1
from cairn.linking.scene import evidence_weight, same_scene, scene_agreement
from cairn.synthetic import alterations as alter
from cairn.synthetic.viewpoint import Viewpoint
from cairn.types import LocalFeatures
from linking.local_pictures import busy, features, features_of, scattered

SIZE = (500, 500)


def seen(world: np.ndarray, view: Viewpoint, descriptions: np.ndarray) -> Keypoints:
    """Described points of the world as a pinhole sees them, with a little noise."""
    pixels = view.project(world, SIZE) + np.random.default_rng(9).normal(0, 0.2, (len(world), 2))
    plain = scattered(len(world))
    return replace(plain, positions=pixels, descriptors=descriptions.astype(np.float32))


def two_views(world: np.ndarray) -> tuple[Keypoints, Keypoints]:
    """One world from two places half a metre apart."""
    descriptions = scattered(len(world), seed=5).descriptors
    left = Viewpoint((0.0, 0.0, 0.0))
    right = Viewpoint((0.5, 0.1, 0.05), yaw=-0.1)
    return seen(world, left, descriptions), seen(world, right, descriptions)


def plane(rng: np.random.Generator, count: int, *, depth: float, slope: float) -> np.ndarray:
    across, up = rng.uniform(-1, 1, (2, count))
    return np.stack([across, depth + slope * across, up], axis=1)


def test_two_walls_are_found_as_two_planes() -> None:
    rng = np.random.default_rng(1)
    world = np.concatenate([plane(rng, 40, depth=3, slope=0.8), plane(rng, 25, depth=4, slope=-0.9)])
    found = scene_agreement(*two_views(world), policy=SCENE_1)
    assert len(found.planes) >= 2
    assert found.planes[0].places >= 35
    assert found.planes[1].places >= 15
    assert found.on_planes >= 55
    assert found.in_motion >= 55


def test_points_at_all_depths_agree_in_motion_more_than_on_planes() -> None:
    rng = np.random.default_rng(2)
    world = np.stack([rng.uniform(-1, 1, 80), rng.uniform(1.5, 6, 80), rng.uniform(-1, 1, 80)], axis=1)
    found = scene_agreement(*two_views(world), policy=SCENE_1)
    assert found.in_motion >= 65
    assert found.in_motion > found.on_planes + 10
    assert found.likelihood_ratio >= SCENE_1.least_ratio


def test_an_estimator_that_finds_no_motion_at_all_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> None:
        raise cv2.error("Assertion failed) !model.empty()")

    monkeypatch.setattr(cv2, "findFundamentalMat", gives_up)
    world = plane(np.random.default_rng(1), 40, depth=3, slope=0.8)
    assert scene_agreement(*two_views(world), policy=SCENE_1).in_motion == 0


def test_strange_pictures_are_no_scene() -> None:
    for seed in range(20, 24):
        assert same_scene(features_of(1), features_of(seed), policy=SCENE_1) is None
    found = scene_agreement(scattered(300, seed=1), scattered(300, seed=2), policy=SCENE_1)
    assert found.likelihood_ratio < 1
    assert found.planes == ()


def test_nothing_agrees_with_nothing() -> None:
    nothing = keypoints(LocalFeatures(10, 10, b"", b""))
    found = scene_agreement(nothing, nothing, policy=SCENE_1)
    assert (found.planes, found.on_planes, found.in_motion, found.alike) == ((), 0, 0, 0)


def test_a_part_of_one_place_before_another_is_linked() -> None:
    """The same poster in two rooms that have nothing else in common."""
    one, other = busy(2).copy(), busy(3).copy()
    poster = alter.resized(busy(4), 0.45)
    one[20 : 20 + poster.shape[0], 30 : 30 + poster.shape[1]] = poster
    other[200 : 200 + poster.shape[0], 300 : 300 + poster.shape[1]] = poster
    link = same_scene(features(one), features(other), policy=SCENE_1)
    assert link is not None
    assert link.policy == SCENE_1.name
    assert link.on_planes >= 20


def test_the_table_grows_and_each_step_counts_from_its_weight_on() -> None:
    weights = [weight for weight, _ in SCENE_1.table]
    ratios = [ratio for _, ratio in SCENE_1.table]
    assert weights == sorted(set(weights))
    assert ratios == sorted(ratios)
    assert weights[0] == 0
    for weight, ratio in SCENE_1.table:
        assert SCENE_1.ratio_of(weight) == ratio
    assert SCENE_1.ratio_of(weights[-1] + 1000) == ratios[-1]


@pytest.mark.parametrize(("on_planes", "in_motion", "weight"), [(0, 0, 0), (12, 15, 12), (5, 40, 32)])
def test_planes_or_motion_whichever_says_more(on_planes: int, in_motion: int, weight: int) -> None:
    assert evidence_weight(on_planes, in_motion) == weight
