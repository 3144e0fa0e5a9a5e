"""One offset and one speed that line up many pairs of moments.

A moment of the file is a short stretch of time that looks the same, [from, to], and so is a moment of the
known video. A pair of them is a rectangle in the plane of both times. Where the file plays the known video,
its time runs along a straight line, ``known = offset + speed * file``, and that line passes through the
rectangle of every pair that is true. So the task is to find the line that passes through the most moments.

For a fixed speed each rectangle permits one interval of offsets, and the offset that most of them permit is
found by sorting the ends of the intervals: exactly, and with no chance involved. The speeds are a grid, fine
enough that within a window of the file no true pair leaves the line by more than the tolerance. The best
window is then doubled again and again, with a finer grid around what was found, until the line holds for the
whole file. A still stretch gives one large rectangle, through which many lines pass: it agrees with much and
decides nothing, as it should.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOWEST: Final = 0.5
FASTEST: Final = 2.0
"""Beyond these speeds nobody watches a video, and chance finds more lines."""

_WINDOW_S: Final = 60.0
_STEPS_ROUND: Final = 6
"""A finer grid looks six steps to either side: as far as two steps of the grid before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Pairs of moments, as rectangles in the plane of both times; every column has a row a pair.

    Attributes:
        file_from: ``(n,) float64``, seconds.
        file_to: ``(n,) float64``, at or after ``file_from``.
        known_from: ``(n,) float64``, seconds.
        known_to: ``(n,) float64``, at or after ``known_from``.
        moment: ``(n,) int64``, which moment of the file it is; pairs of one moment count once.
    """

    file_from: NDArray[np.float64]
    file_to: NDArray[np.float64]
    known_from: NDArray[np.float64]
    known_to: NDArray[np.float64]
    moment: NDArray[np.int64]

    def __len__(self) -> int:
        """Answer the number of pairs."""
        return len(self.moment)

    def moments(self) -> int:
        """Answer how many moments of the file there are."""
        return len(np.unique(self.moment))

    def only(self, rows: NDArray[np.bool_]) -> Boxes:
        """Answer some of the pairs."""
        return Boxes(
            self.file_from[rows],
            self.file_to[rows],
            self.known_from[rows],
            self.known_to[rows],
            self.moment[rows],
        )


@dataclass(frozen=True, slots=True)
class Line:
    """How the times of the file follow those of the known video.

    Attributes:
        offset_s: The second of the known video at which the file begins; negative where it begins before.
        speed: Seconds of the known video that pass in one second of the file.
        moments: How many moments of the file the line passes through.
    """

    offset_s: float
    speed: float
    moments: int

    def known_s(self, file_s: float) -> float:
        """Answer the second of the known video that is shown at a second of the file."""
        return self.offset_s + self.speed * file_s


def best_line(boxes: Boxes, *, tolerance_s: float) -> Line | None:
    """Answer the line that passes through the most moments; ``None`` where there are no pairs.

    Among lines that do so equally, the one whose speed is nearest to 1.

    Args:
        boxes: The pairs.
        tolerance_s: How far a line may pass by a rectangle, in seconds of the known video.

    Source: ``docs/method/video.md`` has the proof that the offset is exact for each speed of the grid.
    """
    if not len(boxes):
        return None
    begin, end = float(boxes.file_from.min()), float(boxes.file_to.max())
    window = min(_WINDOW_S, max(end - begin, tolerance_s))
    found, at = _best_window(boxes, window, tolerance_s)
    while found is not None and window < 2 * max(at - begin, end - at):
        window *= 2
        near = _within(boxes, at - window / 2, at + window / 2)
        step = tolerance_s / window
        steps = np.arange(-_STEPS_ROUND, _STEPS_ROUND + 1, dtype=np.float64)
        grid: NDArray[np.float64] = found.speed * (1 + step * steps)
        found = (
            _best_of(near, _nearest_to_1(grid[(grid >= SLOWEST) & (grid <= FASTEST)]), tolerance_s) or found
        )
    return found


def _best_window(boxes: Boxes, window_s: float, tolerance_s: float) -> tuple[Line | None, float]:
    """Answer the best line of any window, and the window's middle; windows overlap by half.

    The fullest window is looked at first. A line passes through no more moments than its window has, so one
    that has no more than the best line does is not looked at.
    """
    begin, end = float(boxes.file_from.min()), float(boxes.file_to.max())
    starts = np.arange(begin, max(end - window_s / 2, begin + tolerance_s), window_s / 2)
    windows = [(_within(boxes, start, start + window_s), start + window_s / 2) for start in starts.tolist()]
    grid = speeds(window_s=window_s, tolerance_s=tolerance_s)
    found: Line | None = None
    at = begin
    for near, middle in sorted(windows, key=lambda each: -each[0].moments()):
        if found is not None and near.moments() <= found.moments:
            break
        line = _best_of(near, grid, tolerance_s)
        if line is not None and (found is None or line.moments > found.moments):
            found, at = line, middle
    return found, at


def speeds(*, window_s: float, tolerance_s: float) -> NDArray[np.float64]:
    """Answer the grid of speeds, nearest to 1 first.

    Between two of them a line that is right in the middle of the window strays by half of the tolerance at
    most at its ends.
    """
    ratio = 1 + 2 * tolerance_s / (window_s * FASTEST)
    count = int(np.ceil(np.log(FASTEST) / np.log(ratio)))
    steps = np.arange(-count, count + 1) / count
    return _nearest_to_1(FASTEST**steps)


def _nearest_to_1(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    return grid[np.argsort(np.abs(np.log(grid)), kind="stable")]


def passed(boxes: Boxes, line: Line, *, tolerance_s: float) -> NDArray[np.bool_]:
    """Answer which rectangles a line passes through, or by within the tolerance."""
    low, high = _offsets(boxes, line.speed, tolerance_s)
    return np.asarray((low <= line.offset_s) & (line.offset_s <= high), np.bool_)


def _within(boxes: Boxes, start_s: float, end_s: float) -> Boxes:
    return boxes.only((boxes.file_from <= end_s) & (boxes.file_to >= start_s))


def _offsets(
    boxes: Boxes, speed: float, tolerance_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Answer the lowest and the highest offset at which a line of this speed meets each rectangle."""
    low = boxes.known_from - speed * boxes.file_to - tolerance_s
    high = boxes.known_to - speed * boxes.file_from + tolerance_s
    return low, high


def _best_of(boxes: Boxes, grid: NDArray[np.float64], tolerance_s: float) -> Line | None:
    """Answer the best line over some speeds; the earlier speed wins a tie."""
    best: Line | None = None
    for speed in grid.tolist() if len(boxes) else ():
        low, high = _offsets(boxes, speed, tolerance_s)
        offset, moments = most_permitted(low, high, boxes.moment)
        if best is None or moments > best.moments:
            best = Line(offset, speed, moments)
    return best


def most_permitted(
    low: NDArray[np.float64], high: NDArray[np.float64], moment: NDArray[np.int64]
) -> tuple[float, int]:
    """Answer the number that lies in intervals of the most moments, and of how many; exact.

    Where a whole stretch of numbers does, its middle is answered.

    Args:
        low: ``(n,)``, where each interval begins; at least one.
        high: ``(n,)``, where it ends, itself included.
        moment: ``(n,)``, whose interval it is.
    """
    ends = np.concatenate([low, high])
    # Of equal numbers those that begin come first, because an end belongs to its interval.
    increasing = np.argsort(ends, kind="stable")
    rank = np.empty(len(ends), np.int64)
    rank[increasing] = np.arange(len(ends))
    begins, closes = _joined(rank[: len(low)], rank[len(low) :], moment)
    ranks = np.concatenate([begins, closes])
    order = np.argsort(ranks)
    depth = np.cumsum(np.where(order < len(begins), 1, -1))
    at = int(depth.argmax())
    begin, end = ends[increasing[ranks[order[at : at + 2]]]].tolist()
    return (begin + end) / 2, int(depth[at])


def _joined(
    low: NDArray[np.int64], high: NDArray[np.int64], moment: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Answer the intervals with those of one moment joined where they overlap, so that each counts once.

    Args:
        low: The rank of each begin among all ends: as whole numbers, which no sum rounds together.
        high: The rank of where it ends.
        moment: Whose interval it is.
    """
    # Moments are set apart by more than all ranks.
    apart = (moment - moment.min()) * (2 * len(low) + 1)
    order = np.argsort(low + apart)
    low, high, apart = low[order], high[order], apart[order]
    # The farthest end so far of the same moment.
    reach = np.maximum.accumulate(high + apart)
    fresh = np.ones(len(low), np.bool_)
    fresh[1:] = (low + apart)[1:] > reach[:-1]
    starts = np.flatnonzero(fresh)
    return low[starts], np.maximum.reduceat(high, starts)
