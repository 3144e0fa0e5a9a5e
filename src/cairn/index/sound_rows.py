"""Pairs of points of a sound as rows of an index: which pairs, and the number that each becomes.

One point says little: every sound has some at every pitch. A pair, by both pitches and the time between
them, is rare enough to look up. What is stored is thrifty: pairs among the strongest points, three for each.
What is asked is generous: all points, eight for each, also as they would be had the sound been played
faster or slower, so that a point which got lost or weaker does not lose its pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.types import SOUND_POINT_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.types import SoundPoints

VALUE_BYTES: Final = 4

_RANK_MASK: Final = 0xF
_RANK_BITS: Final = 4
_STEPS_AN_OCTAVE: Final = 1024

_STORED_RANKS: Final = 8
_STORED_PARTNERS: Final = 3
_ASKED_RANKS: Final = 16
_ASKED_PARTNERS: Final = 8

_SOONEST_MS: Final = 60
_LATEST_MS: Final = 1000
_FARTHEST_STEPS: Final = 1229
"""1.2 octaves: partners farther away in pitch are seldom of the same voice."""

_PITCH_STEPS: Final = _STEPS_AN_OCTAVE / 36
_TIME_MS: Final = 32
_PITCH_BITS: Final = 9
_TIME_BITS: Final = 6
_UNUSED_BITS: Final = 8
_PITCH_OFFSET: Final = 16
"""Keeps the numbers of pitches above 0 when a query is asked as slower than it is."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How a sound may have been changed in speed.

    Attributes:
        factor: Seconds of the known sound that one second of the file holds; 1.03 where it plays faster.
        keeps_pitch: Software kept the pitch; otherwise it rose with the speed.
    """

    factor: float
    keeps_pitch: bool = True


AS_IT_IS: Final = Speed(1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Constellation:
    """The points of a sound as arrays, in the order of time.

    Attributes:
        time_ms: ``(n,) float64``.
        pitch: ``(n,) float64``, in 1/1024 octaves over 250 Hz.
        rank: ``(n,) int64``, 0 for the strongest around.
    """

    time_ms: NDArray[np.float64]
    pitch: NDArray[np.float64]
    rank: NDArray[np.int64]

    def __len__(self) -> int:
        """Answer the number of points."""
        return len(self.time_ms)

    def at(self, speed: Speed) -> Constellation:
        """Answer the points as they would be had the sound not been changed in speed."""
        if speed.factor == 1.0:
            return self
        lower = 0.0 if speed.keeps_pitch else _STEPS_AN_OCTAVE * np.log2(speed.factor)
        return Constellation(self.time_ms * speed.factor, self.pitch - lower, self.rank)

    def between(self, begin_ms: float, end_ms: float) -> Constellation:
        """Answer the points of a span."""
        begin, end = np.searchsorted(self.time_ms, [begin_ms, end_ms])
        return Constellation(self.time_ms[begin:end], self.pitch[begin:end], self.rank[begin:end])

    def select(self, which: NDArray[np.bool_]) -> Constellation:
        """Answer some of the points."""
        return Constellation(self.time_ms[which], self.pitch[which], self.rank[which])


def constellation(sound: SoundPoints) -> Constellation:
    """Answer the stored points of a sound as arrays."""
    raw = np.frombuffer(sound.points, np.uint8).reshape(-1, SOUND_POINT_BYTES)
    time_ms = np.ascontiguousarray(raw[:, :4]).view("<u4")[:, 0].astype(np.float64)
    packed = np.ascontiguousarray(raw[:, 4:]).view("<u2")[:, 0].astype(np.int64)
    return Constellation(time_ms, (packed >> _RANK_BITS).astype(np.float64), packed & _RANK_MASK)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of points as they are looked up.

    Attributes:
        key: ``(n,) uint32``.
        time_ms: ``(n,) float64``, of the earlier point.
    """

    key: NDArray[np.uint32]
    time_ms: NDArray[np.float64]

    def __len__(self) -> int:
        """Answer the number of pairs."""
        return len(self.key)


def stored_pairs(points: Constellation) -> Pairs:
    """Answer the pairs by which a sound is found."""
    return _pairs(points, ranks=_STORED_RANKS, partners=_STORED_PARTNERS)


def asked_pairs(points: Constellation) -> Pairs:
    """Answer the pairs that are looked up for a sound."""
    return _pairs(points, ranks=_ASKED_RANKS, partners=_ASKED_PARTNERS)


def _pairs(points: Constellation, *, ranks: int, partners: int) -> Pairs:
    """Pair each strong point with the next ones that are neither too near nor too far."""
    points = points.select(points.rank < ranks)
    taken = np.zeros(len(points), np.int64)
    keys, times = [np.empty(0, np.uint32)], [np.empty(0, np.float64)]
    for step in range(1, len(points)):
        later_ms = points.time_ms[step:] - points.time_ms[:-step]
        in_time = later_ms <= _LATEST_MS
        if not in_time.any():
            break
        near = np.abs(points.pitch[step:] - points.pitch[:-step]) <= _FARTHEST_STEPS
        chosen = np.flatnonzero(in_time & near & (later_ms >= _SOONEST_MS) & (taken[:-step] < partners))
        taken[chosen] += 1
        keys.append(_keys(points.pitch[chosen], points.pitch[chosen + step], later_ms[chosen]))
        times.append(points.time_ms[chosen])
    return Pairs(np.concatenate(keys), np.concatenate(times))


def _keys(
    one: NDArray[np.float64], other: NDArray[np.float64], later_ms: NDArray[np.float64]
) -> NDArray[np.uint32]:
    """Answer one number for both pitches and the time between them."""
    first, second = (
        (np.floor(pitch / _PITCH_STEPS) + _PITCH_OFFSET).astype(np.uint32) for pitch in (one, other)
    )
    apart = np.floor(later_ms / _TIME_MS).astype(np.uint32)
    pitches = (first << np.uint32(_PITCH_BITS)) | second
    # The number fills the upper bits, by which tables are divided.
    return np.asarray(((pitches << np.uint32(_TIME_BITS)) | apart) << np.uint32(_UNUSED_BITS), np.uint32)
