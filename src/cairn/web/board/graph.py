"""Links as a drawing: media on a circle, what hangs together side by side, and a line for each link."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.linking.judgement import Agreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cairn.services.judgements.link_facts import LinkRow

SIZE = 640
_MIDDLE, _RADIUS, _LABELS = SIZE // 2, SIZE // 2 - 80, SIZE // 2 - 66
MOST_NODES = 60
"""More could not be read: the table beside the drawing holds all of them."""
_SHOWN_DIGITS = 8
_LINES = {
    Agreement.OPEN: "open",
    Agreement.SAME: "same",
    Agreement.DIFFERENT: "different",
    Agreement.DISPUTED: "disputed",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A media: where it lies, where its label begins, and on which side of it the text stands."""

    label: str
    x: int
    y: int
    label_x: int
    label_y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A link: from where to where, what is said of it, and the link itself."""

    x1: int
    y1: int
    x2: int
    y2: int
    kind: str
    link: LinkRow


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


def graph_of(links: Sequence[LinkRow]) -> Graph | None:
    """Answer the drawing, or ``None`` where there is nothing to draw, or too much to read."""
    order = tuple(_in_groups(links))
    if not order or len(order) > MOST_NODES:
        return None
    nodes = {name: _node(name, place, len(order)) for place, name in enumerate(order)}
    return Graph(tuple(nodes.values()), tuple(_line(link, nodes) for link in links))


def _line(link: LinkRow, nodes: Mapping[str, Node]) -> Line:
    one, other = nodes[link.first], nodes[link.second]
    return Line(one.x, one.y, other.x, other.y, _LINES[link.said.agreement], link)


def _node(name: str, place: int, of: int) -> Node:
    angle = 2 * math.pi * place / of - math.pi / 2
    across, down = math.cos(angle), math.sin(angle)
    return Node(
        label=name[:_SHOWN_DIGITS],
        x=round(_MIDDLE + _RADIUS * across),
        y=round(_MIDDLE + _RADIUS * down),
        label_x=round(_MIDDLE + _LABELS * across),
        label_y=round(_MIDDLE + _LABELS * down) + 4,
        anchor="start" if across > 0.1 else "end" if across < -0.1 else "middle",  # noqa: PLR2004 - beside
    )


def _in_groups(links: Iterable[LinkRow]) -> Iterator[str]:
    """Yield every media once, what hangs together one after the other."""
    beside: defaultdict[str, list[str]] = defaultdict(list)
    for link in links:
        beside[link.first].append(link.second)
        beside[link.second].append(link.first)
    told: set[str] = set()
    for start in beside:
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in told:
                told.add(name)
                yield name
                waiting.extend(reversed(beside[name]))
