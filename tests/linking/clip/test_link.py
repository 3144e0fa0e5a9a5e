from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.frames import Frames
from cairn.linking.clip.link import ClipLink, Grade, clip_link, joined
from cairn.linking.clip.policy import CLIP_3
from cairn.linking.clip.spans import aligned_spans
from cairn.types import ORIENTATIONS
from linking.clip.clip_frames import as_file, as_known, noisy, scenery, standing


def link(file: Frames, known: Frames) -> ClipLink | None:
    ends = (float(side.at[-1]) if len(side) else 0.0 for side in (file, known))
    return clip_link(file, known, file_s=next(ends), known_s=next(ends), policy=CLIP_3)


def test_a_copy_is_the_same_recording_from_end_to_end() -> None:
    found = link(as_file(noisy(scenery(1, 20), bits=6)), as_known(scenery(1, 20)))
    assert found is not None
    assert found.grade is Grade.RECORDING
    assert found.moments == 20
    assert found.share_of_file > 0.95
    assert found.share_of_known > 0.95
    (span,) = found.recording
    assert span.speed == pytest.approx(1, abs=0.02)
    assert span.distance_bits == 6


@settings(max_examples=20)
@given(st.integers(0, 35), st.integers(5, 20), st.integers(0, 7), st.integers(0, 9))
def test_a_part_is_found_at_its_second_in_any_orientation(
    start_s: int, seconds: int, orientation: int, seed: int
) -> None:
    whole = scenery(seed, 60)
    part = noisy(whole[4 * start_s : 4 * (start_s + seconds)], bits=10, seed=seed)
    found = link(as_file(part, orientation=orientation), as_known(whole))
    assert found is not None
    (span,) = found.recording
    assert span.orientation is ORIENTATIONS[orientation]
    assert span.known_from_s == pytest.approx(start_s, abs=0.8)
    assert span.known_to_s == pytest.approx(start_s + seconds, abs=0.8)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_a_copy_at_another_speed_is_found_with_its_speed(speed: float) -> None:
    found = link(as_file(scenery(1, 40), step_s=0.25 / speed), as_known(scenery(1, 40)))
    assert found is not None
    (span,) = found.recording
    assert span.speed == pytest.approx(speed, rel=0.02)


def test_a_compilation_has_a_span_for_each_part_and_a_loop_for_each_turn() -> None:
    known = scenery(3, 60)
    part = known[4 * 10 : 4 * 16]
    file = np.concatenate([scenery(4, 20), part, scenery(5, 20), part, known[4 * 40 : 4 * 50]])
    found = link(as_file(file), as_known(known))
    assert found is not None
    begins = [(round(span.file_from_s), round(span.known_from_s)) for span in found.recording]
    assert begins == [(20, 10), (46, 10), (52, 40)]
    assert found.share_of_known == pytest.approx(16 / 60, abs=0.05)


def test_a_title_that_two_videos_share_is_one_view() -> None:
    title = standing(7, 6)
    file = np.concatenate([title, scenery(8, 20)])
    known = np.concatenate([scenery(9, 5), title, scenery(10, 20)])
    found = link(as_file(file), as_known(known))
    assert found is not None
    assert found.grade is Grade.VIEW
    assert found.moments == 1
    assert found.share_of_file == 0


@given(st.integers(0, 200))
@settings(max_examples=8)
def test_other_recordings_before_one_background_are_never_the_same_recording(seed: int) -> None:
    background = np.repeat(scenery(11, 1)[:1], 80, axis=0)
    file, known = (
        noisy(np.repeat(noisy(background[::4], bits=14, seed=own), 4, axis=0), bits=2, seed=own)
        for own in (2 * seed, 2 * seed + 1)
    )
    found = link(as_file(file), as_known(known))
    assert found is None or found.grade is Grade.VIEW
    again = link(as_file(noisy(file, bits=2)), as_known(file))
    assert again is not None
    assert again.grade is Grade.RECORDING


def test_a_camera_that_stands_still_tells_nothing_of_the_recording() -> None:
    found = link(as_file(noisy(standing(12, 16)[::4], bits=4).repeat(4, 0)), as_known(standing(12, 16)))
    assert found is not None
    assert found.grade is Grade.VIEW


def test_strangers_have_nothing_in_common() -> None:
    assert link(as_file(scenery(13, 60)), as_known(scenery(14, 60))) is None


def test_frames_without_structure_are_not_compared() -> None:
    file, known = as_file(scenery(1, 20)), as_known(scenery(1, 20))
    blank = np.zeros(len(file), np.uint8)
    dark = Frames(
        file.hashes,
        file.inside,
        blank,
        blank,
        file.at,
        file.shot,
        turned=file.turned,
        inside_turned=file.inside_turned,
    )
    assert link(dark, known) is None


def test_what_lies_within_borders_is_compared_too() -> None:
    shown, boxed = scenery(1, 20), scenery(2, 20)
    file = as_file(boxed)
    inside = as_file(shown)
    bordered = Frames(
        file.hashes,
        inside.hashes,
        file.quality,
        file.quality,
        file.at,
        file.shot,
        turned=file.turned,
        inside_turned=inside.turned,
    )
    found = link(bordered, as_known(shown))
    assert found is not None
    assert found.grade is Grade.RECORDING


def test_a_frame_that_looks_like_two_seconds_that_just_miss_each_other_is_on_a_line_with_one() -> None:
    """Two tolerances apart: what the two permit as offsets is as near as two numbers can be, and not one."""
    quarters = np.random.default_rng(0).integers(0, 256, (24, 32), dtype=np.uint8)
    quarters[11:13] = quarters[3:5]
    at = np.append(np.arange(77, 100) / 10, 90.0)
    known = replace(as_file(quarters), at=at)
    file = replace(as_file(quarters[[23, 3, 4]]), at=np.array([0.0, 9.1, 9.2]))
    (span,) = aligned_spans(file, known, policy=CLIP_3)
    assert (span.file_from_s, span.file_to_s) == (9.1, 9.2)
    assert span.known_from_s == pytest.approx(8.0) or span.known_from_s == pytest.approx(8.8)


def test_a_video_without_frames_has_no_link() -> None:
    nothing = as_known(scenery(1, 20)).only(np.zeros(20, np.bool_))
    assert link(as_file(scenery(1, 20)), nothing) is None
    assert link(as_file(scenery(1, 0)), as_known(scenery(1, 20))) is None


def test_two_stored_videos_are_compared_as_they_lie() -> None:
    found = link(as_known(scenery(1, 20)), as_known(scenery(1, 20)))
    assert found is not None
    assert found.grade is Grade.RECORDING
    assert link(as_known(scenery(1, 20)), as_known(scenery(2, 20))) is None


def test_a_caption_on_a_still_background_does_not_hide_what_moves() -> None:
    background = noisy(np.repeat(scenery(11, 1)[:1], 20, axis=0), bits=12, seed=3)
    caption = np.random.default_rng(5).choice(256, 40, replace=False)
    unpacked = np.unpackbits(background, axis=1)
    unpacked[:, caption] = 1
    captioned = np.repeat(np.packbits(unpacked, axis=1), 4, axis=0)
    found = link(as_file(captioned), as_known(np.repeat(background, 4, axis=0)))
    assert found is not None
    (span,) = found.recording
    assert span.distance_bits > CLIP_3.permitted_bits(
        span.moments, span.elsewhere_bits, lasts_s=span.known_to_s, speed=span.speed
    )
    assert span.together >= CLIP_3.least_together


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=8))
def test_joined_stretches_hold_the_same_seconds_and_never_touch(found: list[tuple[int, int]]) -> None:
    stretches = [(float(begin), float(begin + length)) for begin, length in found]
    after = joined(stretches)
    ticks = np.arange(0, 30, 0.5)
    before = {tick for tick in ticks for begin, end in stretches if begin <= tick <= end}
    assert {tick for tick in ticks for begin, end in after if begin <= tick <= end} == before
    assert all(one[1] < other[0] for one, other in pairwise(after))
