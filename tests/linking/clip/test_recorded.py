from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cairn.linking.clip.recorded import LEAST_KEPT, worth_keeping
from linking.clip.clip_frames import as_file, scenery, standing


def test_of_a_long_video_the_first_frame_of_each_second_is_kept_and_each_shot() -> None:
    frames = as_file(scenery(1, 40))
    shot = frames.shot.copy()
    shot[42] = True
    kept = worth_keeping(replace(frames, shot=shot))
    assert kept.at.tolist() == sorted([*range(40), 10.5])


@pytest.mark.parametrize(("seconds", "step_s"), [(18, 1.0), (15, 0.5), (7, 0.25), (2, 0.125)])
def test_of_a_short_video_enough_are_kept(seconds: int, step_s: float) -> None:
    moving = np.random.default_rng(1).integers(0, 256, (8 * seconds, 32), dtype=np.uint8)
    kept = worth_keeping(as_file(moving, step_s=0.125))
    assert np.diff(kept.at) == pytest.approx(step_s)
    assert len(kept) >= min(LEAST_KEPT, seconds / 0.125)


def test_what_is_blank_or_stands_still_is_not_kept_again_and_again() -> None:
    assert len(worth_keeping(as_file(standing(1, 60)))) <= 3
    frames = as_file(scenery(1, 20))
    blank = np.where(np.arange(80) < 40, 0, 100).astype(np.uint8)
    dark = replace(frames, quality=blank, inside_quality=blank)
    assert worth_keeping(dark).at.min() == 10
    nothing = worth_keeping(frames.only(np.zeros(80, np.bool_)))
    assert len(nothing) == 0
