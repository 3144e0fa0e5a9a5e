"""Words of several authorities come together in one way, whoever spoke first and however often."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.judgement import (
    Agreement,
    Outcome,
    Word,
    agreement,
    carries,
    forbids_grouping,
    joined,
    standing,
)

if TYPE_CHECKING:
    from random import Random

said = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(Outcome)), max_size=12)
agreements = st.sampled_from(Agreement)
outcomes = st.lists(st.sampled_from(Outcome), max_size=8)
authorities = st.sets(st.integers(1, 4))


def words_of(rows: list[tuple[int, Outcome]]) -> list[Word]:
    order = count()
    return [Word(authority, outcome, next(order)) for authority, outcome in rows]


@given(said, st.randoms())
def test_of_each_authority_the_latest_word_stands_in_whatever_order_words_are_read(
    rows: list[tuple[int, Outcome]], random: Random
) -> None:
    words = words_of(rows)
    expected = dict(rows)
    random.shuffle(words)
    assert standing(words) == expected


@given(said, st.integers(1, 4), st.sampled_from(Outcome))
def test_a_later_word_changes_its_own_authority_s_and_no_other(
    rows: list[tuple[int, Outcome]], authority: int, outcome: Outcome
) -> None:
    assert standing(words_of([*rows, (authority, outcome)])) == {
        **standing(words_of(rows)),
        authority: outcome,
    }


@given(agreements, agreements, agreements)
def test_joining_is_commutative_associative_and_idempotent(a: Agreement, b: Agreement, c: Agreement) -> None:
    assert joined(a, b) is joined(b, a)
    assert joined(joined(a, b), c) is joined(a, joined(b, c))
    assert joined(a, a) is a
    assert joined(a, Agreement.OPEN) is a
    assert joined(a, Agreement.DISPUTED) is Agreement.DISPUTED


@given(outcomes, st.randoms())
def test_agreement_does_not_depend_on_who_speaks_first_or_how_many_say_it(
    said: list[Outcome], random: Random
) -> None:
    shuffled = said * 2
    random.shuffle(shuffled)
    assert agreement(shuffled) is agreement(said)


@given(outcomes)
def test_agreement_is_what_counting_the_sides_says(said: list[Outcome]) -> None:
    sides = Outcome.CONFIRMED in said, Outcome.REJECTED in said
    assert (
        agreement(said)
        is {
            (False, False): Agreement.OPEN,
            (True, False): Agreement.SAME,
            (False, True): Agreement.DIFFERENT,
            (True, True): Agreement.DISPUTED,
        }[sides]
    )


@pytest.mark.parametrize("outcome", [Outcome.UNSURE, Outcome.SUGGESTED])
def test_neither_a_suggestion_nor_being_unsure_takes_a_side(outcome: Outcome) -> None:
    assert agreement([outcome]) is Agreement.OPEN
    assert agreement([outcome, Outcome.CONFIRMED]) is Agreement.SAME


@given(said, authorities, authorities)
def test_whoever_is_respected_can_keep_a_pair_apart_and_nobody_else(
    rows: list[tuple[int, Outcome]], respected: set[int], more: set[int]
) -> None:
    words = standing(words_of(rows))
    rejecting = {authority for authority, outcome in words.items() if outcome is Outcome.REJECTED}
    assert forbids_grouping(words, respected=respected) == bool(rejecting & respected)
    # Whoever respects more never groups more.
    assert forbids_grouping(words, respected=respected) <= forbids_grouping(words, respected=respected | more)


@given(said, authorities, authorities)
def test_a_pair_is_grouped_by_itself_only_by_a_trusted_word_that_no_respected_one_contradicts(
    rows: list[tuple[int, Outcome]], trusted: set[int], respected: set[int]
) -> None:
    words = standing(words_of(rows))
    by = carries(words, trusted=trusted, respected=respected)
    assert by == (
        any(words.get(each) is Outcome.CONFIRMED for each in trusted)
        and not any(words.get(each) is Outcome.REJECTED for each in respected)
    )
    assert not carries(words, trusted=set(), respected=respected)
