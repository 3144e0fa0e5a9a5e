from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.linking.clip.link import Grade, clip_link
from cairn.linking.clip.policy import CLIP_3
from cairn.linking.clip.whole import whole_span
from cairn.types import ORIENTATIONS
from linking.clip.clip_frames import as_file, as_known, noisy, scenery

if TYPE_CHECKING:
    from cairn.frames import Frames


def hardly_moving(seed: int, seconds: int, *, bits: int = 16) -> np.ndarray:
    """One background, of which every second changes some bits."""
    background = np.repeat(scenery(7, 1)[:1], seconds, axis=0)
    return np.repeat(noisy(background, bits=bits, seed=seed), 4, axis=0)


def whole(file: Frames, known: Frames, *, seconds: float, known_s: float | None = None) -> object:
    return whole_span(file, known, file_s=seconds, known_s=known_s or seconds, policy=CLIP_3)


@pytest.mark.parametrize("orientation", [0, 5])
def test_a_whole_copy_of_what_hardly_moves_is_the_same_recording(orientation: int) -> None:
    shown = hardly_moving(1, 12)
    copy = as_file(noisy(shown, bits=20, seed=3), orientation=orientation)
    found = clip_link(copy, as_known(shown), file_s=12, known_s=12, policy=CLIP_3)
    assert found is not None
    assert found.grade is Grade.RECORDING
    (span,) = found.recording
    assert span.orientation is ORIENTATIONS[orientation]
    assert found.share_of_known > 0.8


def test_another_recording_of_the_same_length_before_the_same_background_is_not() -> None:
    for seed in range(20):
        file = as_file(noisy(hardly_moving(2 * seed, 12), bits=8, seed=seed))
        assert whole(file, as_known(hardly_moving(2 * seed + 1, 12)), seconds=12) is None


def test_a_title_that_both_begin_with_does_not_make_one_the_whole_of_the_other() -> None:
    title = scenery(1, 6)
    file, known = (np.concatenate([title, scenery(seed, 6)]) for seed in (2, 3))
    assert whole(as_file(file), as_known(known), seconds=12) is None


def test_a_whole_copy_that_plays_slower_is_the_same_recording() -> None:
    shown = hardly_moving(1, 20)
    slower = as_file(noisy(shown, bits=8, seed=3), step_s=0.25 * 1.25)
    found = whole_span(slower, as_known(shown), file_s=25, known_s=20, policy=CLIP_3)
    assert found is not None
    assert found.speed == pytest.approx(0.8)


def test_the_longer_a_known_video_is_the_more_a_copy_has_to_show() -> None:
    asked = [CLIP_3.together_as_a_whole(seconds, is_as_long=True) for seconds in (1, 2, 4, 12, 600)]
    assert asked == [1.0, 1.0, pytest.approx(1.4), 2.0, 2.0]
    assert [CLIP_3.together_as_a_whole(seconds, is_as_long=False) for seconds in (2, 12)] == [1.6, 2.0]


@pytest.mark.parametrize(("file_s", "speed"), [(5.87, 2.0), (6.0, 2.0), (6.1, 12 / 6.1), (5.8, None)])
def test_twice_the_speed_may_seem_a_little_more(file_s: float, speed: float | None) -> None:
    """From the first frame to the last, a file at double speed lasts less than the half by up to a frame."""
    shown = hardly_moving(1, 12)
    found = whole_span(
        as_file(noisy(shown, bits=8, seed=3), step_s=0.125),
        as_known(shown),
        file_s=file_s,
        known_s=12,
        policy=CLIP_3,
    )
    assert (found and found.speed) == speed


def test_a_laid_copy_of_which_many_bits_are_chance_is_known_by_those_that_are_sure() -> None:
    """Of every frame 80 bits are others, and say themselves that they are unsure."""
    shown = scenery(1, 12)
    copy = noisy(shown, bits=80, seed=4)
    own, altered = np.unpackbits(shown, axis=1), np.unpackbits(copy, axis=1)
    sure = np.where(own == altered, 2.0 * altered - 1, 0).astype(np.float32)
    plainly = as_file(copy)
    laid = replace(plainly, turned=None, inside_turned=None, leanings=sure)
    assert whole(plainly, as_known(shown), seconds=12) is None
    found = whole_span(laid, as_known(shown), file_s=12, known_s=12, policy=CLIP_3)
    assert found is not None
    assert found.distance_bits == 80
    assert whole(laid, as_known(scenery(2, 12)), seconds=12) is None


def test_what_lasts_longer_is_not_the_whole() -> None:
    shown = scenery(1, 12)
    file, known = as_file(noisy(shown, bits=8)), as_known(shown)
    assert whole(file, known, seconds=12) is not None
    assert whole(file, known, seconds=12, known_s=30) is None
    assert whole(file, known, seconds=12, known_s=18) is None
    assert whole(file.only(np.zeros(0, np.intp)), known, seconds=12) is None
    assert whole(file.only(np.arange(1)), known, seconds=12) is None
    assert whole(file, known.only(np.arange(5)), seconds=12) is None
