"""Sound to a constellation: the points of time and pitch that stand out, and are found again after changes.

The loudness of each pitch over time is a picture (a spectrogram). What lasts in it, such as hum, and how
loud the whole is, are taken away, and what rises above everything around it is a point. Codecs that save
bits, noise, a telephone's narrow band and another volume move few of the strongest points, and cutting moves
them all alike. How points are compared is ``cairn.linking.audio``'s matter.

Sound comes in pieces, so a film of hours takes no more memory than one of minutes, and the points do not
depend on where the pieces were cut. ``docs/method/sound.md`` has the measurements.

Source: the idea is that of Wang, "An industrial-strength audio search algorithm", ISMIR 2003.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.types import SoundPoints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    """``(n, 3)``: time in seconds, pitch in steps, strength."""

RATE: Final = 8000
"""Samples a second that everything is brought to: a telephone passes no pitch above 3,400 Hz either."""

LOWEST_HZ: Final = 250
HIGHEST_HZ: Final = 3500
"""About the band of a telephone."""

STEPS_AN_OCTAVE: Final = 1024
"""A pitch is kept in such steps above ``LOWEST_HZ``; the band has 3,898 of them, which fit into 12 bits."""

POINTS_KEPT: Final = 16
"""A point stays if fewer than so many stronger ones lie within ``_BESIDE_S``; its rank fits into 4 bits."""

RANK_BITS: Final = 4

_BESIDE_S: Final = 0.5

_WINDOW: Final = 512
"""64 ms: short enough for the steps of speech, long enough to tell pitches 16 Hz apart."""

_HOP: Final = 128
"""16 ms from one window to the next."""

_QUIET: Final = 1e-5
"""Amplitude below which a pitch is not heard: 100 dB below full scale, where 16-bit sound ends."""

_AROUND: Final = 100
"""A pitch is judged beside its mean over so many windows before and after: 1.6 s."""

_NEIGHBOURS_TIME: Final = 3
_NEIGHBOURS_PITCH: Final = 2
"""A point is the highest within so many windows and pitches each way."""

_LEAST_RISE: Final = 1.0
"""In natural logarithms of the amplitude: 9 dB above what is around."""

_BLOCK: Final = 2048
"""Windows that are looked at together: 33 s, and some 6 MB."""

_MARGIN: Final = _AROUND + _NEIGHBOURS_TIME + 1
"""Windows before and after a block that its points depend on."""

_FIRST_PITCH: Final = LOWEST_HZ * _WINDOW // RATE
_LAST_PITCH: Final = HIGHEST_HZ * _WINDOW // RATE + 1
_HANN: Final = np.hanning(_WINDOW).astype(np.float32) * (4 / _WINDOW)


def sound_points(pieces: Iterable[NDArray[np.float32]]) -> SoundPoints:
    """Answer the points of a sound.

    Args:
        pieces: The sound, ``(n,) float32`` each, mono, ``RATE`` samples a second, full scale ±1.
    """
    listener = _Listener()
    for piece in pieces:
        listener.hear(piece)
    return listener.finish()


class _Listener:
    """Looks through a sound block by block, each with what lies around it."""

    def __init__(self) -> None:
        self._sound = np.empty(0, np.float32)
        self._waiting: list[NDArray[np.float32]] = []
        self._waiting_samples = 0
        self._samples = 0
        self._from = 0
        self._done = 0
        self._found: list[Points] = []

    def hear(self, piece: NDArray[np.float32]) -> None:
        """Take what comes next."""
        self._waiting.append(piece)
        self._waiting_samples += len(piece)
        self._samples += len(piece)
        while self._windows() >= self._done - self._from + _BLOCK + _MARGIN:
            self._look(self._done + _BLOCK)

    def finish(self) -> SoundPoints:
        """Answer the points of all that was heard."""
        windows = self._windows()
        if windows > self._done - self._from:
            self._look(self._from + windows)
        found = np.concatenate(self._found) if self._found else np.empty((0, 3))
        return SoundPoints(round(1000 * self._samples / RATE), _packed(found))

    def _windows(self) -> int:
        held = len(self._sound) + self._waiting_samples
        return (held - _WINDOW) // _HOP + 1 if held >= _WINDOW else 0

    def _look(self, until: int) -> None:
        """Find the points up to a window, and forget what is no longer needed."""
        self._sound = np.concatenate([self._sound, *self._waiting])
        self._waiting, self._waiting_samples = [], 0
        windows = min(until + _MARGIN - self._from, self._windows())
        seen = self._sound[: (windows - 1) * _HOP + _WINDOW]
        found = _peaks(seen, first=self._done - self._from, until=until - self._from)
        found[:, 0] += self._from * _HOP / RATE
        self._found.append(found)
        forgotten = max(until - _MARGIN - self._from, 0)
        self._sound = self._sound[forgotten * _HOP :]
        self._from += forgotten
        self._done = until


def _peaks(sound: NDArray[np.float32], *, first: int, until: int) -> Points:
    """Answer what stands out in the windows ``first`` to ``until`` of a sound; times count from its start."""
    windows = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_HOP]
    amplitude = np.abs(np.fft.rfft(windows * _HANN, axis=1)[:, _FIRST_PITCH - 1 : _LAST_PITCH + 2])
    loudness = np.log(np.maximum(amplitude, _QUIET)).astype(np.float32)
    rise = loudness - _mean_around(loudness)
    highest = _highest_around(rise)
    inner = slice(1, -1)
    stands_out = (rise == highest) & (rise > _LEAST_RISE)
    stands_out[:first] = stands_out[until:] = False
    stands_out[:1] = stands_out[-1:] = False
    stands_out[:, 0] = stands_out[:, -1] = False
    stands_out[inner] &= amplitude[inner] > 2 * _QUIET
    at, pitch = np.nonzero(stands_out)
    later = _vertex(rise[at - 1, pitch], rise[at, pitch], rise[at + 1, pitch])
    higher = _vertex(loudness[at, pitch - 1], loudness[at, pitch], loudness[at, pitch + 1])
    hertz = (pitch + _FIRST_PITCH - 1 + higher) * (RATE / _WINDOW)
    steps = np.log2(np.maximum(hertz, LOWEST_HZ) / LOWEST_HZ) * STEPS_AN_OCTAVE
    return np.column_stack([(at + later) * (_HOP / RATE), steps, rise[at, pitch] + loudness[at, pitch]])


def _mean_around(loudness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer for each window and pitch the mean of the pitch over the windows around."""
    total = np.zeros((len(loudness) + 1, loudness.shape[1]))
    np.cumsum(loudness, axis=0, out=total[1:])
    at = np.arange(len(loudness))
    low, high = np.maximum(at - _AROUND, 0), np.minimum(at + _AROUND + 1, len(loudness))
    return np.asarray((total[high] - total[low]) / (high - low)[:, np.newaxis], np.float32)


def _highest_around(rise: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer for each window and pitch the highest value among its neighbours and itself."""
    highest = rise.copy()
    for step in range(1, _NEIGHBOURS_TIME + 1):
        np.maximum(highest[step:], rise[:-step], out=highest[step:])
        np.maximum(highest[:-step], rise[step:], out=highest[:-step])
    across = highest.copy()
    for step in range(1, _NEIGHBOURS_PITCH + 1):
        np.maximum(highest[:, step:], across[:, :-step], out=highest[:, step:])
        np.maximum(highest[:, :-step], across[:, step:], out=highest[:, :-step])
    return highest


def _vertex(
    before: NDArray[np.float32], middle: NDArray[np.float32], after: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Answer where the parabola through three neighbours is highest, -0.5 to 0.5 from the middle one."""
    bend = 2 * (before - 2 * middle + after)
    place = np.where(bend < 0, (before - after) / np.where(bend < 0, bend, 1), 0)
    return np.clip(place, -0.5, 0.5).astype(np.float32)


def _packed(found: Points) -> bytes:
    """Answer the strongest points as they are stored."""
    found = found[np.argsort(found[:, 0], kind="stable")]
    rank = _ranks(found)
    kept = rank < POINTS_KEPT
    packed = np.empty(int(kept.sum()), [("time", "<u4"), ("pitch", "<u2")])
    packed["time"] = np.rint(1000 * found[kept, 0])
    packed["pitch"] = (np.rint(found[kept, 1]).astype(np.uint16) << RANK_BITS) | rank[kept].astype(np.uint16)
    return packed.tobytes()


def _ranks(found: Points) -> NDArray[np.intp]:
    """Answer how many stronger points lie near each; the points stand in the order of time."""
    stronger = np.zeros(len(found), np.intp)
    for step in range(1, len(found)):
        near = found[step:, 0] - found[:-step, 0] <= _BESIDE_S
        if not near.any():
            break
        later_is = found[step:, 2] > found[:-step, 2]
        stronger[:-step] += near & later_is
        stronger[step:] += near & ~later_is
    return stronger
