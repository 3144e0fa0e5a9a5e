from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cairn.errors import Reason
from cairn.linking.judgement import Agreement, Outcome
from cairn.services.answering.answer import FileAnswer
from cairn.services.answering.answer_words import (
    MEANINGS,
    amount,
    left_out_in_words,
    moment,
    reason_in_words,
    said_in_words,
    spoken,
    unreadable_in_words,
)
from cairn.services.answering.matches import Said
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


def test_who_says_what_of_two_media_is_told_of_both_sides() -> None:
    disputed = Said(Outcome.UNSURE, Agreement.DISPUTED, ("NL-UNIT",), ("BR-UNIT", "JP-UNIT"))
    assert said_in_words(disputed) == (
        "the same, says NL-UNIT; not the same, says BR-UNIT; not the same, says JP-UNIT; "
        "your authority is unsure"
    )
    assert said_in_words(Said(None, Agreement.OPEN, (), ())) == ""


def test_what_is_left_out_by_one_s_own_word_is_said() -> None:
    assert left_out_in_words(0, 0) == ""
    assert left_out_in_words(1, 0) == (
        "1 near media left out, because your authority has judged: not the same."
    )
    assert left_out_in_words(3, 1).endswith("Of 1, another authority says: the same.")
