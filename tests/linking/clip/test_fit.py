from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.linking.clip.fit import Boxes, best_line, most_permitted, passed

whole = st.integers(0, 12)
intervals = st.lists(st.tuples(whole, st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=14)


@given(intervals, st.sampled_from([1.0, np.spacing(1.0)]))
def test_the_number_in_most_intervals_is_exact(found: list[tuple[int, int, int]], unit: float) -> None:
    """Also where intervals miss each other by the least that a number can tell."""
    low = np.array([1 + unit * begin for begin, _, _ in found], np.float64)
    high = low + [unit * length for _, length, _ in found]
    moment = np.array([1000 * whose for _, _, whose in found])
    number, count = most_permitted(low, high, moment)

    def holding(at: float) -> int:
        return len(set(moment[(low <= at) & (at <= high)].tolist()))

    assert holding(number) == count
    assert count == max(holding(end) for end in np.concatenate([low, high]).tolist())


def points(file_s: list[float], known_s: list[float]) -> Boxes:
    ours, theirs = np.array(file_s), np.array(known_s)
    return Boxes(ours, ours, theirs, theirs, np.arange(len(ours)))


@settings(max_examples=20)
@given(
    st.floats(0.52, 1.9),
    st.floats(-20, 60),
    st.floats(1, 4),
    st.integers(0, 40),
    st.integers(0, 1000),
    st.sampled_from([20.0, 150.0, 600.0]),
)
def test_a_line_is_found_among_false_pairs(
    speed: float, offset: float, every_s: float, false: int, seed: int, length_s: float
) -> None:
    rng = np.random.default_rng(seed)
    true = int(length_s / every_s)
    false = min(false, true)  # Of many more, as many as are true may lie on a line by chance.
    ours = np.concatenate([np.linspace(0, length_s, true), rng.uniform(0, length_s, false)])
    theirs = offset + speed * ours + rng.uniform(-0.1, 0.1, len(ours))
    theirs[true:] = rng.uniform(-20, 60 + 2 * length_s, false)
    boxes = points(ours.tolist(), theirs.tolist())
    line = best_line(boxes, tolerance_s=0.4)
    assert line is not None
    agreeing = passed(boxes, line, tolerance_s=0.4)
    assert agreeing[:true].sum() >= true - 1
    assert line.speed == pytest.approx(speed, rel=0.1)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 20)), min_size=2, max_size=12, unique=True))
def test_no_line_through_two_pairs_is_much_better(pairs: list[tuple[int, int]]) -> None:
    ours, theirs = (list(map(float, column)) for column in zip(*pairs, strict=True))
    boxes = points(ours, theirs)
    line = best_line(boxes, tolerance_s=0.4)
    assert line is not None
    assert passed(boxes, line, tolerance_s=0.4).sum() == line.moments
    best = 1
    for one in range(len(pairs)):
        for other in range(len(pairs)):
            run = ours[other] - ours[one]
            speed = (theirs[other] - theirs[one]) / run if run else 0.0
            if 0.5 <= speed <= 2:
                off = np.abs(np.array(theirs) - theirs[one] - speed * (np.array(ours) - ours[one]))
                # The grid of speeds strays by half of the tolerance at most.
                best = max(best, int((off <= 0.19).sum()))
    assert line.moments >= best


def test_a_still_stretch_counts_once_and_does_not_decide() -> None:
    file_from = np.array([0.0, 10.0, 11.0, 12.0])
    boxes = Boxes(
        file_from,
        np.array([9.0, 10.0, 11.0, 12.0]),
        np.array([40.0, 57.0, 58.0, 59.0]),
        np.array([56.0, 57.0, 58.0, 59.0]),
        np.array([0, 1, 2, 3]),
    )
    line = best_line(boxes, tolerance_s=0.4)
    assert line is not None
    assert line.moments == 4
    assert line.known_s(11.0) == pytest.approx(58, abs=0.5)


def test_where_all_speeds_fit_it_is_the_usual_one() -> None:
    line = best_line(points([3.0], [30.0]), tolerance_s=0.4)
    assert line is not None
    assert line.speed == 1


def test_no_pairs_have_no_line() -> None:
    assert best_line(points([], []), tolerance_s=0.4) is None
