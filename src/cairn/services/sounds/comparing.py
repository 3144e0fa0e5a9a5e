"""What was listened to is compared with all recorded sounds, through the door.

As for details: candidates are sorted into what the asker may know of and what lies in series that the asker
must not learn of, each side with places of its own, and the hidden side is compared for its owners alone, in
a time that depends on how many files were asked about and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.linking.audio import Heard
from cairn.linking.policy import SOUND_2
from cairn.records.access import visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node
from cairn.records.sounds import Sound
from cairn.services.answering.coverage import SoundCoverage
from cairn.services.checking.even_time import evenly
from cairn.services.features.comparing import HIDDEN, HIDDEN_FILE_S, HIDDEN_S, VISIBLE, Sides
from cairn.services.sounds.indexing import readable_sounds
from cairn.services.sounds.keeping import sounds_of
from cairn.services.sounds.over_common import common_sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from cairn.index.sounds import SoundCandidates, SoundIndex
    from cairn.linking import Neighbour
    from cairn.linking.policy import SoundPolicy
    from cairn.records.users import Actor
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.node.opening import Node
    from cairn.types import SoundPoints


@dataclass(frozen=True, slots=True)
class SameSounds:
    """What was found: for each media its links, also those of which the asker must not learn.

    Attributes:
        near: By media.
        heard: The media that were compared: something is heard in them.
        coverage: What was compared.
    """

    near: Mapping[int, tuple[Neighbour, ...]]
    heard: frozenset[int]
    coverage: SoundCoverage


def compare_sounds(
    node: Node,
    media: Collection[int],
    *,
    asker: Actor,
    recollection: Recollection,
    watch: Callable[[int], object],
    policy: SoundPolicy = SOUND_2,
) -> SameSounds:
    """Answer which recorded media have parts of the sound of these.

    Args:
        node: The open node.
        media: Which; those that were not listened to are counted as such.
        asker: Who asks.
        recollection: What the asker may know.
        watch: Is told how many are compared.
        policy: The thresholds, by name.
    """
    with database_errors_in_words():
        mine = sounds_of(visible_to(asker, Sound), media)
    return compare_heard(
        node, mine, asked=len(media), asker=asker, recollection=recollection, watch=watch, policy=policy
    )


def compare_heard(
    node: Node,
    mine: Mapping[int, SoundPoints],
    *,
    asked: int,
    asker: Actor,
    recollection: Recollection,
    watch: Callable[[int], object] = lambda _: None,
    policy: SoundPolicy = SOUND_2,
) -> SameSounds:
    """Answer which recorded media have parts of these sounds.

    Args:
        node: The open node.
        mine: The sounds, each by its media; 0 stands for a content that is no media.
        asked: How many files were to be listened to.
        asker: Who asks.
        recollection: What the asker may know.
        watch: Is told how many are compared.
        policy: The thresholds, by name.
    """
    with database_errors_in_words():
        heard = {number: sound for number, sound in mine.items() if len(sound)}
        common, names, with_common = common_sounds(policy), set[str](), 0
        for number, sound in heard.items():
            heard[number], met = common.out_of(sound)
            names |= met
            with_common += bool(met)
        near: dict[int, list[Neighbour]] = {}
        is_complete = True
        if heard:
            with readable_sounds(node) as index:
                work = _Work(index, asker, Sides(recollection), policy)
                for done, (number, sound) in enumerate(heard.items(), start=1):
                    near[number] = work.visible(number, sound)
                    watch(done)
                with evenly(HIDDEN_S + HIDDEN_FILE_S * len(heard)):
                    for number, sound in heard.items():
                        near[number] += work.hidden(number, sound)
                is_complete = index.coverage().is_complete
    coverage = SoundCoverage(
        asked=asked,
        heard=len(heard),
        silent=len(mine) - len(heard),
        policy=policy.name,
        unrelated_pairs=policy.unrelated_pairs,
        chance_links=policy.chance_links,
        is_complete=is_complete,
        with_common=with_common,
        common=tuple(sorted(names)),
    )
    found = {number: tuple(row) for number, row in near.items()}
    return SameSounds(found, frozenset(heard), coverage)


class _Work:
    """One run of comparisons: first with what the asker may know of, then with what the asker must not."""

    def __init__(self, index: SoundIndex, asker: Actor, sides: Sides, policy: SoundPolicy) -> None:
        self._index = index
        self._asker = asker
        self._sides = sides
        self._policy = policy
        self._hidden: dict[int, SoundCandidates] = {}

    def visible(self, number: int, sound: SoundPoints) -> list[Neighbour]:
        """Answer the links with what the asker may know, and remember the hidden candidates."""
        found = self._index.grouped(sound, speeds=self._policy.speeds, groups=2, group_of=self._sides)
        self._hidden[number] = found[HIDDEN]
        candidates = found[VISIBLE]
        theirs = sounds_of(visible_to(self._asker, Sound), candidates.places)
        return self._linked(number, sound, candidates, theirs)

    def hidden(self, number: int, sound: SoundPoints) -> list[Neighbour]:
        """Answer the links with what the asker must not learn of; only who holds it does."""
        candidates = self._hidden[number]
        with as_the_node("owners learn who met what is hidden"):
            theirs = sounds_of(Sound.objects.all(), candidates.places)
        return self._linked(number, sound, candidates, theirs)

    def _linked(
        self, number: int, sound: SoundPoints, candidates: SoundCandidates, theirs: Mapping[int, SoundPoints]
    ) -> list[Neighbour]:
        file = Heard(sound, self._policy)
        found: list[tuple[float, Neighbour]] = []
        for other, places in candidates.places.items():
            if other == number or other not in theirs:
                continue
            evidence = file.with_known(theirs[other], places)
            if evidence is not None:
                found.append((-evidence.score, (other, evidence)))
        return [neighbour for _, neighbour in sorted(found, key=lambda each: (each[0], each[1][0]))]
