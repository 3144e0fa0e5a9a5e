from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cairn.index.merging import FAN_IN, SEAL_ROWS, level, plan_merge


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**8)), max_size=30))
def test_a_plan_is_a_run_of_at_least_four_segments(sizes: list[int | None]) -> None:
    run = plan_merge(sizes)
    if run is not None:
        chosen = sizes[run]
        assert len(chosen) >= FAN_IN
        assert None not in chosen


def test_few_segments_stand_and_each_entry_is_seldom_written_again() -> None:
    sizes: list[int | None] = []
    written = 0
    seals = 2000
    for _ in range(seals):
        sizes.append(SEAL_ROWS)
        while (run := plan_merge(sizes)) is not None:
            merged = sum(size or 0 for size in sizes[run])
            written += merged
            sizes[run] = [merged]
        assert len(sizes) <= (FAN_IN - 1) * 7
    assert sum(size or 0 for size in sizes) == seals * SEAL_ROWS
    assert written < 7 * seals * SEAL_ROWS


def test_a_level_holds_four_times_the_one_below() -> None:
    assert [level(SEAL_ROWS * 4**power) for power in range(5)] == [0, 1, 2, 3, 4]
    assert level(0) == level(SEAL_ROWS * 4 - 1) == 0


def test_a_part_that_must_be_left_alone_is_never_merged_across() -> None:
    assert plan_merge([1, 1, None, 1, 1]) is None
    assert plan_merge([1, 1, 1, 1, None]) == slice(0, 4)
    assert plan_merge([10**8, 10**8, 10**8, 10**8]) is None
