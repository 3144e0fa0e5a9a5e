"""Groups of ids that hang together: each member lies within the radius of another, directly or by a chain.

Chains are the danger of such groups: A resembles B, B resembles C, and in the end A and Z share a group and
nothing else. So every group names its *weak links*: single pairs of hashes without which it would fall into
two parts of at least two ids each. A person should look at those first.

Ids that own the very same hash belong together beyond doubt, so they are joined first and count as one knot.
The rest is a graph of knots: its connected parts are the groups, and a weak link is a *bridge* of the graph
(Tarjan, "A note on finding the bridges of a graph", 1974). Two links between the same two knots support each
other, so neither is a bridge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.index.blocks import HashPairs, blocks_of, entries_of, hash_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cairn.index.blocks import Entries
    from cairn.index.matches import Coverage
    from cairn.index.segment import PdqSegment
    from cairn.index.snapshot import Snapshot

SMALLEST_SIDE = 2
"""A link to a single id is no chain: without it the id would simply stand alone."""


@dataclass(frozen=True, slots=True, order=True)
class WeakLink:
    """The only pair of hashes that holds two parts of a group together.

    Attributes:
        group: The group.
        first_id: An id on one side of the link, the lower one.
        second_id: An id on the other side.
        distance: Differing bits of the two hashes.
        first_side: Ids on the first id's side of the link.
        second_side: Ids on the second id's side.
    """

    group: int
    first_id: int
    second_id: int
    distance: int
    first_side: int
    second_side: int


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """The groups of at least two ids.

    Attributes:
        id: ``(m,) uint64``, in the order of group and id.
        group: ``(m,) int64``, counted from 0 in the order of each group's lowest id.
        weak_links: Where a group hangs by one link, in the order of the groups.
        coverage: What was searched.
    """

    id: NDArray[np.uint64]
    group: NDArray[np.int64]
    weak_links: tuple[WeakLink, ...]
    coverage: Coverage

    def __len__(self) -> int:
        """Answer the number of groups."""
        return int(self.group[-1]) + 1 if len(self.group) else 0


@dataclass(frozen=True, slots=True, eq=False)
class _Knots:
    """The graph: ids joined into knots, and the links between knots.

    Attributes:
        ids: ``(n,) uint64``, sorted.
        knot: ``(n,) int64``, the knot of each id.
        left: ``(m,) int64``, a position in ``ids`` at one end of each link.
        right: ``(m,) int64``, at the other end.
        distance: ``(m,) uint16``.
    """

    ids: NDArray[np.uint64]
    knot: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    distance: NDArray[np.uint16]


def find_clusters(snapshot: Snapshot[PdqSegment], *, radius: int) -> Clusters:
    """Answer the groups of ids that hang together by hashes within ``radius``."""
    blocks = blocks_of(snapshot)
    entries = entries_of(blocks)
    pairs = hash_pairs(blocks, radius=radius)
    counts = entries.counts
    alive = (counts[pairs.first] > 0) & (counts[pairs.second] > 0)
    graph = _knots(entries, HashPairs(pairs.first[alive], pairs.second[alive], pairs.distance[alive]))
    label = connected(graph.knot, graph.left, graph.right)
    members = np.bincount(label, minlength=len(label))[label] >= SMALLEST_SIDE
    order = np.flatnonzero(members)
    order = order[np.lexsort((order, label[order]))]
    lowest, group = np.unique(label[order], return_inverse=True)
    weak = sorted(_weak_links(graph, label, {int(one): place for place, one in enumerate(lowest)}))
    return Clusters(graph.ids[order], group.astype(np.int64), tuple(weak), snapshot.coverage)


def connected(
    label: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Answer for each node the lowest node that it hangs together with.

    Args:
        label: ``(n,) int64``, groups that are known already: each node's lowest fellow.
        left: ``(m,) int64``, one end of each link.
        right: ``(m,) int64``, the other end.
    """
    label = label.copy()
    while True:
        one, other = label[left], label[right]
        apart = one != other
        if not apart.any():
            return label
        left, right, one, other = left[apart], right[apart], one[apart], other[apart]
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(label, jumped := label[label]):
            label = jumped


def _knots(entries: Entries, pairs: HashPairs) -> _Knots:
    """Answer the graph of ids: those that share a hash in one knot, and a link for each pair of hashes."""
    ids, place = np.unique(entries.ids, return_inverse=True)
    hashes = np.arange(len(entries.counts))
    equal = pairs.distance == 0  # the same hash in two parts of the index
    one_hash = connected(hashes, pairs.first[equal], pairs.second[equal])
    owner = np.zeros(len(hashes), np.int64)
    owned = entries.counts > 0
    owner[owned] = place[entries.starts[:-1][owned]]
    owner = owner[one_hash]
    knot = connected(np.arange(len(ids)), place.astype(np.int64), np.repeat(owner, entries.counts))
    first, second = one_hash[pairs.first[~equal]], one_hash[pairs.second[~equal]]
    links = np.stack([np.minimum(first, second), np.maximum(first, second), pairs.distance[~equal]], axis=1)
    low, high, distance = np.unique(links, axis=0).T
    left, right = owner[low], owner[high]
    differ = knot[left] != knot[right]
    return _Knots(ids, knot, left[differ], right[differ], distance[differ].astype(np.uint16))


def _weak_links(
    graph: _Knots,
    label: NDArray[np.int64],
    number: dict[int, int],
) -> Iterator[WeakLink]:
    """Yield the bridges that have at least two ids on either side."""
    weight = np.bincount(graph.knot, minlength=len(graph.ids))
    total = np.bincount(label, minlength=len(label))
    worth = np.flatnonzero(total[label[graph.left]] >= 2 * SMALLEST_SIDE)
    ends = zip(graph.knot[graph.left[worth]].tolist(), graph.knot[graph.right[worth]].tolist(), strict=True)
    for place, upper, below in _bridges(list(ends), weight):
        link = worth[place]
        group = int(label[graph.left[link]])
        beyond = int(total[group]) - below
        if min(below, beyond) >= SMALLEST_SIDE:
            left, right = int(graph.left[link]), int(graph.right[link])
            left_side = beyond if graph.knot[left] == upper else below
            sides = sorted(((left, left_side), (right, below + beyond - left_side)))
            (low, low_side), (high, high_side) = sides
            yield WeakLink(
                number[group],
                int(graph.ids[low]),
                int(graph.ids[high]),
                int(graph.distance[link]),
                low_side,
                high_side,
            )


def _bridges(links: list[tuple[int, int]], weight: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yield each bridge as its place among the links, its end nearer the root, and the weight beyond it.

    A depth-first walk without recursion: ``low`` is the earliest knot that a subtree reaches by a link other
    than the one it was entered by; where that is not above the link, the link is a bridge.
    """
    neighbours: dict[int, list[tuple[int, int]]] = {}
    for place, (one, other) in enumerate(links):
        neighbours.setdefault(one, []).append((other, place))
        neighbours.setdefault(other, []).append((one, place))
    reached: dict[int, int] = {}
    low: dict[int, int] = {}
    below: dict[int, int] = {}
    for root, first_neighbours in neighbours.items():
        if root in reached:
            continue
        reached[root] = low[root] = len(reached)
        below[root] = int(weight[root])
        path = [(root, -1, iter(first_neighbours))]
        while path:
            knot, entered_by, rest = path[-1]
            step = next(rest, None)
            if step is None:
                path.pop()
                if path:
                    upper = path[-1][0]
                    low[upper] = min(low[upper], low[knot])
                    below[upper] += below[knot]
                    if low[knot] > reached[upper]:
                        yield entered_by, upper, below[knot]
                continue
            other, place = step
            if place == entered_by:
                continue
            if other in reached:
                low[knot] = min(low[knot], reached[other])
            else:
                reached[other] = low[other] = len(reached)
                below[other] = int(weight[other])
                path.append((other, place, iter(neighbours[other])))
