from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import Reason
from cairn.services.answering.reckoning import holders_met, looks, reasons
from cairn.types import Verdict
from services.answers import answer_of, empty_answer, hostile_answer, picture, sample_answer

if TYPE_CHECKING:
    from cairn.services.answering.answer import Answer


def _sum_of_looks(answer: Answer) -> int:
    found = looks(answer)
    return found.recorded + found.copies + found.to_look + found.nothing_to_compare


def test_every_file_is_counted_once() -> None:
    for answer in (sample_answer(), hostile_answer(), empty_answer()):
        assert _sum_of_looks(answer) == looks(answer).files == len(answer.files)


def test_the_looks_of_the_sample_are_those_that_can_be_counted_by_hand() -> None:
    found = looks(sample_answer())
    assert (found.recorded, found.copies, found.to_look, found.nothing_to_compare) == (85, 1, 60, 4)
    assert found.avoided == 86


def test_reasons_and_unreadable_files_sum_up_to_what_is_not_comparable() -> None:
    answer = sample_answer()
    found = dict(reasons(answer.files))
    assert found == {Reason.BLANK: 3, Reason.UNDECODABLE: 1, Reason.UNSUPPORTED: 1}
    assert sum(found.values()) + len(answer.unreadable) == answer.counts[Verdict.NOT_COMPARABLE]


def test_a_file_without_a_reason_is_counted_all_the_same() -> None:
    assert reasons([picture("1.jpg", Verdict.NOT_COMPARABLE)]) == ((None, 1),)


def test_a_holder_counts_each_file_once_however_many_matches_it_has() -> None:
    answer = sample_answer()
    doubled = [*answer.files, *answer.files]
    assert [(row.authority, row.files) for row in holders_met(answer.files)] == [
        ("SE-UNIT", 79),
        ("NL-UNIT", 66),
        ("CA-HOTLINE", 17),
    ]
    assert [row.files for row in holders_met(doubled)] == [158, 132, 34]


def test_no_match_no_holder() -> None:
    assert holders_met(answer_of([picture("1.jpg", Verdict.NEW)]).files) == ()
