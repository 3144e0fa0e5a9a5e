"""Sentences keep their values apart, and are the same again after they were kept."""

from __future__ import annotations

import copy

import pytest

from cairn.sentences import (
    Amount,
    Sentence,
    as_text,
    both,
    listed,
    listed_apart,
    one_after_another,
    sentence_in,
)


@pytest.mark.parametrize("number", [0, 1, 12_000])
def test_an_amount_keeps_both_its_forms_wherever_it_was_kept(number: int) -> None:
    said = Sentence("%(files)s met.", files=Amount("%(n)s file", "%(n)s files", number))
    again = sentence_in(as_text(said))
    assert again == said == f"{number:,} {'file' if number == 1 else 'files'} met."
    assert isinstance(again, Sentence)
    amount = again.values["files"]
    assert isinstance(amount, Amount)
    assert (amount.one, amount.words, amount.number) == ("%(n)s file", "%(n)s files", number)
    assert copy.deepcopy(amount) == amount


def test_parts_are_joined_as_sentences_that_a_catalogue_can_say() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert (listed("abc"), both("abc"), listed_apart("ab")) == ("a, b, c", "a and b and c", "a; b")
    assert one_after_another([Sentence("One."), Sentence(" Two.")]) == "One. Two."
    assert isinstance(both("ab"), Sentence)
