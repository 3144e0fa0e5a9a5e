"""Groups follow from "the same", and "not the same" is respected for ever, in whatever order words come."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.series import Conflict, Grouping, conflict, grouped
from linking.small_graphs import Pair, apart, links_of, pairs, simple_chains, strengths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray


def group(confirmed: dict[Pair, int], rejected: Iterable[Pair] = ()) -> Grouping:
    return grouped(rows_of(confirmed), np.array(list(rejected), np.int64).reshape(-1, 2))


def rows_of(confirmed: dict[Pair, int]) -> NDArray[np.int64]:
    return np.array([(*pair, strength) for pair, strength in confirmed.items()], np.int64).reshape(-1, 3)


def held_back_plainly(confirmed: dict[Pair, int], rejected: set[Pair]) -> set[Pair]:
    """Answer what the rule holds back: strength by strength, by walking every chain between knots."""
    held: set[Pair] = set()
    joined: set[Pair] = set()
    for strength in sorted(set(confirmed.values()), reverse=True):
        knot = knots(joined)
        here = {
            pair: (min(knot(pair[0]), knot(pair[1])), max(knot(pair[0]), knot(pair[1])))
            for pair, of in confirmed.items()
            if of == strength
        }
        between = {ends for ends in here.values() if ends[0] != ends[1]}
        doubtful = {
            link
            for one, other in rejected
            for chain in simple_chains(between, (knot(one), knot(other)))
            for link in links_of(chain)
        }
        held |= {pair for pair, ends in here.items() if ends in doubtful}
        joined |= {pair for pair, ends in here.items() if ends in between - doubtful}
    return held


def knots(joined: set[Pair]) -> Callable[[int], int]:
    parts = components(joined)

    def knot(media: int) -> int:
        return next((part[0] for part in parts if media in part), media)

    return knot


def components(links: Iterable[Pair]) -> tuple[tuple[int, ...], ...]:
    parts = [{first, second} for first, second in links]
    merged: list[set[int]] = []
    for part in parts:
        touching = [each for each in merged if each & part]
        merged = [each for each in merged if not each & part] + [part.union(*touching)]
    return tuple(sorted(tuple(sorted(part)) for part in merged))


@given(strengths, apart)
def test_no_group_ever_holds_a_rejected_pair(confirmed: dict[Pair, int], rejected: set[Pair]) -> None:
    for members in group(confirmed, rejected).groups:
        assert not [pair for pair in rejected if set(pair) <= set(members)]


@given(strengths, apart)
def test_exactly_the_weakest_links_on_chains_between_rejected_media_are_held_back(
    confirmed: dict[Pair, int], rejected: set[Pair]
) -> None:
    found = group(confirmed, rejected)
    assert found.held_back == held_back_plainly(confirmed, rejected)
    assert found.groups == components(confirmed.keys() - found.held_back)


@given(strengths, apart, st.integers(0, 1000))
def test_the_order_in_which_words_are_read_changes_nothing(
    confirmed: dict[Pair, int], rejected: set[Pair], seed: int
) -> None:
    rows = rows_of(confirmed)
    shuffled = np.random.default_rng(seed).permutation(np.concatenate([rows, rows[:, [1, 0, 2]]]))
    turned = [(second, first) for first, second in sorted(rejected, reverse=True)]
    assert grouped(shuffled, np.array(turned, np.int64).reshape(-1, 2)) == group(confirmed, rejected)


@given(strengths)
def test_without_a_rejection_whatever_hangs_together_is_a_group(confirmed: dict[Pair, int]) -> None:
    assert group(confirmed) == Grouping(components(confirmed), frozenset(), ())


@given(strengths, apart, pairs)
def test_among_links_of_one_strength_one_more_rejection_never_joins_anything(
    confirmed: dict[Pair, int], rejected: set[Pair], more: Pair
) -> None:
    alike = dict.fromkeys(confirmed, 1)
    before, after = group(alike, rejected), group(alike, rejected | {more})
    assert before.held_back <= after.held_back
    assert all(any(set(part) <= set(whole) for whole in before.groups) for part in after.groups)


@given(strengths, apart)
def test_a_rejected_pair_is_contradicted_exactly_where_a_chain_joins_it(
    confirmed: dict[Pair, int], rejected: set[Pair]
) -> None:
    found = group(confirmed, rejected)
    chained = {pair for pair in rejected if any(simple_chains(confirmed, pair))}
    assert set(found.contradicted) == chained
    assert bool(found.held_back) == bool(chained)
    for pair in found.contradicted:
        shown = conflict(rows_of(confirmed), pair)
        assert shown is not None
        assert len(shown.chain) == min(map(len, simple_chains(confirmed, pair)))
    assert all(conflict(rows_of(confirmed), pair) is None for pair in rejected - chained)


def test_a_chain_that_contradicts_a_rejection_joins_nothing_and_its_branches_stay() -> None:
    chain, branch = {(1, 2): 1, (2, 3): 1}, {(3, 4): 1, (4, 5): 1}
    found = group(chain | branch, [(1, 3)])
    assert found.groups == ((3, 4, 5),)
    assert found.held_back == chain.keys()
    assert found.contradicted == ((1, 3),)
    assert conflict(rows_of(chain | branch), (1, 3)) == Conflict((1, 3), (1, 2, 3))


def test_what_several_confirm_stands_over_what_one_confirms() -> None:
    found = group({(1, 2): 2, (2, 3): 1}, [(1, 3)])
    assert found.groups == ((1, 2),)
    assert found.held_back == {(2, 3)}


def test_taking_the_wrong_word_back_lets_the_rest_join_again() -> None:
    words = {(1, 2): 1, (2, 3): 1, (3, 4): 1}
    assert group(words, [(1, 4)]).groups == ()
    del words[(2, 3)]
    assert group(words, [(1, 4)]).groups == ((1, 2), (3, 4))


def test_pairs_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="rows of 3"):
        grouped(np.zeros((2, 2), np.int64), np.zeros((0, 2), np.int64))


def test_a_contradiction_in_a_large_graph_is_found_without_looking_at_every_chain() -> None:
    numbers = random.Random(1)  # noqa: S311 - not for security
    confirmed = {(number, numbers.randrange(number)): 1 for number in range(1, 20_000)}
    ordered = {(min(pair), max(pair)): strength for pair, strength in confirmed.items()}
    rejected = [(number, number + 7) for number in range(1, 5_000, 3)]
    found = group(ordered, rejected)
    assert len(found.contradicted) == len(rejected)
    assert 0 < len(found.held_back) < len(ordered)
