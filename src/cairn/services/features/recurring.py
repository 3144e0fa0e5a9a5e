"""Over-common points are learnt where they do harm: around pictures that link to many different ones.

Only pictures that every police authority may see teach anything. Pictures that hashes link, that people call
the same, or that lie in one series count as one, and the pictures must come from several cases: so neither
the copies of one picture nor one series alone make a rule. Links that were written before a rule was learnt
are written anew, unless somebody has judged them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q

from cairn.linking.judgement import LinkKind, Outcome
from cairn.linking.keypoints import keypoints
from cairn.linking.over_common import LEAST_PICTURES, OverCommon, Pattern, as_array, frame_of
from cairn.records import audit
from cairn.records.features import Features, PendingFeatures
from cairn.records.links import Judgement, Link
from cairn.records.lock import node_work
from cairn.records.over_common import CommonPoints, CommonPointsIn
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.features.keeping import features_of
from cairn.services.features.over_common import LEARNT
from cairn.services.features.rivals import open_among
from cairn.types import LOCAL_METHOD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cairn.linking.detailed import DetailPolicies
    from cairn.services.node.opening import Node

LEAST_CASES: Final = 3
"""Cases from which the pictures come: one offender's camera on a tripod makes a frame of its own, too."""

MOST_COMPARED: Final = 24
"""Different pictures around one that are compared: enough to tell, and some seconds at most."""


@node_work("over-common points are learnt from what every police authority may see")
def learn_around(node: Node, media: Collection[int], policies: DetailPolicies) -> int:
    """Learn what is over-common around these media, and answer how many entries of the list that made.

    Call it in the transaction that writes their links.
    """
    made = 0
    for number, linked in _linked(media, policies).items():
        if len(linked) + 1 < LEAST_PICTURES:
            continue
        groups = _groups({number, *linked})
        different = list(_one_of_each(groups))[:MOST_COMPARED]
        if len(different) < LEAST_PICTURES or _cases_of(different) < LEAST_CASES:
            continue
        made += _learn(node, different, groups, policies)
    return made


def _learn(node: Node, different: Sequence[int], groups: Mapping[int, int], policies: DetailPolicies) -> int:
    """Learn from different pictures, the one that all others are linked to first."""
    known = _ever_known()
    features = features_of(Features.objects.all(), different)
    cut = {number: known.out_of(features[number])[0] for number in different if number in features}
    frame = frame_of([keypoints(each) for each in cut.values()])
    if frame is None:
        return 0
    row = CommonPoints.objects.create(
        name=f"{LEARNT}{CommonPoints.objects.filter(is_learnt=True).count() + 1}",
        reason="learnt from recorded pictures",
        method=LOCAL_METHOD,
        is_learnt=True,
        descriptors=frame.descriptors,
    )
    numbers = list(cut)
    seen = [numbers[at] for at in frame.stands_in]
    CommonPointsIn.objects.bulk_create(
        CommonPointsIn(common=row, media_id=number, group=groups[number]) for number in seen
    )
    _link_anew(seen, policies)
    audit.append(
        audit.AuditTag.COMMON_POINTS_LEARNT,
        actor=node.operator,
        record_ids=[row.pk],
        counts={"pictures": len(seen)},
    )
    return 1


def _ever_known() -> OverCommon:
    """Answer everything that is or was on the list: what was taken off is not learnt again."""
    rows = CommonPoints.objects.filter(method=LOCAL_METHOD)
    return OverCommon([Pattern(row.name, 0, as_array(bytes(row.descriptors))) for row in rows])


def _linked(media: Collection[int], policies: DetailPolicies) -> dict[int, set[int]]:
    """Answer what each of these is linked to as an altered copy, of what every police authority may see."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    rows = Link.objects.filter(Q(first__in=media) | Q(second__in=media), method=policies.altered.name)
    for first, second in rows.values_list("first", "second"):
        found[first].add(second)
        found[second].add(first)
    chosen = {number: found[number] for number in media if len(found[number]) + 1 >= LEAST_PICTURES}
    seen = open_among({each for number, others in chosen.items() for each in (number, *others)})
    return {number: others & seen for number, others in sorted(chosen.items()) if number in seen}


def _groups(media: Collection[int]) -> dict[int, int]:
    """Answer the group of each of these: the least number among its copies and the rest of its series."""
    groups = {number: number for number in media}
    for first, second in (*_same(media), *_of_one_series(media)):
        lower, upper = sorted((groups[first], groups[second]))
        for number, group in groups.items():
            if group == upper:
                groups[number] = lower
    return groups


def _same(media: Collection[int]) -> Iterable[tuple[int, int]]:
    """Yield pairs that hashes link, or that somebody calls the same."""
    both = Q(first__in=media, second__in=media)
    by_hash = Link.objects.filter(both, kind=LinkKind.DUPLICATE, evidence__kind="pdq-near")
    yield from by_hash.values_list("first", "second")
    said = Judgement.objects.filter(both, outcome=Outcome.CONFIRMED, withdrawn_at=None)
    yield from said.values_list("first", "second")


def _of_one_series(media: Collection[int]) -> Iterable[tuple[int, int]]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for series, number in SeriesMedia.objects.filter(media__in=media).values_list("series", "media"):
        members[series].append(number)
    for numbers in members.values():
        yield from ((numbers[0], other) for other in numbers[1:])


def _one_of_each(groups: Mapping[int, int]) -> Iterable[int]:
    met = set()
    for number, group in sorted(groups.items()):
        if group not in met:
            met.add(group)
            yield number


def _cases_of(media: Collection[int]) -> int:
    rows = Sighting.objects.filter(media__in=media, withdrawn_at=None)
    return rows.values("exhibit__case").distinct().count()


def _link_anew(media: Sequence[int], policies: DetailPolicies) -> None:
    """Forget the links by details between these that nobody has judged, and let them be compared again."""
    judged = Judgement.objects.filter(first=OuterRef("first"), second=OuterRef("second"))
    Link.objects.filter(
        ~Exists(judged),
        first__in=media,
        second__in=media,
        method__in=[policies.altered.name, policies.scene.name],
    ).delete()
    PendingFeatures.objects.bulk_create(
        [PendingFeatures(media_id=number, is_indexed=True) for number in media], ignore_conflicts=True
    )
