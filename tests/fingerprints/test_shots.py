from __future__ import annotations

import numpy as np

from cairn.fingerprints.shots import Shots


def glances(*levels: int) -> list[bool]:
    shots = Shots()
    noise = np.random.default_rng(0)
    return [shots.begins((level + noise.integers(0, 3, (36, 64))).astype(np.uint8)) for level in levels]


def test_a_cut_is_many_times_the_usual_difference() -> None:
    assert glances(40, 40, 41, 120, 120, 121) == [True, False, False, True, False, False]


def test_a_camera_that_moves_all_the_time_cuts_nothing() -> None:
    assert glances(20, 40, 60, 80, 100, 120) == [True] + [False] * 5


def test_a_small_change_in_a_still_shot_is_no_cut() -> None:
    assert glances(40, 40, 40, 48, 48) == [True] + [False] * 4


def test_another_size_begins_a_shot() -> None:
    shots = Shots()
    assert shots.begins(np.zeros((36, 64), np.uint8))
    assert shots.begins(np.zeros((64, 36), np.uint8))
