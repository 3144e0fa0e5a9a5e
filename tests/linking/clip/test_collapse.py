from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import arange, bitwise_count, concatenate, searchsorted

from cairn.linking.clip.collapse import collapsed
from cairn.linking.clip.link import Grade, clip_link
from cairn.linking.clip.policy import CLIP_3
from linking.clip.clip_frames import as_file, as_known, noisy, scenery, standing


@settings(max_examples=20)
@given(st.integers(0, 99), st.integers(0, 40))
def test_every_frame_is_near_the_one_that_holds_for_it(seed: int, run_bits: int) -> None:
    frames = as_known(concatenate([standing(seed, 20), scenery(seed, 4), noisy(standing(seed, 20), bits=5)]))
    kept = collapsed(frames, run_bits=run_bits)
    holds = searchsorted(kept.at, frames.at, side="right") - 1
    differing = bitwise_count(kept.hashes[holds] ^ frames.hashes).sum(axis=1)
    assert (differing <= run_bits).all()
    # And no kept frame could have been left out.
    between = bitwise_count(kept.hashes[1:] ^ kept.hashes[:-1]).sum(axis=1)
    assert (between > run_bits).all()


def test_a_first_frame_of_a_shot_is_always_kept() -> None:
    frames = as_known(standing(1, 20))
    frames.shot[7] = True
    assert collapsed(frames, run_bits=30).at.tolist() == [frames.at[0], frames.at[7]]


def test_a_collapsed_video_is_still_met_at_its_seconds() -> None:
    quarters = concatenate([standing(1, 30), scenery(2, 8), standing(3, 30), scenery(4, 8)])
    known = collapsed(as_known(quarters), run_bits=16)
    assert len(known) == 1 + 8 + 1 + 8
    file = as_file(noisy(quarters, bits=6))
    found = clip_link(file, known, file_s=76, known_s=76, policy=CLIP_3)
    assert found is not None
    assert found.grade is Grade.RECORDING
    assert found.moments == 18
    (span,) = found.recording
    assert abs(span.known_from_s - span.file_from_s) < 0.6


def test_nothing_collapses_to_nothing() -> None:
    frames = as_known(scenery(1, 4)).only(arange(0))
    assert len(collapsed(frames, run_bits=16)) == 0
