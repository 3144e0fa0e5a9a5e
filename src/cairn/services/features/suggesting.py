"""Suggested links by details: recorded pictures compared point by point, written down for people to judge.

As for hashes in ``services.checking.suggesting``: a recorded media waits in a table until it was compared, so
a crash is mended by the next one who asks. Links are written for all authorities alike; who may see a link is
decided at the door. It takes long, and its time tells of what is hidden: the operator does it, and no check.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import transaction
from django.db.models import Q

from cairn.index.local_stages import IVFPQ_VOTES
from cairn.linking.detailed import Compared, DetailPolicies
from cairn.linking.evidence import kind_of_link, stored
from cairn.linking.judgement import LinkKind
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.records.connection import database_errors_in_words
from cairn.records.features import Features, PendingFeatures
from cairn.records.links import Link
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.services.features.frames import FIRST_FRAME_ID
from cairn.services.features.indexing import readable_features
from cairn.services.features.keeping import current, features_of
from cairn.services.features.over_common import added_alone, for_police
from cairn.services.features.recorded import recorded
from cairn.services.features.recurring import learn_around
from cairn.services.features.rivals import MOST_GROUPS, Rivals, outsiders_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cairn.index.local import LocalIndex
    from cairn.linking.left_out import LeftOut
    from cairn.services.node.opening import Node
    from cairn.types import LocalFeatures

    Cut = tuple[LocalFeatures, tuple[LeftOut, ...]]
    """A picture without what is over-common, and what that was."""

Points = PointsAgree | PlaceAgrees

BATCH_MEDIA: Final = 16
"""Media a transaction: some seconds of comparing, which a crash would lose."""

ONE_PLACE_IN: Final = 10_000
"""Of how many pairs of pictures one is taken to be of one place, where a likelihood ratio becomes a score."""


@node_work("links are suggested between media of everybody")
def suggest_by_details(
    node: Node,
    *,
    policies: DetailPolicies = DetailPolicies(),  # noqa: B008 - an immutable value
    watch: Callable[[int], object] = lambda _: None,
) -> int:
    """Write the links of media whose details wait to be compared, and answer how many media that were.

    Where the links show that many different pictures carry one frame, its points are put on the list of
    over-common ones, and the pictures are compared once more; they are counted twice then.
    Killed at any point it can be called again. What a policy has suggested before is not written twice, what
    hashes have linked gains nothing from a second reason, and no judgement is touched.

    Args:
        node: The open node.
        policies: The thresholds; their names stand in the links.
        watch: Is told how many media are done.
    """
    done = 0
    with database_errors_in_words(), readable_features(node) as index:
        learnt = True
        while learnt:
            learnt, work = False, _Work(index, policies)
            for batch in _waiting():
                links = work.links(batch)
                with transaction.atomic():
                    Link.objects.bulk_create(links, ignore_conflicts=True)
                    PendingFeatures.objects.filter(pk__in=batch, is_indexed=True).delete()
                    learnt |= bool(learn_around(node, batch, policies))
                done += len(batch)
                watch(done)
    return done


def score_of(evidence: Points) -> float:
    """Answer how strong a link is, 0 to 1.

    Of a copy it is the share of the points looking alike that agree. Of a place it is the probability, where
    one pair in ``ONE_PLACE_IN`` is of one place.
    """
    if isinstance(evidence, PointsAgree):
        return min(evidence.places / max(evidence.alike, 1), 1.0)
    return evidence.likelihood_ratio / (evidence.likelihood_ratio + ONE_PLACE_IN)


def _waiting() -> Iterator[Sequence[int]]:
    """Yield the media that wait and are in the index, in batches by their numbers."""
    rows = PendingFeatures.objects.filter(is_indexed=True).order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH_MEDIA]):
        yield batch
        last = batch[-1]


class _Work:
    """One run of comparisons over what waits."""

    def __init__(self, index: LocalIndex | None, policies: DetailPolicies) -> None:
        """Take the index, or compare with everything where there is none."""
        self._index = index
        self._policies = policies
        self._rivals = Rivals()
        self._for_police, self._for_all = for_police(), added_alone()
        rows = recorded(current(Features.objects.all())).order_by("pk")
        self._all = list(rows.values_list("pk", flat=True)) if index is None else []

    def links(self, batch: Sequence[int]) -> list[Link]:
        """Answer the links between these media and their candidates, each pair once, in order."""
        found: dict[tuple[int, int], Points] = {}
        asked: set[tuple[int, int]] = set()
        for number, whole in features_of(Features.objects.all(), batch).items():
            for cut, group in self._candidates(number, whole):
                open_ones = [other for other in group if _pair(number, other) not in asked]
                others = self._not_linked(number, open_ones)
                asked.update(_pair(number, other) for other in others)
                found |= self._compare(number, cut, features_of(Features.objects.all(), others))
        ends = {number for pair in found for number in pair}
        there = set(Media.objects.filter(pk__in=ends).values_list("pk", flat=True))
        return [_link(pair, found[pair]) for pair in sorted(found) if set(pair) <= there]

    def _candidates(self, number: int, whole: LocalFeatures) -> Iterator[tuple[Cut, Sequence[int]]]:
        """Yield what to compare with, and what is left of this picture for it.

        What is learnt from pictures that only police may see is left out of pairs that only police may see.
        """
        outside = outsiders_of([number]).get(number, frozenset())
        for common, is_ours in ((self._for_police, False), (self._for_all, True)):
            if is_ours and not outside:
                return
            cut = common.out_of(whole)
            for group in self._groups(number, cut[0]):
                theirs = outsiders_of(group) if outside else {}
                shared = {other for other, holders in theirs.items() if holders & outside}
                yield cut, [other for other in group if (other in shared) == is_ours]

    def _groups(self, number: int, mine: LocalFeatures) -> Iterator[Sequence[int]]:
        """Yield what may be like a picture: of each group of rivals its likeliest, or all there is."""
        if self._index is None:
            yield [other for other in self._all if other != number]
            return

        def group_of(media: NDArray[np.uint64]) -> NDArray[np.int8]:
            # It takes no place itself; frames of videos are no pictures.
            others = (media != number) & (media < FIRST_FRAME_ID)
            groups = np.full(len(media), -1, np.int8)
            groups[others] = self._rivals(media[others])
            return groups

        found = self._index.grouped(mine, stage=IVFPQ_VOTES, groups=MOST_GROUPS, group_of=group_of)
        yield from (group.id.tolist() for group in found if len(group))

    def _not_linked(self, number: int, others: Sequence[int]) -> Sequence[int]:
        """Leave out what is linked by hashes, or by these policies already."""
        by_these = Q(method__in=[self._policies.altered.name, self._policies.scene.name])
        by_hash = Q(kind=LinkKind.DUPLICATE, evidence__kind="pdq-near")
        pairs = Q(first=number, second__in=others) | Q(second=number, first__in=others)
        linked = Link.objects.filter(pairs, by_these | by_hash).values_list("first", "second")
        ends = {end for pair in linked for end in pair}
        return [other for other in others if other not in ends]

    def _compare(
        self, number: int, cut: Cut, theirs: Mapping[int, LocalFeatures]
    ) -> dict[tuple[int, int], Points]:
        """Compare, telling of each pair how the earlier one became the later, whichever was asked about."""
        mine, left_out = cut
        asked = Compared(mine, self._policies, left_out)
        of_known = tuple(replace(each, in_known=True) for each in left_out)
        found = {}
        for other, features in theirs.items():
            evidence = (
                asked.with_known(features)
                if other < number
                else Compared(features, self._policies, of_known).with_known(mine)
            )
            if evidence is not None:
                found[_pair(number, other)] = evidence
        return found


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _link(pair: tuple[int, int], evidence: Points) -> Link:
    return Link(
        first_id=pair[0],
        second_id=pair[1],
        kind=kind_of_link(evidence),
        method=evidence.policy,
        score=score_of(evidence),
        evidence=stored(evidence),
    )
