"""The second half of the second pass: what was looked at is compared point by point with what is recorded.

The access door stands before every cut-off. Candidates are sorted into what the asker may know of and what
lies in series that the asker must not learn of, before any is left out; each side has its own places, so what
is hidden pushes nothing out. The hidden side is compared for its owners alone, in a time that depends on how
many files were asked about and on nothing else.

Whether candidates are looked for at all, or everything is compared, depends on how many pictures the asker
may know, and on no others; the answer states the recall of the search for candidates in both cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.index.local_stages import IVFPQ_VOTES
from cairn.linking.detailed import Compared, DetailPolicies
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.records.access import visible_to
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.features import Features
from cairn.records.lock import as_the_node
from cairn.services.answering.coverage import DetailedCoverage
from cairn.services.checking.even_time import evenly
from cairn.services.features.codebook_size import FEWEST_PICTURES
from cairn.services.features.indexing import readable_features
from cairn.services.features.keeping import current, features_of
from cairn.services.features.over_common import over_common_for
from cairn.services.features.recorded import recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from cairn.index.local import LocalIndex
    from cairn.linking import Neighbour
    from cairn.linking.left_out import LeftOut
    from cairn.linking.over_common import OverCommon
    from cairn.records.users import Actor
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.node.opening import Node
    from cairn.types import LocalFeatures

Points = PointsAgree | PlaceAgrees

VISIBLE, HIDDEN, LEFT_OUT = 0, 1, -1

HIDDEN_S: Final = 0.2
HIDDEN_FILE_S: Final = 0.05
"""The time for comparing with what is hidden: so much, and so much more for each file that is asked about."""

BATCH_FILES: Final = 32

_ASKED_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Details:
    """What the second pass found: for each media its links, also those of which the asker must not learn."""

    near: Mapping[int, tuple[Neighbour, ...]]
    coverage: DetailedCoverage


@dataclass(slots=True)
class Sides:
    """Tells, for an asker, to which side media belong; each media is asked about once."""

    recollection: Recollection
    _known: dict[int, int] = field(default_factory=dict)

    def __call__(self, media: NDArray[np.uint64]) -> NDArray[np.int8]:
        """Answer the side of each of these media."""
        numbers, place = np.unique(media, return_inverse=True)  # a frame's is of no media, and left out
        self._learn([number for number in numbers.tolist() if number not in self._known])
        sides = np.array([self._known[number] for number in numbers.tolist()], np.int8)
        found: NDArray[np.int8] = sides[place]
        return found

    def _learn(self, media: Sequence[int]) -> None:
        for part in parts(media):
            known = self.recollection.known_among(part)
            hidden = self.recollection.hidden_series(part)
            for number in part:
                self._known[number] = VISIBLE if number in known else HIDDEN if number in hidden else LEFT_OUT


def compare_in_detail(
    node: Node,
    media: Collection[int],
    *,
    asker: Actor,
    recollection: Recollection,
    policies: DetailPolicies,
    watch: Callable[[int], object],
) -> Details:
    """Answer what links these media to recorded ones, as altered copies or as views of one place.

    Args:
        node: The open node.
        media: Whose features were looked for.
        asker: Who asks.
        recollection: What the asker may know.
        policies: The thresholds, by name.
        watch: Is told how many files are compared.
    """
    numbers = sorted(media)
    with database_errors_in_words(), readable_features(node) as index:
        common = over_common_for(recollection.known_among)
        work = _Work(index, asker, Sides(recollection), _Rules(policies, common))
        for start in range(0, len(numbers), BATCH_FILES):
            work.visible(numbers[start : start + BATCH_FILES])
            watch(min(start + BATCH_FILES, len(numbers)))
        with evenly(HIDDEN_S + HIDDEN_FILE_S * len(numbers)):
            work.hidden()
        coverage = DetailedCoverage(
            asked=len(numbers),
            compared=work.compared,
            stage=IVFPQ_VOTES.name,
            recall=IVFPQ_VOTES.recall,
            measured=IVFPQ_VOTES.source,
            altered_policy=policies.altered.name,
            scene_policy=policies.scene.name,
            is_complete=index is None or index.coverage().is_complete,
            with_common=len(work.left_out),
            left_out=sum(each.points for left in work.left_out.values() for each in left),
            common=tuple(sorted({each.name for left in work.left_out.values() for each in left})),
        )
    return Details({number: tuple(row) for number, row in work.found.items()}, coverage)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The thresholds, and what is left out of pictures before."""

    policies: DetailPolicies
    common: OverCommon


class _Work:
    """One run of comparisons: first with what the asker may know of, then with what the asker must not."""

    def __init__(self, index: LocalIndex | None, asker: Actor, sides: Sides, rules: _Rules) -> None:
        """Take the index; what the asker knows is all compared where there is none, or where it is little."""
        self.found: dict[int, list[Neighbour]] = {}
        self.compared = 0
        self.left_out: dict[int, tuple[LeftOut, ...]] = {}
        self._index = index
        self._asker = asker
        self._sides = sides
        self._rules = rules
        self._hidden: dict[int, tuple[int, ...]] = {}
        self._all = _all_recorded() if index is None else np.empty(0, np.uint64)
        known = _known_to(asker, sides, most=FEWEST_PICTURES)
        self._few = known if len(known) < FEWEST_PICTURES else None

    def visible(self, media: Sequence[int]) -> None:
        """Compare some media with their visible candidates, and remember the hidden ones."""
        rows = visible_to(self._asker, Features)
        for number, whole in features_of(rows, media).items():
            features, left_out = self._rules.common.out_of(whole)
            if left_out:
                self.left_out[number] = left_out
            if self._few is None:
                seen, self._hidden[number] = self._candidates(number, features)
            else:
                seen = _without(number, self._few)
                self._hidden[number] = ()  # They are looked for where the time tells nothing.
            self._compare(number, features, features_of(rows, seen))
            self.compared += 1

    def hidden(self) -> None:
        """Compare with the hidden candidates; only who holds them learns of it."""
        own = visible_to(self._asker, Features)
        for number, remembered in self._hidden.items():
            for whole in features_of(own, [number]).values():
                features, _ = self._rules.common.out_of(whole)
                unseen = remembered
                if self._few is not None:
                    unseen = self._unseen(number, features)
                with as_the_node("owners learn who met what is hidden"):
                    known = features_of(Features.objects.all(), unseen)
                self._compare(number, features, known)

    def _candidates(self, number: int, features: LocalFeatures) -> tuple[tuple[int, ...], tuple[int, ...]]:
        if self._index is None:
            sides = self._sides(self._all)
            columns = [self._all[sides == side] for side in (VISIBLE, HIDDEN)]
        else:
            found = self._index.grouped(features, stage=IVFPQ_VOTES, groups=2, group_of=self._sides)
            columns = [side.id for side in found]
        return _without(number, columns[VISIBLE]), _without(number, columns[HIDDEN])

    def _unseen(self, number: int, features: LocalFeatures) -> tuple[int, ...]:
        if self._index is None:
            return _without(number, self._all[self._sides(self._all) == HIDDEN])
        (found,) = self._index.grouped(features, stage=IVFPQ_VOTES, groups=1, group_of=self._hidden_alone)
        return _without(number, found.id)

    def _hidden_alone(self, media: NDArray[np.uint64]) -> NDArray[np.int8]:
        return np.where(self._sides(media) == HIDDEN, np.int8(0), np.int8(LEFT_OUT))

    def _compare(self, number: int, features: LocalFeatures, known: Mapping[int, LocalFeatures]) -> None:
        file = Compared(features, self._rules.policies, self.left_out.get(number, ()))
        near: list[tuple[int, Points]] = []
        for other, theirs in known.items():
            evidence = file.with_known(theirs)
            if evidence is not None:
                near.append((other, evidence))
        near.sort(key=_strongest_first)
        self.found.setdefault(number, []).extend(near)


def _strongest_first(neighbour: tuple[int, Points]) -> tuple[int, float, int]:
    """Order by kind, altered copies before places; then by how much agrees."""
    number, evidence = neighbour
    if isinstance(evidence, PointsAgree):
        return 0, -evidence.places, number
    return 1, -evidence.likelihood_ratio, number


def _without(number: int, media: NDArray[np.uint64]) -> tuple[int, ...]:
    return tuple(each for each in media.tolist() if each != number)


def _known_to(asker: Actor, sides: Sides, *, most: int) -> NDArray[np.uint64]:
    """Answer recorded media with features that the asker may know, in order, and no more than ``most``."""
    known = np.empty(0, np.uint64)
    rows = current(visible_to(asker, Features)).order_by("pk").values_list("pk", flat=True)
    last = 0
    while len(known) < most and (batch := list(rows.filter(pk__gt=last)[:_ASKED_AT_ONCE])):
        column = np.array(batch, np.uint64)
        known = np.concatenate([known, column[sides(column) == VISIBLE]])
        last = batch[-1]
    return known[:most]


def _all_recorded() -> NDArray[np.uint64]:
    """Answer every recorded media whose features are kept, whoever recorded it."""
    with as_the_node("the few pictures of a small node are all compared"):
        rows = recorded(current(Features.objects.all())).order_by("pk")
        return np.fromiter(rows.values_list("pk", flat=True), np.uint64)
