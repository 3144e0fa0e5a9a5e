"""Which seconds of a file are known from which videos, whose they are, and which are new.

Several known videos may explain one stretch of a file: copies of one another, a compilation and its source.
Of each stretch the best explanation is the one with the most moments; the others are told beside it. What no
span of the same recording covers is new to the node, and a person must look at it.

A series may own only some seconds of a known video. They are mapped into the file, by the offset and the
speed of each span, and the file is cut there too. One border that is mapped by way of two spans gives two
places that differ by a rounding of floats: cuts nearer than a millisecond are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cairn.linking.clip.link import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cairn.linking.clip.link import ClipLink
    from cairn.linking.clip.spans import Seconds, Span


_NOBODY: Mapping[int, Mapping[int, tuple[Seconds, ...] | None]] = MappingProxyType({})

SHORTEST_S: Final = 0.001
"""No part is shorter: a membership keeps its stretches in milliseconds."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file that is explained by the same known videos from its begin to its end.

    Attributes:
        from_s: In the file.
        to_s: In the file.
        known: Ids of the known videos, the best explanation first; nobody's where the stretch is new.
        series: Ids of the series that own these seconds of them, in the same order.
    """

    from_s: float
    to_s: float
    known: tuple[int, ...]
    series: tuple[int, ...] = ()


def parts(
    links: Mapping[int, ClipLink],
    *,
    file_s: float,
    owners: Mapping[int, Mapping[int, tuple[Seconds, ...] | None]] = _NOBODY,
) -> tuple[Part, ...]:
    """Answer the whole of a file, cut where the explanation changes, in the order of time.

    Args:
        links: Of each known video, by its id.
        file_s: How long the file lasts.
        owners: By known video and series the seconds of the video that are the series' own; ``None`` for
            all of them.
    """
    spans = [(media, span) for media, link in links.items() for span in link.recording]
    ends = {end for _, span in spans for end in (span.file_from_s, span.file_to_s)}
    found: list[Part] = []
    for begin, end in pairwise(_apart((*ends, *_borders(spans, owners)), file_s)):
        middle = (begin + end) / 2
        known = _explaining(spans, middle)
        series = tuple(dict.fromkeys(_owning(spans, known, owners, middle)))
        if found and (found[-1].known, found[-1].series) == (known, series):
            found[-1] = Part(found[-1].from_s, end, known, series)
        else:
            found.append(Part(begin, end, known, series))
    return tuple(found)


def new_seconds(links: Mapping[int, ClipLink], *, file_s: float) -> tuple[Seconds, ...]:
    """Answer the stretches of a file that no known video explains, in the order of time."""
    return tuple(joined((part.from_s, part.to_s) for part in parts(links, file_s=file_s) if not part.known))


def _apart(cuts: Iterable[float], file_s: float) -> list[float]:
    """Answer where a file begins, is cut and ends, none within a millisecond of another."""
    kept = [0.0]
    for cut in sorted(cuts):
        if cut - kept[-1] >= SHORTEST_S and file_s - cut >= SHORTEST_S:
            kept.append(cut)
    return kept if file_s == 0.0 else [*kept, file_s]


def _explaining(spans: list[tuple[int, Span]], at_s: float) -> tuple[int, ...]:
    """Answer the videos whose spans hold a moment of the file, those with most moments first."""
    best: dict[int, int] = {}
    for media, span in spans:
        if span.file_from_s <= at_s < span.file_to_s:
            best[media] = max(best.get(media, 0), span.moments)
    return tuple(sorted(best, key=lambda media: (-best[media], media)))


def _borders(
    spans: list[tuple[int, Span]], owners: Mapping[int, Mapping[int, tuple[Seconds, ...] | None]]
) -> Iterator[float]:
    """Yield where in the file a series begins or ceases to own the seconds that a span shows."""
    for media, span in spans:
        for owned in owners.get(media, {}).values():
            for at_s in (end for stretch in owned or () for end in stretch):
                place = span.file_from_s + (at_s - span.known_from_s) / span.speed
                if span.file_from_s < place < span.file_to_s:
                    yield place


def _owning(
    spans: list[tuple[int, Span]],
    known: tuple[int, ...],
    owners: Mapping[int, Mapping[int, tuple[Seconds, ...] | None]],
    middle: float,
) -> Iterator[int]:
    """Yield the series that own what these videos show in a part, by its middle: no border lies within it."""
    for media in known:
        there = [
            span.known_from_s + (middle - span.file_from_s) * span.speed
            for other, span in spans
            if other == media and span.file_from_s <= middle < span.file_to_s
        ]
        for series, owned in owners.get(media, {}).items():
            if owned is None or any(one <= at_s < other for one, other in owned for at_s in there):
                yield series
