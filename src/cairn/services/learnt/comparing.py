"""What a learnt model has described is compared with all vectors of the same model, through the door.

Every stored vector is compared, whoever recorded it; then what is near is sorted into what the asker may know
and what lies in series that the asker must not learn of, each side with places of its own. The sorting takes
an even time, so that it does not tell of what is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.learnt import LearntNear
from cairn.records.access import visible_to
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.learnt import LearntVector
from cairn.services.answering.coverage import LearntCoverage
from cairn.services.checking.even_time import evenly
from cairn.services.features.comparing import HIDDEN, HIDDEN_FILE_S, HIDDEN_S, VISIBLE, Sides
from cairn.services.learnt.indexing import readable_vectors
from cairn.services.learnt.keeping import as_vectors, row_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from cairn.fingerprints.learnt.description import Description
    from cairn.fingerprints.learnt.model import OpenedModel
    from cairn.index import ScoredMatches
    from cairn.linking import Neighbour
    from cairn.records.users import Actor
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.node.opening import Node

MOST_LINKS: Final = 20
"""Links that a file has by a model; as many as candidates that are compared point by point."""

BATCH_VECTORS: Final = 32


@dataclass(frozen=True, slots=True)
class Alike:
    """What a model found: for each media its links, also those of which the asker must not learn."""

    near: Mapping[int, tuple[Neighbour, ...]]
    coverage: LearntCoverage


def alike(
    node: Node, media: Collection[int], *, asker: Actor, recollection: Recollection, model: OpenedModel
) -> Alike:
    """Answer which recorded media a model describes like these.

    Args:
        node: The open node.
        media: Which; those without a vector are counted as not described.
        asker: Who asks.
        recollection: What the asker may know.
        model: As it was used for them.
    """
    with database_errors_in_words():
        mine: dict[int, NDArray[np.float32]] = {}
        for part in parts(sorted(media)):
            rows = visible_to(asker, LearntVector).filter(model=model.description.mark, media__in=part)
            mine |= as_vectors(rows)
        found: list[tuple[int, ScoredMatches[np.float32]]] = []
        is_complete = True
        numbers = list(mine)
        if numbers:
            with readable_vectors(node, row_of(model.description, size=len(mine[numbers[0]]))) as index:
                for start in range(0, len(numbers), BATCH_VECTORS):
                    asked = np.stack([mine[number] for number in numbers[start : start + BATCH_VECTORS]])
                    found.append((start, index.search(asked, least=model.description.threshold)))
                is_complete = index.coverage().is_complete
        with evenly(HIDDEN_S + HIDDEN_FILE_S * len(numbers)):
            near = _through_the_door(numbers, found, Sides(recollection), model.description)
    return Alike(near, _coverage(model.description, len(media), len(numbers), is_complete=is_complete))


def _through_the_door(
    numbers: list[int],
    found: list[tuple[int, ScoredMatches[np.float32]]],
    sides: Sides,
    description: Description,
) -> dict[int, tuple[Neighbour, ...]]:
    """Answer the nearest of each side, for each media."""
    near: dict[int, list[Neighbour]] = {number: [] for number in numbers}
    for start, matches in found:
        side = sides(matches.id)
        places: dict[tuple[int, int], int] = {}
        columns = (matches.query, matches.id, matches.score, side)
        for query, other, similarity, where in zip(*(each.tolist() for each in columns), strict=True):
            number = numbers[start + query]
            taken = places.get((query, where), 0)
            if other != number and where in {VISIBLE, HIDDEN} and taken < MOST_LINKS:
                places[query, where] = taken + 1
                near[number].append((other, evidence_of(description, similarity)))
    return {number: tuple(row) for number, row in near.items()}


def evidence_of(description: Description, similarity: float) -> LearntNear:
    """Answer what a link by this model names."""
    return LearntNear(
        policy=description.policy,
        sha256=description.sha256,
        licence=description.licence,
        link=description.link.value,
        similarity=similarity,
        threshold=description.threshold,
        measured=description.measured,
    )


def _coverage(description: Description, asked: int, described: int, *, is_complete: bool) -> LearntCoverage:
    return LearntCoverage(
        asked=asked,
        described=described,
        model=description.policy,
        sha256=description.sha256,
        licence=description.licence,
        source=description.source,
        link=description.link.value,
        threshold=description.threshold,
        measured=description.measured,
        is_complete=is_complete,
    )
