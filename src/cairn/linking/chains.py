"""Chains of links: which links lie on a way from one media to another, and which way is the shortest.

A link lies on a chain between two media exactly where it lies on a *simple* path between them, one that
meets no media twice. To find all such links without walking every path, the graph is cut into its *blocks*:
parts that stay whole whichever single media is taken away. Blocks hang together in a tree, at the media that
they share. The chains between two media run through the blocks on the one way through that tree, and in a
block every link lies on a path between any two of its media. So the links of those blocks are the answer, and
each block is looked at once, however many pairs are asked for.

Source: Hopcroft and Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", 1973.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

Pair = tuple[int, int]
"""Two media, the lower number first."""

Neighbours = dict[int, list[int]]


def pair_of(one: int, other: int) -> Pair:
    """Answer the two as a pair."""
    return (one, other) if one < other else (other, one)


def on_chains(links: Collection[Pair], ends: Iterable[Pair]) -> set[Pair]:
    """Answer the links that lie on a chain between the two of any of the pairs ``ends``.

    Args:
        links: Pairs of different media, each once.
        ends: Pairs of different media. Such a pair that does not hang together adds nothing.

    Returns:
        A part of ``links``; found in about linear time.
    """
    forest = _forest_of(neighbours_of(links))
    marked = set(_blocks_between(forest, ends))
    return {link for link in links if forest.block_of(link) in marked}


def shortest_chain(links: Iterable[Pair], ends: Pair) -> tuple[int, ...] | None:
    """Answer the media of the shortest chain, both ends included; ``None`` where there is no chain.

    Among chains of the same length it is the one whose numbers are lowest, from the first end on.
    """
    first, last = ends
    ways = ways_to(links, [last])
    return chain_along(ways, first) if first in ways else None


def ways_to(links: Iterable[Pair], goals: Iterable[int]) -> dict[int, int]:
    """Answer for each media the next one on its shortest way to the nearest goal; a goal's next is itself.

    Of several next ones it is the lowest. Media without a way are absent.
    """
    near = neighbours_of(links)
    edge = sorted(set(goals))
    ways = dict(zip(edge, edge, strict=True))
    while edge:
        further = []
        for media in edge:
            for other in near.get(media, ()):
                if other not in ways:
                    ways[other] = media
                    further.append(other)
        edge = sorted(further)
    return ways


def chain_along(ways: Mapping[int, int], media: int) -> tuple[int, ...]:
    """Answer the chain from a media to its goal, both included, as ``ways_to`` found it."""
    chain = [media]
    while (onward := ways[chain[-1]]) != chain[-1]:
        chain.append(onward)
    return tuple(chain)


def neighbours_of(links: Iterable[Pair]) -> Neighbours:
    """Answer for each media those that it is linked to."""
    near: Neighbours = {}
    for first, second in links:
        near.setdefault(first, []).append(second)
        near.setdefault(second, []).append(first)
    return near


@dataclass(slots=True)
class _Forest:
    """The blocks of a graph, as a walk from a root of each of its parts has met them.

    Attributes:
        root: Of each media, that of its part.
        depth: Of each media, how many blocks lie between it and its root.
        home: Of each media but the roots, the block that leads to its root.
        top: Of each block, its media that is nearest to the root.
    """

    root: dict[int, int] = field(default_factory=dict)
    depth: dict[int, int] = field(default_factory=dict)
    home: dict[int, int] = field(default_factory=dict)
    top: list[int] = field(default_factory=list)

    def block_of(self, link: Pair) -> int:
        """Answer the block of a link: the home of whichever end is not the block's top."""
        first, second = link
        home = self.home.get(first)
        return home if home is not None and self._holds(home, second) else self.home[second]

    def _holds(self, block: int, media: int) -> bool:
        return self.top[block] == media or self.home.get(media) == block


def _forest_of(near: Neighbours) -> _Forest:
    """Answer the blocks, by a depth-first walk without recursion."""
    forest = _Forest()
    for root in near:
        if root not in forest.root:
            found = list(_blocks_from(root, near, forest.root))
            # A block is complete before the ones above it, and depth is counted from above.
            forest.depth[root] = 0
            for top, members in reversed(found):
                for media in members:
                    forest.home[media] = len(forest.top)
                    forest.depth[media] = forest.depth[top] + 1
                forest.top.append(top)
    return forest


def _blocks_from(root: int, near: Neighbours, root_of: dict[int, int]) -> Iterator[tuple[int, list[int]]]:
    """Yield each block of one part as its top and its other media, those above after those below.

    ``low`` is the earliest media that a subtree reaches; where it reaches none above the media it hangs from,
    that media is the top of a block.
    """
    reached = {root: 0}
    low = {root: 0}
    root_of[root] = root
    open_media: list[int] = []
    place: dict[int, int] = {}
    path = [(root, root, iter(near[root]))]
    while path:
        media, above, rest = path[-1]
        other = next(rest, None)
        if other is None:
            path.pop()
            if path:
                low[above] = min(low[above], low[media])
                if low[media] >= reached[above]:
                    yield above, open_media[place[media] :]
                    del open_media[place[media] :]
        elif other not in reached:
            reached[other] = low[other] = len(reached)
            root_of[other] = root
            place[other] = len(open_media)
            open_media.append(other)
            path.append((other, media, iter(near[other])))
        elif other != above:
            low[media] = min(low[media], reached[other])


def _blocks_between(forest: _Forest, ends: Iterable[Pair]) -> set[int]:
    """Answer the blocks on the ways between the two of each pair; a block that is marked is skipped."""
    marked: set[int] = set()
    jump: dict[int, int] = {}

    def summit(media: int) -> int:
        """Answer where the marked blocks above a media end."""
        passed = []
        while forest.home.get(media, -1) in marked:
            passed.append(media)
            media = jump.get(media, forest.top[forest.home[media]])
        jump.update(dict.fromkeys(passed, media))
        return media

    for first, second in ends:
        if first not in forest.root or forest.root[first] != forest.root.get(second):
            continue
        one, other = summit(first), summit(second)
        while one != other:
            if forest.depth[one] < forest.depth[other]:
                one, other = other, one
            marked.add(forest.home[one])
            one, other = summit(one), summit(other)
    return marked
