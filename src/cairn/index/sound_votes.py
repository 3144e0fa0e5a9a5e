"""From pairs alike to places where two sounds may agree: votes for one shift in time.

Two pairs alike say: if these are the same sound, then this second of the one is that second of the other.
Chance spreads such votes over all shifts; the same sound puts them on one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.index.sound_rows import Speed

SHIFT_MS: Final = 100
"""Votes whose shifts differ by less may be of one place; a cell counts with the one behind it."""

_MOMENT_MS: Final = 20
"""Pairs that begin within a moment are one vote: a chord has many pairs alike."""

_SAME_PLACE_MS: Final = 500
"""Also at a speed that is a little wrong, the same place gets votes."""

_SHIFT_BITS: Final = 32
_MIDDLE: Final = 1 << (_SHIFT_BITS - 1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a known sound may agree with the one that was asked about.

    Attributes:
        votes: How many moments of the file say so.
        shift_ms: The known sound's time less the file's, the latter times the speed's factor.
        speed: How the file would have been changed.
        around_ms: The file's time in the middle of the votes.
    """

    votes: int
    shift_ms: float
    speed: Speed
    around_ms: float

    def known_ms(self, time_ms: float) -> float:
        """Answer the known sound's time at a time of the file."""
        return self.speed.factor * time_ms + self.shift_ms


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """For each known sound and shift how many moments vote for it; best first for every sound.

    Attributes:
        media: ``(n,) uint64``.
        votes: ``(n,) int64``.
        shift_ms: ``(n,) float64``.
        speed: ``(n,) int64``, the position among the speeds that were asked.
        asked_ms: ``(n,) float64``, the mean of the votes' times in the file, times the speed's factor.
    """

    media: NDArray[np.uint64]
    votes: NDArray[np.int64]
    shift_ms: NDArray[np.float64]
    speed: NDArray[np.int64]
    asked_ms: NDArray[np.float64]

    def __len__(self) -> int:
        """Answer the number of places."""
        return len(self.media)

    def select(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Votes:
        """Answer some of the places."""
        return Votes(*(column[which] for column in self.columns))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All columns, in the order of the attributes."""
        return self.media, self.votes, self.shift_ms, self.speed, self.asked_ms

    def places(self, speeds: Sequence[Speed], *, most: int) -> dict[int, tuple[Place, ...]]:
        """Answer the best places of every sound, those left out that are one with a better one."""
        found: dict[int, list[Place]] = {}
        rows = zip(*(column.tolist() for column in self.columns), strict=True)
        for media, votes, shift_ms, number, asked_ms in rows:
            places = found.setdefault(media, [])
            speed = speeds[number]
            place = Place(votes, shift_ms, speed, asked_ms / speed.factor)
            if len(places) < most and not any(_is_one(place, other) for other in places):
                places.append(place)
        return {media: tuple(places) for media, places in found.items()}


def _is_one(place: Place, other: Place) -> bool:
    """Answer whether two places say the same of the moment about which the votes of one were cast."""
    apart_ms = place.known_ms(place.around_ms) - other.known_ms(place.around_ms)
    return abs(apart_ms) < _SAME_PLACE_MS


def count_votes(
    media: NDArray[np.uint64],
    asked_ms: NDArray[np.float64],
    known_ms: NDArray[np.float64],
    *,
    speed: int,
    least: int,
) -> Votes:
    """Answer for which shifts enough moments vote.

    Args:
        media: ``(n,)``, whose pair each one alike is.
        asked_ms: ``(n,)``, its time in the file, times the speed's factor.
        known_ms: ``(n,)``, its time in the known sound.
        speed: The position of the speed that was asked.
        least: Votes that make a place.
    """
    owners, owner = np.unique(media, return_inverse=True)
    shift = known_ms - asked_ms
    cell = np.floor(shift / SHIFT_MS).astype(np.int64) + _MIDDLE
    place = (owner.astype(np.int64) << _SHIFT_BITS) | cell
    moment = np.floor(asked_ms / _MOMENT_MS).astype(np.int64)
    order = np.lexsort((moment, place))
    place, moment = place[order], moment[order]
    new = np.ones(len(place), np.bool_)
    new[1:] = (place[1:] != place[:-1]) | (moment[1:] != moment[:-1])
    cells, at, counts = np.unique(place[new], return_inverse=True, return_counts=True)
    times = np.bincount(at, weights=asked_ms[order][new], minlength=len(cells))
    votes = counts.astype(np.int64)
    follows = np.flatnonzero(cells[1:] == cells[:-1] + 1)
    votes[follows] += counts[follows + 1]
    times[:-1][follows] += times[1:][follows].copy()
    kept = np.flatnonzero(votes >= least)
    kept = kept[np.lexsort((-votes[kept], cells[kept] >> _SHIFT_BITS))]
    where = (cells[kept] & ((1 << _SHIFT_BITS) - 1)) - _MIDDLE
    return Votes(
        owners[cells[kept] >> _SHIFT_BITS],
        votes[kept],
        (where + 1.0) * SHIFT_MS,
        np.full(len(kept), speed, np.int64),
        times[kept] / votes[kept],
    )


def join_votes(parts: Sequence[Votes]) -> Votes:
    """Answer the places of several speeds, best first for every sound, and sounds in order."""
    dtypes: tuple[Any, ...] = (np.uint64, np.int64, np.float64, np.int64, np.float64)
    nothing = Votes(*(np.empty(0, dtype) for dtype in dtypes))
    columns = zip(*(part.columns for part in (nothing, *parts)), strict=True)
    joined = Votes(*(np.concatenate(column) for column in columns))
    return joined.select(np.lexsort((joined.speed, -joined.votes, joined.media)))
