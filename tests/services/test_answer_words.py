from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cairn.errors import Reason
from cairn.services.answer import FileAnswer
from cairn.services.answer_words import (
    MEANINGS,
    amount,
    moment,
    reason_in_words,
    spoken,
    unreadable_in_words,
)
from cairn.types import Verdict
from services.answers import FOLDER, unreadable


def test_every_verdict_has_a_word_and_a_meaning() -> None:
    assert list(MEANINGS) == list(Verdict)
    assert spoken(Verdict.NOT_COMPARABLE) == "not comparable"


def test_every_reason_has_its_own_words() -> None:
    assert len({reason_in_words(reason) for reason in (*Reason, None)}) == len(Reason) + 1


def test_a_number_agrees_with_its_noun() -> None:
    assert amount(1, "file") == "1 file"
    assert amount(0, "file") == "0 files"
    assert amount(48_213, "copy", "copies") == "48,213 copies"


def test_times_are_told_in_utc() -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    assert moment(datetime(2026, 3, 2, 1, 0, tzinfo=there)) == "2026-03-01 19:30:00 UTC"


def test_the_reason_does_not_repeat_the_address_beside_it() -> None:
    assert unreadable_in_words(unreadable("a.jpg", "may not be read.")) == "may not be read."
    other = FileAnswer(FOLDER + "a.jpg", Verdict.NOT_COMPARABLE, unreadable="The disk reports an error.")
    assert unreadable_in_words(other) == "The disk reports an error."
