from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.clip.telling import MOST_COMPARED, telling, thinned


@given(st.integers(1, 12), st.integers(0, 10_000))
def test_moments_that_tell_are_apart_both_ways_and_none_could_be_added(count: int, seed: int) -> None:
    bits = np.random.default_rng(seed).integers(0, 60, (count, count))
    chosen = telling(bits, clear_bits=8, clear_ratio=1.5)

    def apart(one: int, other: int) -> bool:
        own = bits[one, one]
        return bool(bits[one, other] >= max(own + 8, 1.5 * own))

    def exchangeable(one: int, other: int) -> bool:
        return not (apart(one, other) and apart(other, one))

    assert len(chosen)
    assert not any(exchangeable(a, b) for a in chosen for b in chosen if a != b)
    left_out = set(range(count)) - set(chosen.tolist())
    assert all(any(exchangeable(pair, kept) for kept in chosen) for pair in left_out)


def test_a_thousand_frames_of_one_picture_are_one_moment() -> None:
    assert len(telling(np.full((50, 50), 4), clear_bits=8, clear_ratio=1.5)) == 1


def test_of_many_pairs_some_are_chosen_evenly() -> None:
    assert thinned(5).tolist() == [0, 1, 2, 3, 4]
    some = thinned(100_000)
    assert len(some) == MOST_COMPARED
    assert (some[0], some[-1]) == (0, 99_999)
