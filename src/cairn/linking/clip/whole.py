"""Whether the whole of a file is the whole of a known video, second by second.

A line that is looked for among many offsets and speeds finds some agreement anywhere, so much is asked of it.
Where one is the whole of the other there is one line to ask about, from begin to end, and chance has one try:
far less is enough. That decides what is short or hardly moves, once the whole of it was copied. Where they
last as long, less still is asked for than where the file would have to play faster or slower.

The frames are aligned by their time alone, and asked whether their bits change together (``weighing``): over
all of the time, and over each half of it, so that a title which both begin with does not decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip.fit import FASTEST, SLOWEST
from cairn.linking.clip.frames_alike import sides
from cairn.linking.clip.spans import Span
from cairn.linking.clip.telling import telling, thinned
from cairn.linking.clip.weighing import as_bits, correlation, said_of_bits, together
from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.policy import ClipPolicy

    Words = NDArray[np.uint64]
    _Way = tuple[int, NDArray[np.intp], Words, Words]
    """Orientation, rows of the file, and the hashes of both sides."""

_AS_LONG_S: Final = 0.3
_AS_LONG_SHARE: Final = 0.01
"""How much the lengths may differ; encoders leave out a frame or two."""

_APART_S: Final = 0.15
"""Frames that are farther apart show no moment in common."""

_FEWEST: Final = 8


def whole_span(
    file: Frames, known: Frames, *, file_s: float, known_s: float, policy: ClipPolicy
) -> Span | None:
    """Answer the span from end to end, where one is the whole of the other; else ``None``.

    Args:
        file: As for ``clip_link``.
        known: As recorded.
        file_s: How long the file lasts, in seconds.
        known_s: How long the known video lasts.
        policy: The thresholds, by name.
    """
    if not len(file) or min(file_s, known_s) <= 0:
        return None
    is_as_long = abs(file_s - known_s) <= max(_AS_LONG_S, _AS_LONG_SHARE * known_s)
    speed = 1.0 if is_as_long else _speed(file_s, known_s)
    if speed is None:
        return None
    least = policy.together_as_a_whole(known_s, is_as_long=is_as_long)
    orientation, rows, ours, theirs = _nearest(file, known, *_at_once(file.at * speed, known.at))
    if len(ours) < _FEWEST:
        return None
    bits = np.bitwise_count(ours[:, np.newaxis] ^ theirs[np.newaxis]).sum(axis=2, dtype=np.int64)
    own = int(np.median(np.diagonal(bits)))
    half = len(ours) // 2
    said, theirs_said = said_of_bits(file, rows, ours), as_bits(theirs)
    surely = together(said, theirs_said)
    least_half = min(correlation(said[part], theirs_said[part]) for part in (slice(half), slice(half, None)))
    radius = policy.radius_bits if file.leanings is None else policy.laid_radius_bits
    if own > radius or surely < least or least_half < policy.least_of_a_half:
        return None
    told = telling(bits, clear_bits=policy.clear_bits, clear_ratio=policy.clear_ratio)
    return Span(
        file_from_s=0.0,
        file_to_s=file_s,
        known_from_s=0.0,
        known_to_s=known_s,
        speed=speed,
        orientation=ORIENTATIONS[orientation],
        frames=len(ours),
        moments=len(told),
        distance_bits=own,
        covered_bits=own,
        elsewhere_bits=int(np.median(bits[~np.eye(len(bits), dtype=np.bool_)])),
        together=surely,
    )


def _speed(file_s: float, known_s: float) -> float | None:
    """Answer the speed at which a file lasts as long as a known video, as far as lengths can tell.

    ``None`` where that is beyond what is looked for. A length is known to a frame, and a frame of a file at
    double speed is two of the known video: 2.08 may be 2, and at 2.08 the end would show another moment.
    """
    speed = min(max(known_s / file_s, SLOWEST), FASTEST)
    return speed if abs(known_s - speed * file_s) <= _AS_LONG_S else None


def _at_once(
    file_at: NDArray[np.float64], known_at: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Answer pairs of frames that are shown at one time: rows of the file, and of the known video."""
    after = np.minimum(np.searchsorted(file_at, known_at), len(file_at) - 1)
    before = np.maximum(after - 1, 0)
    is_before = np.abs(file_at[before] - known_at) <= np.abs(file_at[after] - known_at)
    nearest = np.where(is_before, before, after)
    near = np.flatnonzero(np.abs(file_at[nearest] - known_at) <= _APART_S)
    near = near[thinned(len(near))]
    return nearest[near], near


def _nearest(file: Frames, known: Frames, rows: NDArray[np.intp], known_rows: NDArray[np.intp]) -> _Way:
    """Answer the way, whole or within borders and turned, in which the pairs are nearest.

    What is not comparable is left out.
    """
    ways = [
        (orientation, rows[good], ours[good], theirs[good])
        for orientation in range(1 if file.turned is None else len(ORIENTATIONS))
        for ours, our_quality in sides(file, rows, orientation)
        for theirs, their_quality in sides(known, known_rows, 0)
        for good in (our_quality & their_quality,)
    ]
    return min(ways, key=_distance)


def _distance(way: _Way) -> float:
    _, _, ours, theirs = way
    if len(ours) < _FEWEST:
        return float("inf")
    return float(np.median(np.bitwise_count(ours ^ theirs).sum(axis=1)))
