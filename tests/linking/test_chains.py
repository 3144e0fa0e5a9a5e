"""What lies on a chain is found without walking all chains, and equals what walking them finds."""

from __future__ import annotations

from hypothesis import given

from cairn.linking.chains import on_chains, shortest_chain
from linking.small_graphs import Pair, apart, links, links_of, pairs, simple_chains


@given(links, apart)
def test_the_links_on_chains_are_those_that_walking_every_chain_meets(
    links: set[Pair], ends: set[Pair]
) -> None:
    walked = {link for pair in ends for chain in simple_chains(links, pair) for link in links_of(chain)}
    assert on_chains(links, ends) == walked


@given(links, pairs)
def test_the_shortest_chain_is_the_first_of_the_shortest(links: set[Pair], ends: Pair) -> None:
    chains = sorted(simple_chains(links, ends), key=lambda chain: (len(chain), chain))
    assert shortest_chain(links, ends) == (chains[0] if chains else None)


def test_a_branch_beside_a_chain_does_not_lie_on_it() -> None:
    chain, branch = {(1, 2), (2, 3)}, {(2, 4), (4, 5)}
    assert on_chains(chain | branch, [(1, 3)]) == chain


def test_a_detour_lies_on_a_chain_too() -> None:
    assert on_chains({(1, 2), (2, 3), (2, 4), (3, 4)}, [(1, 3)]) == {(1, 2), (2, 3), (2, 4), (3, 4)}


def test_a_chain_of_a_hundred_thousand_media_is_walked_without_recursion() -> None:
    long = {(number, number + 1) for number in range(100_000)}
    assert on_chains(long, [(0, 100_000), (5, 50_000)]) == long
    assert len(shortest_chain(long, (0, 100_000)) or ()) == 100_001
