"""Groups that follow from judgements: joined by "the same", kept apart by "not the same", for ever.

Confirmed pairs join media into groups, by chains. Where a chain would join two media of which somebody said
that they are not the same, at least one word on that chain is wrong, and nobody can tell which. So none of
its weakest links joins anything, until a person decides. In full:

1. Links are taken by their strength, the strongest first; what they join is one knot from then on.
2. Among the links of one strength, those that lie on a chain of such links between two knots that must stay
   apart are *held back*. The others join.

Then no group ever holds a rejected pair: whoever walks from one to the other walks a chain, and every link of
a chain was held back. Nothing depends on the order in which words were said or rows are read, because links
of one strength are taken together and "lies on a chain" is a property of the whole. And no link is held back
without a reason: it lies on a chain between two that must stay apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.index.clusters import connected
from cairn.linking.chains import Pair, on_chains, pair_of, shortest_chain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

CONFIRMED_COLUMNS = 3
REJECTED_COLUMNS = 2


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """Two media that must stay apart, and the shortest chain that would join them.

    Attributes:
        pair: The rejected pair.
        chain: The media of the chain, from the pair's first to its second.
    """

    pair: Pair
    chain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """What follows from some judgements.

    Attributes:
        groups: Media that belong together, at least two, ascending; by their lowest number.
        held_back: Confirmed pairs that join nothing until a person decides.
        contradicted: Rejected pairs that a chain would join.
    """

    groups: tuple[tuple[int, ...], ...]
    held_back: frozenset[Pair]
    contradicted: tuple[Pair, ...]


def grouped(confirmed: Numbers, rejected: Numbers) -> Grouping:
    """Answer the groups that follow from these pairs.

    Args:
        confirmed: ``(n, 3) int64``: two media, and how strongly they are held to be the same; larger is
            stronger. Of a pair that is named twice the stronger counts.
        rejected: ``(m, 2) int64``: two media that must stay apart.

    Returns:
        The groups; in about linear time for each strength.

    Raises:
        ValueError: An array has another shape.
    """
    links, apart = (
        _ordered(confirmed, columns=CONFIRMED_COLUMNS),
        _ordered(rejected, columns=REJECTED_COLUMNS),
    )
    links = _strongest(links)
    media, places = np.unique(links[:, :2], return_inverse=True)
    left, right = places.reshape(-1, 2).T
    label = connected(np.arange(len(media)), left, right)
    contradicted = _joined(apart, media, label)
    if not len(contradicted):
        return Grouping(_groups(media, label), frozenset(), ())
    torn = np.isin(label[left], label[np.searchsorted(media, contradicted[:, 0])])
    pairs = [(first, second) for first, second in contradicted.tolist()]
    held = _held_back(links[torn].tolist(), pairs)
    free = ~torn
    free[torn] = [(first, second) not in held for first, second, _ in links[torn].tolist()]
    label = connected(np.arange(len(media)), left[free], right[free])
    return Grouping(_groups(media, label), frozenset(held), tuple(pairs))


def conflict(confirmed: Numbers, pair: Pair) -> Conflict | None:
    """Answer the shortest chain of confirmed pairs that would join a rejected pair, or ``None``."""
    links = {pair_of(first, second) for first, second, _ in confirmed.tolist() if first != second}
    chain = shortest_chain(links, pair)
    return None if chain is None else Conflict(pair, chain)


def _held_back(links: Sequence[Sequence[int]], rejected: Sequence[Pair]) -> set[Pair]:
    """Answer the pairs that must not join, among links of parts of the graph with a contradiction."""
    knot: dict[int, int] = {}
    held: set[Pair] = set()
    for strength in sorted({link[2] for link in links}, reverse=True):
        between: dict[Pair, list[Pair]] = {}
        for first, second, of in links:
            one, other = _knot(knot, first), _knot(knot, second)
            if of == strength and one != other:
                between.setdefault(pair_of(one, other), []).append((first, second))
        apart = {pair_of(_knot(knot, first), _knot(knot, second)) for first, second in rejected}
        doubtful = on_chains(between, apart)
        held.update(pair for knots in doubtful for pair in between[knots])
        for one, other in between.keys() - doubtful:
            knot[_knot(knot, one)] = _knot(knot, other)
    return held


def _knot(knot: dict[int, int], media: int) -> int:
    """Answer the media that stands for the knot of a media; the way there is shortened."""
    passed = []
    while (above := knot.get(media, media)) != media:
        passed.append(media)
        media = above
    knot.update(dict.fromkeys(passed, media))
    return media


def _ordered(pairs: Numbers, *, columns: int) -> Numbers:
    """Answer pairs of different media, the lower number first."""
    if pairs.ndim != REJECTED_COLUMNS or pairs.shape[1] != columns:
        raise ValueError(f"Pairs are rows of {columns} numbers.")
    ordered = pairs.copy()
    ordered[:, :2].sort(axis=1)
    different: Numbers = ordered[ordered[:, 0] != ordered[:, 1]]
    return different


def _strongest(links: Numbers) -> Numbers:
    """Answer each pair once, with its greatest strength, in the order of the pairs."""
    links = links[np.lexsort((-links[:, 2], links[:, 1], links[:, 0]))]
    first_of_pair = np.ones(len(links), np.bool_)
    first_of_pair[1:] = (links[1:, :2] != links[:-1, :2]).any(axis=1)
    return links[first_of_pair]


def _joined(apart: Numbers, media: Numbers, label: Numbers) -> Numbers:
    """Answer the pairs whose two media carry the same label, each once, in order."""
    if not len(media) or not len(apart):
        return apart[:0]
    known = np.isin(apart, media).all(axis=1)
    pairs = np.unique(apart[known], axis=0)
    one, other = np.searchsorted(media, pairs.T)
    joined: Numbers = pairs[label[one] == label[other]]
    return joined


def _groups(media: Numbers, label: Numbers) -> tuple[tuple[int, ...], ...]:
    order = np.argsort(label, kind="stable")
    ends = np.flatnonzero(np.diff(label[order])) + 1
    parts: Iterable[Numbers] = np.split(media[order], ends)
    return tuple(tuple(part.tolist()) for part in parts if len(part) > 1)
