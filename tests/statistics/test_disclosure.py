"""Small counts are withheld, and so is what would let them be computed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cairn.statistics.disclosure import THRESHOLD, withheld, withhold_small
from cairn.statistics.figures import Unit, computed, counted

COUNTS = st.lists(st.integers(0, 40), max_size=12)


@given(COUNTS)
def test_no_small_count_is_ever_told(counts: list[int]) -> None:
    hidden = withheld(counts)
    assert all(counts[place] >= THRESHOLD for place in range(len(counts)) if place not in hidden)


@given(COUNTS)
def test_a_known_sum_does_not_give_a_withheld_count_away(counts: list[int]) -> None:
    hidden = withheld(counts)
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(counts[place] for place in hidden) >= THRESHOLD


@given(COUNTS)
def test_nothing_is_withheld_where_no_count_is_small(counts: list[int]) -> None:
    assert withheld([count + THRESHOLD for count in counts]) == frozenset()


@given(COUNTS)
def test_no_more_is_withheld_than_must_be(counts: list[int]) -> None:
    hidden = withheld(counts)
    small = {place for place, count in enumerate(counts) if count < THRESHOLD}
    for place in hidden - small:
        rest = hidden - {place}
        largest = counts[place] == max(counts[each] for each in hidden - small)
        if largest:
            assert len(rest) < 2 or sum(counts[each] for each in rest) < THRESHOLD


def test_zero_is_withheld_too_since_it_says_that_nothing_is_there() -> None:
    figure = withhold_small(counted("f", "F", Unit.VICTIMS, {"NL": 9, "BR": 0, "KE": 30}))
    assert [(cell.key, cell.value, cell.is_withheld) for cell in figure.cells] == [
        ("BR", None, True),
        ("KE", 30, False),
        ("NL", None, True),
    ]


@given(COUNTS, COUNTS)
def test_what_a_reader_s_own_numbers_leave_of_a_told_count_is_never_small(
    own: list[int], others: list[int]
) -> None:
    mine = dict(zip("abcdefghijkl", own, strict=False))
    theirs = dict(zip("abcdefghijkl", others, strict=False))
    sums = {key: mine.get(key, 0) + theirs.get(key, 0) for key in mine | theirs}
    figure = withhold_small(counted("f", "F", Unit.VICTIMS, sums), counted("f", "F", Unit.VICTIMS, mine))
    for cell in figure.cells:
        assert cell.is_withheld or theirs.get(cell.key, 0) >= THRESHOLD


def test_a_computed_number_is_withheld_where_few_records_are_behind_it() -> None:
    values = {"2025": 12.345, "2026": 3.0}
    figure = withhold_small(computed("f", "F", Unit.DAYS, values, records={"2025": 5, "2026": 4}))
    assert [(cell.value, cell.is_withheld) for cell in figure.cells] == [(12.35, False), (None, True)]
