"""Two sounds compared point by point: which spans of the one are spans of the other.

An index, or the pairs of two sounds, propose shifts in time. Under a shift each point of the file either has
a point of the known sound at its time and pitch, or not. How often that happens by chance is read off the
same two sounds under other shifts, so hum, noise and a common beat explain themselves away. Each point then
speaks for or against, and the spans in which they speak for it most clearly are answered.
``docs/method/sound.md`` has the measurements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.index.sound_rows import Constellation, Speed, asked_pairs, constellation, stored_pairs
from cairn.index.sound_votes import SHIFT_MS, count_votes, join_votes
from cairn.linking.sound_spans import SoundAgrees, SoundSpan
from cairn.types import SOUND_POINT_BYTES, SoundPoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.index.sound_votes import Place
    from cairn.linking.policy import SoundPolicy

_NEAR_MS: Final = 24.0
_NEAR_STEPS: Final = 30
"""Of 1/1024 octaves: a third of a semitone."""

_SPEED_STEPS: Final = np.linspace(-0.006, 0.006, 25)
"""Speeds are asked a whole percent apart; in between the points themselves tell."""

_FIT_MS: Final = 16.0
_MOST_DRIFT_MS: Final = 3000.0
_OTHER_SHIFTS_MS: Final = 3000.0
_THE_SHIFT_MS: Final = 120.0
"""Shifts by less are the one that is asked about."""
_ERRORS: Final = 2.5
"""Of the square root of a count, by which it may lie above what is usual."""

_SAME: Final = 0.35
"""Share of points that a sound keeps through a poor codec or noise: half of it or more in most."""
_LEAST_ABOVE: Final = 0.25
_LEAST_CHANCE: Final = 0.02
_MOST_CHANCE: Final = 0.6

_MOST_PLACES: Final = 6
_LEAST_VOTES: Final = 3


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a file's time becomes the known sound's: ``factor * time + shift_ms``."""

    factor: float
    shift_ms: float
    speed: Speed

    def known_ms(self, time_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.factor * time_ms + self.shift_ms


class Heard:
    """A file's sound, ready to be compared with many."""

    def __init__(self, file: SoundPoints, policy: SoundPolicy) -> None:
        """Unpack the file's points once."""
        self._file = file
        self._points = constellation(file)
        self._policy = policy

    def with_known(self, known: SoundPoints, places: Sequence[Place] | None = None) -> SoundAgrees | None:
        """Answer the spans that have one sound, or ``None`` where the policy sees none.

        Args:
            known: Of the recorded media.
            places: Where an index has found that they may agree; without it all shifts are tried.
        """
        theirs = constellation(known)
        if places is None:
            places = self._places(theirs)
        found: list[tuple[SoundSpan, _Fit]] = []
        left = np.ones(len(self._points), np.bool_)
        for place in places:
            fit = _fitted(self._points, theirs, place)
            for span in self._spans(theirs, known.duration_ms, fit, left):
                found.append((span, fit))
                inside = (self._points.time_ms >= span.begin_ms) & (self._points.time_ms <= span.end_ms)
                left &= ~inside
        return self._evidence(found, known) if found else None

    def _places(self, theirs: Constellation) -> Sequence[Place]:
        """Answer at which shifts pairs of points are alike."""
        stored = stored_pairs(theirs)
        order = np.argsort(stored.key, kind="stable")
        keys, times = stored.key[order], stored.time_ms[order]
        found = []
        for number, speed in enumerate(self._policy.speeds):
            asked = asked_pairs(self._points.at(speed))
            begin, end = (np.searchsorted(keys, asked.key, side) for side in ("left", "right"))
            query = np.repeat(np.arange(len(asked)), end - begin)
            before = np.cumsum(end - begin) - (end - begin)
            row = np.arange(len(query)) - np.repeat(before - begin, end - begin)
            media = np.zeros(len(query), np.uint64)
            found.append(
                count_votes(media, asked.time_ms[query], times[row], speed=number, least=_LEAST_VOTES)
            )
        return join_votes(found).places(self._policy.speeds, most=_MOST_PLACES).get(0, ())

    def _spans(
        self, theirs: Constellation, known_ms: int, fit: _Fit, left: NDArray[np.bool_]
    ) -> list[SoundSpan]:
        """Answer the spans that agree under one fit, among the points that no better fit has explained."""
        at_ms = fit.known_ms(self._points.time_ms)
        compared = np.flatnonzero(left & (at_ms >= 0) & (at_ms <= known_ms))
        ours = self._points.at(fit.speed)
        asked = Constellation(at_ms[compared], ours.pitch[compared], ours.rank[compared])
        if not len(asked):
            return []
        agreeing = _agree(asked, theirs)
        chance, beat_ms = _by_chance(asked, theirs, known_ms)
        same = max(_SAME, chance + _LEAST_ABOVE)
        speaks_for, against = float(np.log(same / chance)), float(np.log((1 - same) / (1 - chance)))
        weight = np.where(agreeing, speaks_for, against).astype(np.float64)
        elsewhere = _agree(asked, theirs, shift_ms=beat_ms)
        rival = _rise(np.where(elsewhere, speaks_for, against).astype(np.float64))
        spans = []
        for begin, end, score in _strongest(weight, least=self._policy.least_score + rival):
            here = compared[begin:end]
            times = self._points.time_ms[here]
            ends = fit.known_ms(times[[0, -1]])
            spans.append(
                SoundSpan(
                    begin_ms=int(times[0]),
                    end_ms=int(times[-1]),
                    known_begin_ms=max(0, int(ends[0])),
                    known_end_ms=int(ends[1]),
                    agreeing=int(agreeing[begin:end].sum()),
                    compared=end - begin,
                    score=score - rival,
                )
            )
        return spans

    def _evidence(self, found: list[tuple[SoundSpan, _Fit]], known: SoundPoints) -> SoundAgrees:
        best = max(found, key=lambda each: each[0].score)[1]
        spans = tuple(sorted((span for span, _ in found), key=lambda span: span.begin_ms))
        in_known = sum(span.known_end_ms - span.known_begin_ms for span in spans)
        return SoundAgrees(
            policy=self._policy.name,
            spans=spans,
            speed=best.factor,
            keeps_pitch=best.speed.keeps_pitch,
            shared_of_file=min(1.0, sum(span.length_ms for span in spans) / max(self._file.duration_ms, 1)),
            shared_of_known=min(1.0, in_known / max(known.duration_ms, 1)),
            unrelated_pairs=self._policy.unrelated_pairs,
            chance_links=self._policy.chance_links,
        )


def without_spans(sound: SoundPoints, spans: Sequence[SoundSpan]) -> SoundPoints:
    """Answer a sound without the points of some spans of it."""
    raw = np.frombuffer(sound.points, np.uint8).reshape(-1, SOUND_POINT_BYTES)
    time_ms = constellation(sound).time_ms
    left = np.ones(len(raw), np.bool_)
    for span in spans:
        left &= (time_ms < span.begin_ms) | (time_ms > span.end_ms)
    return SoundPoints(sound.duration_ms, raw[left].tobytes())


def _fitted(points: Constellation, theirs: Constellation, place: Place) -> _Fit:
    """Answer the shift and the speed that most points agree with, near a proposed place."""
    ours = points.at(place.speed)
    pivot = float(np.median(ours.time_ms)) if len(ours) else 0.0
    drift_ms = min(
        _MOST_DRIFT_MS, float(_SPEED_STEPS[-1]) * float(np.ptp(ours.time_ms)) if len(ours) else 0.0
    )
    query, apart = _nearby(ours, theirs, shift_ms=place.shift_ms, within_ms=1.5 * SHIFT_MS + drift_ms)
    best = (0, 0.0, 0.0)
    for step in _SPEED_STEPS[np.argsort(np.abs(_SPEED_STEPS), kind="stable")].tolist():
        left_over = apart - step * (ours.time_ms[query] - pivot)
        cell = np.floor((left_over + 2 * _MOST_DRIFT_MS) / _FIT_MS).astype(np.int64)
        counts = np.bincount(cell, minlength=2)
        paired = counts[1:] + counts[:-1]
        most = int(paired.argmax())
        if paired[most] > best[0]:
            inside = (cell == most) | (cell == most + 1)
            best = (int(paired[most]), step, float(np.median(left_over[inside])))
    _, step, more_ms = best
    factor = place.speed.factor * (1 + step)
    return _Fit(factor, place.shift_ms + more_ms - step * pivot, place.speed)


def _nearby(
    ours: Constellation, theirs: Constellation, *, shift_ms: float, within_ms: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Answer which points have a known one of their pitch near their time, and by how much it comes later."""
    middle = ours.time_ms + shift_ms
    begin, end = (np.searchsorted(theirs.time_ms, middle + side) for side in (-within_ms, within_ms))
    counts = end - begin
    query = np.repeat(np.arange(len(ours)), counts)
    row = np.arange(len(query)) - np.repeat(np.cumsum(counts) - counts - begin, counts)
    alike = np.abs(theirs.pitch[row] - ours.pitch[query]) <= _NEAR_STEPS
    query, row = query[alike], row[alike]
    return query, theirs.time_ms[row] - middle[query]


def _agree(asked: Constellation, theirs: Constellation, *, shift_ms: float = 0.0) -> NDArray[np.bool_]:
    """Answer which points have a known one at their time and pitch."""
    query, _ = _nearby(asked, theirs, shift_ms=shift_ms, within_ms=_NEAR_MS)
    found = np.zeros(len(asked), np.bool_)
    found[query] = True
    return found


def _by_chance(asked: Constellation, theirs: Constellation, known_ms: int) -> tuple[float, float]:
    """Answer the share of points that agree under shifts at which the sounds cannot be one, and such a shift.

    Of music it is the share at the shift by a beat or a bar at which most agree, as far as their number is no
    chance itself: two pieces of one tempo and one key agree there nearly as well as where they agree best.
    """
    _, apart = _nearby(asked, theirs, shift_ms=0.0, within_ms=_OTHER_SHIFTS_MS)
    apart = apart[np.abs(apart) > _THE_SHIFT_MS]
    covered = np.minimum(known_ms, asked.time_ms + _OTHER_SHIFTS_MS) - np.maximum(
        0, asked.time_ms - _OTHER_SHIFTS_MS
    )
    windows = float((covered - 2 * _THE_SHIFT_MS).clip(0).sum()) / (2 * _NEAR_MS)
    usual = len(apart) / max(windows, 1.0)
    cell = np.floor((apart + _OTHER_SHIFTS_MS) / _NEAR_MS).astype(np.int64)
    counts = np.bincount(cell, minlength=2)
    paired = counts[1:] + counts[:-1]
    beat = int(paired.argmax())
    most = float(paired[beat])
    at_a_beat = (most - _ERRORS * np.sqrt(most)) / len(asked)
    chance = float(min(max(usual, at_a_beat, _LEAST_CHANCE), _MOST_CHANCE))
    return chance, (beat + 1) * _NEAR_MS - _OTHER_SHIFTS_MS


def _rise(weight: NDArray[np.float64]) -> float:
    """Answer the most that the weights of a span sum up to."""
    total = np.concatenate([[0.0], np.cumsum(weight)])
    return float((total - np.minimum.accumulate(total)).max())


def _strongest(weight: NDArray[np.float64], *, least: float) -> list[tuple[int, int, float]]:
    """Answer the spans, first and behind the last, whose weights sum up to most, and to enough."""
    open_ones, found = [(0, len(weight))], []
    while open_ones:
        first, behind = open_ones.pop()
        if first == behind:
            continue
        total = np.concatenate([[0.0], np.cumsum(weight[first:behind])])
        rise = total - np.minimum.accumulate(total)
        end = int(rise.argmax())
        if rise[end] < least:
            continue
        begin = int(total[: end + 1].argmin())
        found.append((first + begin, first + end, float(rise[end])))
        open_ones += [(first, first + begin), (first + end, behind)]
    return sorted(found)
