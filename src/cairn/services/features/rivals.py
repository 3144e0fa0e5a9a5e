"""Who competes with whom for the few places among the candidates: media that the same people may see.

Links are written for all authorities at once, and each is shown to those who may see both ends. Were all
candidates counted together, what nobody but its owner may see would take the places of what everybody may.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.records.authorities import AuthorityKind
from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.sightings import Sighting
from cairn.records.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

MOST_GROUPS: Final = 32
"""Groups that have places of their own; where there are more, the rest share the last."""

Audience = tuple[bool, frozenset[int]]
"""Whether a series that not everybody sees holds the media, and the authorities whose sight it decides."""

_EVERYBODY: Final[Audience] = (False, frozenset())


class Rivals:
    """Answers the group of media, as ``LocalIndex.grouped`` asks for it; each media is looked up once."""

    def __init__(self) -> None:
        """Know only that the first group is what every police authority may see."""
        self._groups: dict[Audience, int] = {_EVERYBODY: 0}
        self._known: dict[int, int] = {}

    def __call__(self, media: NDArray[np.uint64]) -> NDArray[np.int8]:
        """Answer the group of each of these media: 0 to ``MOST_GROUPS`` - 1."""
        numbers, place = np.unique(media, return_inverse=True)
        self._learn([number for number in numbers.tolist() if number not in self._known])
        groups = np.array([self._known[number] for number in numbers.tolist()], np.int8)
        found: NDArray[np.int8] = groups[place]
        return found

    @node_work("links are suggested between media of everybody")
    def _learn(self, media: Sequence[int]) -> None:
        for part in parts(media):
            veiled = set(Veil.objects.filter(media__in=part).values_list("media", flat=True))
            holders, hotlines, standing = _holders(part)
            for number in part:
                is_veiled = number in veiled or number not in standing
                audience = (is_veiled, frozenset((holders if is_veiled else hotlines)[number]))
                group = self._groups.setdefault(audience, len(self._groups))
                self._known[number] = min(group, MOST_GROUPS - 1)


def _holders(media: Collection[int]) -> tuple[dict[int, set[int]], dict[int, set[int]], set[int]]:
    """Answer who has recorded each of these, which of them are hotlines, and what not all have withdrawn.

    A hotline sees its own media alone, so they need places of their own.
    """
    holders: defaultdict[int, set[int]] = defaultdict(set)
    hotlines: defaultdict[int, set[int]] = defaultdict(set)
    standing: set[int] = set()
    rows = Sighting.objects.filter(media__in=media).values_list(
        "media", "authority", "authority__kind", "withdrawn_at"
    )
    for number, authority, kind, withdrawn_at in rows.distinct():
        holders[number].add(authority)
        if kind == AuthorityKind.HOTLINE:
            hotlines[number].add(authority)
        if withdrawn_at is None:
            standing.add(number)
    return holders, hotlines, standing


@node_work("what every police authority may see is asked of the records")
def open_among(media: Collection[int]) -> set[int]:
    """Answer which of these every police authority may see: recorded, not withdrawn, in no veiled series."""
    found: set[int] = set()
    for part in parts(sorted(media)):
        standing = Sighting.objects.filter(media__in=part, withdrawn_at=None).values_list("media", flat=True)
        found |= set(standing) - set(Veil.objects.filter(media__in=part).values_list("media", flat=True))
    return found


@node_work("who sees a link is asked of the records")
def outsiders_of(media: Collection[int]) -> dict[int, frozenset[int]]:
    """Answer of each of these which authorities that see their own media alone have recorded it."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for part in parts(sorted(media)):
        rows = Sighting.objects.filter(media__in=part).exclude(
            authority__kind__in=(AuthorityKind.UNIT, AuthorityKind.HUB)
        )
        for number, authority in rows.values_list("media", "authority").distinct():
            found[number].add(authority)
    return {number: frozenset(holders) for number, holders in found.items()}
