"""Where the columns, points and lines of a drawing stand."""

from __future__ import annotations

import pytest

from cairn.statistics import Cell
from cairn.web.oversight.chart import HEIGHT, STEP, WITHHELD_HEIGHT, Chart, chart

CELLS = {
    "2024": Cell("2024", 50.0),
    "2025": Cell("2025", None, is_withheld=True),
    "2026": Cell("2026", 100.0),
    "2027": Cell("2027", 0.0),
}
YEARS = ("2023", "2024", "2025", "2026", "2027")


@pytest.fixture
def drawn() -> Chart:
    return chart(CELLS, YEARS, most=100, target=None)


def test_columns_are_as_high_as_their_numbers_and_stand_on_the_base(drawn: Chart) -> None:
    assert [mark.height for mark in drawn.marks] == [0, HEIGHT // 2, WITHHELD_HEIGHT, HEIGHT, 0]
    assert {mark.top + mark.height for mark in drawn.marks} == {drawn.base}
    assert drawn.width == STEP * len(YEARS)


def test_a_withheld_number_looks_alike_whatever_it_is(drawn: Chart) -> None:
    assert [mark.is_withheld for mark in drawn.marks] == [False, False, True, False, False]
    assert drawn.marks[2].value is None


def test_a_line_breaks_where_a_number_is_missing(drawn: Chart) -> None:
    first, second = drawn.lines
    assert first == f"{drawn.marks[1].centre},{drawn.marks[1].top}"
    assert len(second.split(" ")) == 2


def test_a_target_above_all_numbers_is_within_the_drawing() -> None:
    drawn = chart({"2026": Cell("2026", 5.0)}, ("2026",), most=5, target=10.0)
    assert drawn.target == drawn.base - HEIGHT
    assert drawn.marks[0].height == HEIGHT // 2


def test_nothing_but_zeroes_can_be_drawn() -> None:
    assert chart({"2026": Cell("2026", 0.0)}, ("2026",), most=0, target=None).marks[0].height == 0
