"""Which seconds of a file are known from which videos, and which are new.

Several known videos may explain one stretch of a file: copies of one another, a compilation and its source.
Of each stretch the best explanation is the one with the most moments; the others are told beside it. What no
span of the same recording covers is new to the node, and a person must look at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from cairn.linking.clip.link import joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.linking.clip.link import ClipLink
    from cairn.linking.clip.spans import Seconds, Span


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file that is explained by the same known videos from its begin to its end.

    Attributes:
        from_s: In the file.
        to_s: In the file.
        known: Ids of the known videos, the best explanation first; nobody's where the stretch is new.
    """

    from_s: float
    to_s: float
    known: tuple[int, ...]


def parts(links: Mapping[int, ClipLink], *, file_s: float) -> tuple[Part, ...]:
    """Answer the whole of a file, cut where the explanation changes, in the order of time.

    Args:
        links: Of each known video, by its id.
        file_s: How long the file lasts.
    """
    spans = [(media, span) for media, link in links.items() for span in link.recording]
    cuts = sorted({0.0, file_s, *(end for _, span in spans for end in (span.file_from_s, span.file_to_s))})
    cuts = [cut for cut in cuts if 0.0 <= cut <= file_s]
    found: list[Part] = []
    for begin, end in pairwise(cuts):
        known = _explaining(spans, begin, end)
        if found and found[-1].known == known:
            found[-1] = Part(found[-1].from_s, end, known)
        else:
            found.append(Part(begin, end, known))
    return tuple(found)


def new_seconds(links: Mapping[int, ClipLink], *, file_s: float) -> tuple[Seconds, ...]:
    """Answer the stretches of a file that no known video explains, in the order of time."""
    return tuple(joined((part.from_s, part.to_s) for part in parts(links, file_s=file_s) if not part.known))


def _explaining(spans: list[tuple[int, Span]], begin: float, end: float) -> tuple[int, ...]:
    """Answer the videos whose spans hold a stretch, those with most moments first."""
    best: dict[int, int] = {}
    for media, span in spans:
        if span.file_from_s <= begin and end <= span.file_to_s:
            best[media] = max(best.get(media, 0), span.moments)
    return tuple(sorted(best, key=lambda media: (-best[media], media)))
