"""What holds for an answer is the strictest of what was met, and nothing that restricts is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cairn.records.exports import HandlingCode, Tlp
from cairn.services.answering.restrictions import Restrictions, restrictions_of
from cairn.types import HANDLING_CODES, TLP_STRICTEST_FIRST
from services.answers import HARBOUR


def _held(*rows: tuple[str, str]) -> Restrictions | None:
    return restrictions_of(replace(HARBOUR, handling_code=code, tlp=tlp) for code, tlp in rows)


@pytest.mark.parametrize("other", Tlp)
def test_red_wins_over_every_other_and_clear_over_none(other: Tlp) -> None:
    for rows in ((("H0", other), ("H0", Tlp.RED)), (("H0", Tlp.RED), ("H0", other))):
        held = _held(*rows)
        assert held is not None
        assert held.tlp == Tlp.RED
    least = _held(("H0", other), ("H0", Tlp.CLEAR))
    assert least is not None
    assert least.tlp == other


def test_every_choice_of_the_records_has_its_place_and_its_words() -> None:
    assert tuple(Tlp) == TLP_STRICTEST_FIRST
    assert dict(HandlingCode.choices) == HANDLING_CODES


def test_one_code_does_not_stand_for_another() -> None:
    held = _held(("H2", Tlp.GREEN), ("H0", Tlp.GREEN), ("H1", Tlp.GREEN), ("H2", Tlp.GREEN))
    assert held is not None
    assert held.codes == ("H1", "H2")


def test_where_nothing_restricts_further_that_is_said() -> None:
    held = _held(("H0", Tlp.GREEN))
    assert held is not None
    assert held.codes == ("H0",)


def test_where_no_series_was_met_nothing_holds() -> None:
    assert _held() is None
