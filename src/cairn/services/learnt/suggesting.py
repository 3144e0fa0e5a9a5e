"""Suggested links by a learnt model: recorded pictures compared by their vectors, for people to judge.

As by details in ``services.features.suggesting``: links are written for all authorities alike, what hides has
places of its own, and the operator does it, because its time tells of what is hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import transaction

from cairn.linking.evidence import kind_of_link, stored
from cairn.records.connection import database_errors_in_words
from cairn.records.learnt import LearntModel, LearntVector
from cairn.records.links import Link
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.services.features.recorded import recorded
from cairn.services.features.rivals import Rivals
from cairn.services.learnt.comparing import MOST_LINKS, evidence_of
from cairn.services.learnt.indexing import readable_vectors
from cairn.services.learnt.keeping import as_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cairn.fingerprints.learnt.description import Description
    from cairn.index.cosine import CosineIndex
    from cairn.services.node.opening import Node

BATCH_MEDIA: Final = 64


@node_work("links are suggested between media of everybody")
def suggest_by_model(
    node: Node, description: Description, *, watch: Callable[[int], object] = lambda _: None
) -> int:
    """Write the links of media that a model has described since, and answer how many media that were.

    Killed at any point it can be called again. What hashes, points or this model have linked in the same way
    gains nothing from one more reason, and no judgement is touched.

    Args:
        node: The open node.
        description: Of the model; nothing is described here, so its file is not needed.
        watch: Is told how many media are done.
    """
    done = 0
    with database_errors_in_words():
        model = LearntModel.objects.filter(mark=description.mark).first()
        if model is None:
            return 0
        with readable_vectors(node, model) as index:
            rivals = Rivals()
            for batch in _waiting(model):
                links = _links(index, batch, description, rivals)
                with transaction.atomic():
                    Link.objects.bulk_create(links, ignore_conflicts=True)
                    LearntVector.objects.filter(model=model, media__in=batch).update(is_linked=True)
                done += len(batch)
                watch(done)
    return done


@node_work("links are suggested between media of everybody")
def suggest_by_model_again(description: Description) -> None:
    """Let everything that a model has described wait for being compared anew."""
    with database_errors_in_words():
        LearntVector.objects.filter(model=description.mark).update(is_linked=False)


def _waiting(model: LearntModel) -> Iterator[Sequence[int]]:
    """Yield the recorded media that wait, in batches by their numbers."""
    rows = recorded(LearntVector.objects.filter(model=model, is_indexed=True, is_linked=False))
    numbers = rows.order_by("media").values_list("media", flat=True)
    last = 0
    while batch := list(numbers.filter(media__gt=last)[:BATCH_MEDIA]):
        yield batch
        last = batch[-1]


def _links(index: CosineIndex, batch: Sequence[int], description: Description, rivals: Rivals) -> list[Link]:
    """Answer the links between these media and what is near, each pair once, in order."""
    mine = as_vectors(LearntVector.objects.filter(model=description.mark, media__in=batch))
    numbers = list(mine)
    found = index.search(np.stack(list(mine.values())), least=description.threshold)
    places: dict[tuple[int, int], int] = {}
    near: dict[tuple[int, int], float] = {}
    columns = (found.query, found.id, found.score, rivals(found.id))
    for query, other, similarity, group in zip(*(each.tolist() for each in columns), strict=True):
        number = numbers[query]
        taken = places.get((query, group), 0)
        if other != number and taken < MOST_LINKS:
            places[query, group] = taken + 1
            near[min(number, other), max(number, other)] = similarity
    ends = {number for pair in near for number in pair}
    there = set(Media.objects.filter(pk__in=ends).values_list("pk", flat=True))
    open_pairs = [pair for pair in sorted(near.keys() - _linked(near, description)) if set(pair) <= there]
    return [_link(pair, near[pair], description) for pair in open_pairs]


def _linked(pairs: dict[tuple[int, int], float], description: Description) -> set[tuple[int, int]]:
    """Answer the pairs that a method has linked already, in the way in which this model would."""
    firsts = [first for first, _ in pairs]
    rows = Link.objects.filter(first__in=firsts, kind=description.link.value)
    return set(rows.values_list("first", "second"))


def _link(pair: tuple[int, int], similarity: float, description: Description) -> Link:
    evidence = evidence_of(description, similarity)
    return Link(
        first_id=pair[0],
        second_id=pair[1],
        kind=kind_of_link(evidence),
        method=evidence.policy,
        score=similarity,
        evidence=stored(evidence),
    )
