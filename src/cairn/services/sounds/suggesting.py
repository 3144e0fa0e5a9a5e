"""Suggested links by sound: recorded media compared by what is heard in them, for people to judge.

As by details in ``services.features.suggesting``: links are written for all authorities alike, what hides has
places of its own, and the operator does it, because its time tells of what is hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import transaction

from cairn.linking.audio import Heard
from cairn.linking.evidence import kind_of_link, stored
from cairn.linking.judgement import LinkKind
from cairn.linking.policy import SOUND_2
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Link
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.records.sounds import Sound
from cairn.services.features.recorded import recorded
from cairn.services.features.rivals import MOST_GROUPS, Rivals
from cairn.services.sounds.indexing import readable_sounds
from cairn.services.sounds.keeping import current, sounds_of
from cairn.services.sounds.over_common import common_sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from cairn.index.sounds import SoundIndex
    from cairn.linking.policy import SoundPolicy
    from cairn.linking.sound_spans import SoundAgrees
    from cairn.services.node.opening import Node
    from cairn.services.sounds.over_common import CommonSounds
    from cairn.types import SoundPoints

BATCH_MEDIA: Final = 16
"""Media a transaction: some seconds of comparing, which a crash would lose."""


@node_work("links are suggested between media of everybody")
def suggest_by_sound(
    node: Node, *, policy: SoundPolicy = SOUND_2, watch: Callable[[int], object] = lambda _: None
) -> int:
    """Write the links of media whose sounds wait to be compared, and answer how many media that were.

    Killed at any point it can be called again. What this policy has suggested before is not written twice,
    and no judgement is touched.

    Args:
        node: The open node.
        policy: The thresholds; its name stands in the links.
        watch: Is told how many media are done.
    """
    done = 0
    with database_errors_in_words(), readable_sounds(node) as index:
        rivals, common = Rivals(), common_sounds(policy)
        for batch in _waiting():
            links = _links(index, batch, policy, rivals, common)
            with transaction.atomic():
                Link.objects.bulk_create(links, ignore_conflicts=True)
                Sound.objects.filter(pk__in=batch).update(is_linked=True)
            done += len(batch)
            watch(done)
    return done


@node_work("links are suggested between media of everybody")
def suggest_by_sound_again() -> None:
    """Let everything whose sound is kept wait for being compared anew."""
    with database_errors_in_words():
        Sound.objects.update(is_linked=False)


def _waiting() -> Iterator[Sequence[int]]:
    """Yield the recorded media that wait and are in the index, in batches by their numbers."""
    rows = recorded(current(Sound.objects.filter(is_indexed=True, is_linked=False)))
    numbers = rows.order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(numbers.filter(pk__gt=last)[:BATCH_MEDIA]):
        yield batch
        last = batch[-1]


def _links(
    index: SoundIndex, batch: Sequence[int], policy: SoundPolicy, rivals: Rivals, common: CommonSounds
) -> list[Link]:
    """Answer the links between these media and their candidates, each pair once, in order."""
    found: dict[tuple[int, int], SoundAgrees] = {}
    for number, whole in sounds_of(Sound.objects.all(), batch).items():
        sound, _ = common.out_of(whole)
        for other, evidence in _near(index, number, sound, policy, rivals):
            found.setdefault((min(number, other), max(number, other)), evidence)
    linked = set(
        Link.objects.filter(
            first__in=[first for first, _ in found], kind=LinkKind.AUDIO, method=policy.name
        ).values_list("first", "second")
    )
    ends = {number for pair in found for number in pair}
    there = set(Media.objects.filter(pk__in=ends).values_list("pk", flat=True))
    return [_link(pair, found[pair]) for pair in sorted(found.keys() - linked) if set(pair) <= there]


def _near(
    index: SoundIndex, number: int, sound: SoundPoints, policy: SoundPolicy, rivals: Rivals
) -> Iterator[tuple[int, SoundAgrees]]:
    """Yield what shares sound with a media; the earlier of the two is the known one, whichever was asked."""

    def group_of(media: NDArray[np.uint64]) -> NDArray[np.int8]:
        return np.where(media == number, np.int8(-1), rivals(media))  # It takes no place itself.

    if not len(sound):
        return
    file = Heard(sound, policy)
    for candidates in index.grouped(sound, speeds=policy.speeds, groups=MOST_GROUPS, group_of=group_of):
        theirs = sounds_of(Sound.objects.all(), candidates.places)
        for other, places in candidates.places.items():
            if other not in theirs:
                continue
            evidence = (
                file.with_known(theirs[other], places)
                if other < number
                else Heard(theirs[other], policy).with_known(sound)
            )
            if evidence is not None:
                yield other, evidence


def _link(pair: tuple[int, int], evidence: SoundAgrees) -> Link:
    return Link(
        first_id=pair[0],
        second_id=pair[1],
        kind=kind_of_link(evidence),
        method=evidence.policy,
        score=max(evidence.shared_of_file, evidence.shared_of_known),
        evidence=stored(evidence),
    )
