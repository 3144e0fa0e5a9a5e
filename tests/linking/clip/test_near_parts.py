"""Clips of somebody who moves before one wall: alike poses look alike, whoever takes them and when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.clip.link import Grade, clip_link, graded_by
from cairn.linking.clip.near_parts import is_sure, most_near, near_parts
from cairn.linking.clip.policy import CLIP_3
from cairn.linking.clip.spans import aligned_spans
from linking.clip.clip_frames import as_file, as_known, noisy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.linking.clip.spans import Span

    Hashes = NDArray[np.uint8]

WALL = np.random.default_rng(1).integers(0, 2, 256, dtype=np.uint8)
MOVING = np.random.default_rng(2).permutation(256)[:120]
"""Bits that the pose decides; all others are the wall's."""
POSES = 4
WEIGHS = np.random.default_rng(3).normal(0, 1, (POSES, len(MOVING)))
"""How much each part of a pose weighs in each of these bits."""


def before_the_wall(seed: int, seconds: int) -> Hashes:
    """A hash every quarter of a second: the parts of a pose sway, each at its own pace."""
    rng = np.random.default_rng(seed)
    pace, phase = rng.uniform(0.4, 2.0, POSES), rng.uniform(0, 2 * np.pi, POSES)
    pose = np.sin(pace * (np.arange(4 * seconds) / 4)[:, np.newaxis] + phase)
    bits = np.repeat(WALL[np.newaxis], len(pose), axis=0)
    bits[:, MOVING] ^= (pose @ WEIGHS > 0).astype(np.uint8)
    return np.packbits(bits, axis=1)


def seconds_among_others(
    known: Hashes, begin_s: int, lasts_s: int, *, seed: int, others_s: int = 6
) -> Hashes:
    """Some seconds of a clip between two others before the same wall."""
    part = known[4 * begin_s : 4 * (begin_s + lasts_s)]
    return np.concatenate([before_the_wall(seed, others_s), part, before_the_wall(seed + 1, others_s)])


def parts(file: Hashes, known: Hashes, *, orientation: int = 0) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The spans that lines alone tell, and what is found beside them."""
    asked, recorded = as_file(noisy(file, bits=2), orientation=orientation), as_known(known)
    spans = aligned_spans(asked, recorded, policy=CLIP_3)
    told = tuple(span for span in spans if graded_by(span, CLIP_3) is Grade.RECORDING)
    return told, near_parts(asked, recorded, spans, told=told, policy=CLIP_3)


@pytest.mark.parametrize(("seed", "orientation"), [(75, 0), (140, 0), (415, 6)])
def test_some_seconds_among_other_clips_before_the_same_wall_are_found(seed: int, orientation: int) -> None:
    """Here the line with most moments goes on through the other clips, and is not told."""
    known = before_the_wall(seed, 12)
    told, found = parts(seconds_among_others(known, 5, 4, seed=seed + 1), known, orientation=orientation)
    assert not told
    (part,) = found
    assert part.speed == 1
    assert part.known_from_s - part.file_from_s == pytest.approx(-1, abs=CLIP_3.tolerance_s)
    assert part.file_from_s >= 6
    assert part.file_to_s <= 10
    assert part.covered_bits <= 2


@pytest.mark.parametrize("seed", [2282, 7538, 4065, 4667])
def test_some_seconds_are_found_where_a_line_through_others_is_nearly_as_good(seed: int) -> None:
    """Most of what the first two's line covers is near; of the last two's nothing is for long enough."""
    known = before_the_wall(seed, 14)
    told, found = parts(seconds_among_others(known, 5, 4, seed=seed + 1, others_s=5), known)
    assert not told
    (part,) = found
    assert part.speed == 1
    assert part.known_from_s - part.file_from_s == pytest.approx(0, abs=CLIP_3.tolerance_s)
    assert part.file_from_s >= 5
    assert part.file_to_s <= 9


def test_clips_before_the_same_wall_have_no_part_that_is_surely_of_one_another() -> None:
    for seed in range(0, 60, 5):
        file = seconds_among_others(before_the_wall(seed, 12), 5, 4, seed=seed + 1)
        assert parts(file, before_the_wall(seed + 3, 12))[1] == ()


@pytest.mark.parametrize("seed", [75, 415])
def test_a_view_stays_beside_the_part_that_lies_in_it(seed: int) -> None:
    """Who owns its other seconds is to be told of the same view."""
    known = before_the_wall(seed, 12)
    file, recorded = as_file(noisy(seconds_among_others(known, 5, 4, seed=seed + 1), bits=2)), as_known(known)
    alike = aligned_spans(file, recorded, policy=CLIP_3)
    found = clip_link(file, recorded, file_s=16, known_s=12, policy=CLIP_3)
    assert found is not None
    (part,) = found.recording
    assert found.views == tuple(span for span in alike if graded_by(span, CLIP_3) is Grade.VIEW)
    around = max(found.views, key=lambda view: view.file_to_s - view.file_from_s)
    assert around.file_from_s < part.file_from_s < part.file_to_s < around.file_to_s
    assert around.known_from_s < 1 < part.known_from_s
    assert found.share_of_known == pytest.approx(0.3, abs=0.1)


def test_what_a_line_has_told_is_not_looked_through_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even compared: of a copy all frames with all would be compared twice."""
    known = before_the_wall(75, 12)
    monkeypatch.delattr("cairn.linking.clip.near_parts._near_pairs")
    told, found = parts(known, known)
    assert len(told) == 1
    assert found == ()


def test_what_is_near_throughout_and_not_told_is_not_looked_through_again() -> None:
    """A camera before which nothing moves: all is near, and no cut makes it tell more."""
    still = noisy(np.repeat(before_the_wall(1, 1)[:1], 40, axis=0), bits=2, seed=1)
    told, found = parts(still, still)
    assert told == found == ()


def test_a_part_has_to_be_near_and_to_change_together() -> None:
    """Either is enough for a line; a part was cut so that it is near."""
    known = before_the_wall(75, 12)
    _, (part,) = parts(seconds_among_others(known, 5, 4, seed=76), known)
    assert is_sure(part, CLIP_3)
    barely = replace(part, distance_bits=8, covered_bits=8, elsewhere_bits=46, moments=4)
    for weaker in (
        replace(part, together=CLIP_3.least_together),
        replace(barely, elsewhere_bits=45),
        replace(part, moments=2),
    ):
        assert not is_sure(weaker, CLIP_3)
    assert graded_by(replace(part, together=CLIP_3.least_together), CLIP_3) is Grade.RECORDING


@given(st.lists(st.booleans(), max_size=40))
def test_the_stretch_that_is_near_is_the_one_in_which_near_frames_outnumber_others_most(
    near: list[bool],
) -> None:
    def more(begin: int, end: int) -> int:
        return sum(1 if each else -1 for each in near[begin:end])

    begin, end = most_near(np.array(near, np.bool_))
    every = [more(one, other) for other in range(len(near) + 1) for one in range(other + 1)]
    assert more(begin, end) == max(every)
    assert all(more(begin, at) > 0 and more(at - 1, end) > 0 for at in range(begin + 1, end + 1))
