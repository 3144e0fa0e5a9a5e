"""What people say around a series: of its media, and of whatever hangs together with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Q

from cairn.linking.chains import chain_along, ways_to
from cairn.linking.judgement import Agreement, Outcome, agreement, carries
from cairn.linking.series import conflict, grouped
from cairn.records.access import visible_to
from cairn.records.batches import parts
from cairn.records.links import Judgement
from cairn.records.lock import under_lock
from cairn.records.series import SeriesMedia
from cairn.services.judgements.said import standing_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from cairn.linking.chains import Pair
    from cairn.linking.judgement import LinkKind
    from cairn.linking.series import Conflict
    from cairn.records.series import Series
    from cairn.records.users import Actor
    from cairn.services.judgements.said import Words


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows for a series.

    Attributes:
        chains: For each media that belongs to it, the shortest chain from this media to one in the series.
        contradictions: Where chains would join two media that must stay apart.
    """

    chains: Mapping[int, tuple[int, ...]]
    contradictions: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What is said around a series, in one kind of link.

    Attributes:
        members: The media of the series.
        words: Of each pair, the standing word of each authority that the asker may see.
    """

    members: frozenset[int]
    words: Mapping[Pair, Words]

    def authorities(self) -> set[int]:
        """Answer everybody who says something here."""
        return {authority for said in self.words.values() for authority in said}

    def follows(self, trusted: Collection[int]) -> Follows:
        """Answer what follows from the words "the same" of these authorities.

        Everybody's "not the same" is respected.
        """
        confirmed = self._confirmed(trusted)
        grouping = grouped(confirmed, self._rejected())
        free = {(first, second) for first, second, _ in confirmed.tolist()} - grouping.held_back
        ways = ways_to(free, self.members)
        return Follows(
            {media: chain_along(ways, media) for media in sorted(ways.keys() - self.members)},
            tuple(
                found for pair in grouping.contradicted if (found := conflict(confirmed, pair)) is not None
            ),
        )

    def _confirmed(self, trusted: Collection[int]) -> NDArray[np.int64]:
        rows = [
            (*pair, sum(said.get(each) is Outcome.CONFIRMED for each in trusted))
            for pair, said in self.words.items()
            if carries(said, trusted=trusted, respected=said.keys())
        ]
        return np.array(rows, np.int64).reshape(-1, 3)

    def _rejected(self) -> NDArray[np.int64]:
        apart = {Agreement.DIFFERENT, Agreement.DISPUTED}
        rows = [pair for pair, said in self.words.items() if agreement(said.values()) in apart]
        return np.array(rows, np.int64).reshape(-1, 2)


@under_lock
def around_series(series: Series, kind: LinkKind, *, actor: Actor) -> Around:
    """Answer what the actor may know of what is said of a series' media, and of all that hangs together."""
    # From a media of which the series has some seconds nothing follows: the others are another's.
    whole = SeriesMedia.objects.filter(series=series, spans_ms__isnull=True)
    members = set(whole.values_list("media", flat=True))
    judgements = visible_to(actor, Judgement).filter(kind=kind)
    words: dict[Pair, Words] = {}
    reached, edge = set(members), sorted(members)
    while edge:
        for some in parts(edge):
            here = standing_words(judgements.filter(Q(first__in=some) | Q(second__in=some)))
            words |= {(first, second): said for (first, second, _), said in here.items()}
        confirmed = (pair for pair, said in words.items() if Outcome.CONFIRMED in said.values())
        edge = sorted({media for pair in confirmed for media in pair} - reached)
        reached |= set(edge)
    return Around(frozenset(members), words)
