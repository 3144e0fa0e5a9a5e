"""How a status moves: pure rules, tried on every pair of steps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from cairn.errors import InputError
from cairn.services.status.rules import OFFENDER, SERIES, VICTIM, Ladder, require_day
from cairn.types import SeriesStatus

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize("ladder", [SERIES, VICTIM, OFFENDER])
def test_whoever_comes_up_to_settled_needs_a_second_person_and_nobody_else_does(ladder: Ladder) -> None:
    for before, after in permutations(ladder.steps, 2):
        move = ladder.move(before, after)
        crosses = not ladder.is_settled(before) and ladder.is_settled(after)
        assert move.takes_second is crosses, (before, after)
        assert move.is_down is (ladder.steps.index(after) < ladder.steps.index(before))


def test_settled_means_the_same_on_the_ladder_as_in_a_verdict() -> None:
    assert [SERIES.is_settled(step) for step in SeriesStatus] == [step.is_settled for step in SeriesStatus]


def test_standing_still_is_no_move() -> None:
    with pytest.raises(InputError, match="identified already"):
        SERIES.move("identified", "identified")


@pytest.mark.parametrize(
    ("day", "earlier", "said"),
    [
        (date(2026, 3, 16), None, "not come yet"),
        (date(226, 3, 14), None, "too long ago"),
        (date(2026, 3, 1), date(2026, 3, 2), "comes first was on 2026-03-02"),
    ],
)
def test_a_day_that_cannot_be_is_refused(day: date, earlier: date | None, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        require_day(day, now=NOW, after=(earlier,))
    assert caught.value.code == "status.day"


def test_a_day_has_begun_once_it_has_begun_anywhere() -> None:
    require_day(date(2026, 3, 15), now=NOW)  # 02:00 on the 15th in Kiribati.
    require_day(date(2026, 3, 2), now=NOW, after=(None, date(2026, 3, 2)))
