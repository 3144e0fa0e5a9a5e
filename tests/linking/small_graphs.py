"""Small graphs of judgements, and the plain way to say what lies on a chain: by walking all of them."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Pair = tuple[int, int]
MOST_MEDIA = 6

pairs = st.sampled_from(list(combinations(range(1, MOST_MEDIA + 1), 2)))
links = st.sets(pairs, max_size=10)
apart = st.sets(pairs, max_size=4)
strengths = st.dictionaries(pairs, st.integers(1, 3), max_size=10)


def simple_chains(links: Iterable[Pair], ends: Pair) -> Iterator[tuple[int, ...]]:
    """Yield every chain between two media that meets none twice."""
    both = {(a, b) for first, second in links for a, b in ((first, second), (second, first))}

    def onwards(chain: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if chain[-1] == ends[1]:
            yield chain
            return
        for here, there in sorted(both):
            if here == chain[-1] and there not in chain:
                yield from onwards((*chain, there))

    yield from onwards(ends[:1])


def links_of(chain: tuple[int, ...]) -> set[Pair]:
    """Answer the links that a chain walks."""
    return {(min(step), max(step)) for step in pairwise(chain)}
