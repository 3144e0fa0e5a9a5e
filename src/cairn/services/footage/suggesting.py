"""Suggested links of videos: what a check has found between what it registers and what was recorded before.

A video is compared with all that is recorded when it is looked at, so each pair is met when the later of the
two is registered. Links are written for all authorities alike, as in ``services.checking.suggesting``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.linking.clip import ClipLink
from cairn.linking.evidence import kind_of_link, stored, undo
from cairn.linking.footage import FrameNear
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Link
from cairn.records.lock import node_work
from cairn.records.sightings import Sighting
from cairn.types import PDQ_BITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cairn.linking import DuplicatePolicy, Neighbour
    from cairn.linking.clip.spans import Span

Found = ClipLink | FrameNear


@node_work("links are suggested between media of everybody")
def suggest_footage(near: Mapping[int, Sequence[Neighbour]], *, policy: DuplicatePolicy) -> None:
    """Write the links between recorded media that a look at videos has found.

    Called again with the same it writes nothing more, and no judgement is touched. What only shows the same
    view is no link: titles and fixed cameras would link everything.

    Args:
        near: By media of the check, what it is near to.
        policy: Which distance a single frame was sought within; its name stands in their links.
    """
    found = _pairs(near)
    with database_errors_in_words(), transaction.atomic():
        there = _recorded({number for pair in found for number in pair})
        links = [
            Link(
                first_id=first,
                second_id=second,
                kind=kind_of_link(evidence),
                method=evidence.policy if isinstance(evidence, ClipLink) else policy.name,
                score=_score(evidence),
                evidence=stored(evidence),
            )
            for (first, second), evidence in sorted(found.items(), key=lambda row: row[0])
            if {first, second} <= there
        ]
        Link.objects.bulk_create(links, ignore_conflicts=True)


def turned_around(link: ClipLink) -> ClipLink:
    """Answer the same link, told of the known video as the file."""
    return replace(
        link,
        recording=tuple(map(_span_around, link.recording)),
        views=tuple(map(_span_around, link.views)),
        share_of_file=link.share_of_known,
        share_of_known=link.share_of_file,
    )


def _span_around(span: Span) -> Span:
    return replace(
        span,
        file_from_s=span.known_from_s,
        file_to_s=span.known_to_s,
        known_from_s=span.file_from_s,
        known_to_s=span.file_to_s,
        speed=1 / span.speed,
        orientation=undo(span.orientation),
    )


def _pairs(near: Mapping[int, Sequence[Neighbour]]) -> dict[tuple[int, int], Found]:
    """Answer each pair once; the evidence is told of the later one as the file, whichever was asked about."""
    found: dict[tuple[int, int], Found] = {}
    for number, row in near.items():
        for other, evidence in row:
            if isinstance(evidence, ClipLink) and evidence.recording:
                told: Found = evidence if other < number else turned_around(evidence)
            elif isinstance(evidence, FrameNear):
                told = evidence if other < number else _frame_around(evidence)
            else:
                continue
            found.setdefault((min(number, other), max(number, other)), told)
    return found


def _frame_around(evidence: FrameNear) -> FrameNear:
    return replace(evidence, orientation=undo(evidence.orientation), in_file=not evidence.in_file)


def _score(evidence: Found) -> float:
    if isinstance(evidence, ClipLink):
        return max(evidence.share_of_file, evidence.share_of_known)
    return 1 - evidence.distance_bits / PDQ_BITS


def _recorded(numbers: set[int]) -> set[int]:
    return {
        number
        for part in parts(sorted(numbers))
        for number in Sighting.objects.filter(media__in=part).values_list("media", flat=True)
    }
