from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.clip.covered import covered_bits
from cairn.linking.clip.fit import Line
from cairn.linking.clip.link import Grade, graded_by
from cairn.linking.clip.policy import CLIP_3
from cairn.linking.clip.spans import Span, aligned_spans
from linking.clip.clip_frames import as_file, as_known, noisy, scenery

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames

    Hashes = NDArray[np.uint8]

SECONDS = 24
WALL = np.repeat(scenery(21, 1)[:1], SECONDS, axis=0)


def before_the_wall(seed: int) -> Hashes:
    """A hash a second of something that moves before one background."""
    return noisy(WALL, bits=24, seed=seed)


def of_the_same_poses(known: Hashes) -> Hashes:
    """Another clip before it: every third second looks as in the known one, all others as at other times."""
    other = noisy(known[::-1], bits=6)
    other[::3] = noisy(known[::3], bits=6, seed=1)
    return other


def best(file: Hashes, known: Hashes) -> Span:
    found = aligned_spans(as_file(file.repeat(4, 0)), as_known(known.repeat(4, 0)), policy=CLIP_3)
    return max(found, key=lambda span: span.frames)


def under(line: Line, file: Frames, known: Frames) -> int | None:
    return covered_bits(
        file, known, line, file_from_s=0.0, file_to_s=10.0, orientation=0, tolerance_s=CLIP_3.tolerance_s
    )


def test_of_a_copy_all_frames_are_as_near_as_those_that_agree() -> None:
    known = before_the_wall(1)
    span = best(noisy(known, bits=6), known)
    assert span.covered_bits == span.distance_bits == 6


def test_frames_that_agree_by_chance_do_not_speak_for_the_others() -> None:
    known = before_the_wall(1)
    span = best(of_the_same_poses(known), known)
    assert span.distance_bits == 6
    assert span.covered_bits > 30
    still = replace(span, together=0.0)
    assert graded_by(still, CLIP_3) is Grade.VIEW
    assert graded_by(replace(still, covered_bits=still.distance_bits), CLIP_3) is Grade.RECORDING


def test_a_frame_is_asked_for_at_its_time_alone() -> None:
    shown = scenery(22, 10)
    file, known = as_file(shown), as_known(shown)
    assert under(Line(0.0, 1.0, 0), file, known) == 0
    assert (under(Line(3.0, 1.0, 0), file, known) or 0) > 80


def test_where_a_line_covers_nothing_there_is_nothing_to_say() -> None:
    shown = scenery(22, 10)
    file, known = as_file(shown), as_known(shown)
    assert under(Line(500.0, 1.0, 0), file, known) is None
    assert under(Line(0.0, 1.0, 0), file.only(np.zeros(len(file), np.bool_)), known) is None


def test_at_another_speed_more_is_asked_for() -> None:
    known = before_the_wall(1)
    span = best(noisy(known, bits=6), known)
    assert span.speed == 1
    barely = replace(span, distance_bits=11, covered_bits=11, elsewhere_bits=46, moments=8, together=0.0)
    assert graded_by(barely, CLIP_3) is Grade.RECORDING
    assert graded_by(replace(barely, speed=0.91), CLIP_3) is Grade.VIEW
    together = replace(barely, distance_bits=30, together=CLIP_3.least_together)
    assert graded_by(together, CLIP_3) is Grade.RECORDING
    assert graded_by(replace(together, speed=1.33), CLIP_3) is Grade.VIEW
    assert graded_by(replace(together, speed=1.33, together=3.8), CLIP_3) is Grade.RECORDING


def test_a_short_line_does_not_tell_its_speed_from_1() -> None:
    assert CLIP_3.is_usual(1.12, lasts_s=6.0)
    assert not CLIP_3.is_usual(1.12, lasts_s=12.0)
    assert CLIP_3.is_usual(0.8, lasts_s=3.0)
    assert not CLIP_3.is_usual(0.8, lasts_s=9.0)
