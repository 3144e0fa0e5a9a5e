"""Aligned spans: which seconds of a file are which seconds of one known video.

Lines are found one after the other (``fit``), each among the frames of the file that no earlier one
explains, so that a compilation has a span for each of its parts. A span ends where the line has met nothing
for a while. Each known frame then has one partner, and the span is weighed by the moments that tell
(``telling``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip.covered import covered_bits
from cairn.linking.clip.fit import Boxes, Line, best_line, passed
from cairn.linking.clip.frames_alike import Alike, frames_alike
from cairn.linking.clip.weighing import weigh
from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.policy import ClipPolicy
    from cairn.types import Orientation

Seconds = tuple[float, float]
"""From, to."""

_MOST_SPANS: Final = 24
"""Spans of one known video in one file; a loop that plays more often is shown by so many."""

_NEARER_BITS: Final = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file that follows a stretch of a known video.

    Attributes:
        file_from_s: Where it begins in the file, in seconds.
        file_to_s: Where it ends there.
        known_from_s: Where it begins in the known video.
        known_to_s: Where it ends there.
        speed: Seconds of the known video in one second of the file.
        orientation: How the file was turned to meet the known video.
        frames: Frames of the file that agree.
        moments: Of these, how many moments are told apart from each other; evidence counts these.
        distance_bits: The median distance of the agreeing frames, of 256 bits.
        covered_bits: The same of all frames that the stretch covers, also those that agree with another
            second rather; see ``covered``.
        elsewhere_bits: The median distance of the moments from the seconds that the others agree with; 0 for
            one moment.
        together: How surely both change together, in standard deviations; see ``weighing``.
    """

    file_from_s: float
    file_to_s: float
    known_from_s: float
    known_to_s: float
    speed: float
    orientation: Orientation
    frames: int
    moments: int
    distance_bits: int
    covered_bits: int
    elsewhere_bits: int
    together: float


def aligned_spans(file: Frames, known: Frames, *, policy: ClipPolicy) -> tuple[Span, ...]:
    """Answer the spans of a known video in a file, by their begin in the file; however weak each is.

    Args:
        file: With ``turned``; measured more densely than the known video, or as densely.
        known: As recorded, neighbours collapsed or not.
        policy: The radius and the tolerances, by name.
    """
    pairs = frames_alike(file, known, radius_bits=policy.radius_bits, slack_bits=policy.slack_bits)
    boxes = boxes_of(pairs, file, known)
    free = np.ones(len(pairs), np.bool_)
    found: list[Span] = []
    while free.any() and len(found) < _MOST_SPANS:
        line = _line(pairs, boxes, free, policy)
        if line is None or line.moments < policy.least_frames:
            break
        rows = _without_gaps(boxes, free & passed(boxes, line, tolerance_s=policy.tolerance_s), policy)
        begin, end = boxes.file_from[rows].min(), boxes.file_to[rows].max()
        found.append(weighed(pairs, rows, line, file, known, policy))
        free &= (boxes.file_from < begin) | (boxes.file_to > end)
    return tuple(sorted(found, key=lambda span: span.file_from_s))


def _line(pairs: Alike, boxes: Boxes, free: NDArray[np.bool_], policy: ClipPolicy) -> Line | None:
    """Answer the best line; the nearer half of what agrees says more exactly where it lies."""
    line = best_line(boxes.only(free), tolerance_s=policy.tolerance_s)
    if line is None:
        return None
    rows = free & passed(boxes, line, tolerance_s=policy.tolerance_s)
    near = free & (pairs.bits <= np.median(pairs.bits[rows]) + _NEARER_BITS)
    better = best_line(boxes.only(near), tolerance_s=policy.tolerance_s)
    return better if better is not None and 2 * better.moments >= line.moments else line


def boxes_of(pairs: Alike, file: Frames, known: Frames) -> Boxes:
    """Answer the pairs as the fit takes them: a known frame holds until the next that differs.

    Args:
        pairs: Of frames that look alike.
        file: The file's frames.
        known: The known video's.
    """
    step = float(np.diff(known.at).min()) if len(known) > 1 else 0.0
    holds = np.maximum(known.at, np.append(known.at[1:], known.at[-1:]) - step)
    ours, theirs = pairs.file, pairs.known
    return Boxes(file.at[ours], file.at[ours], known.at[theirs], holds[theirs], ours.astype(np.int64))


def _without_gaps(boxes: Boxes, rows: NDArray[np.bool_], policy: ClipPolicy) -> NDArray[np.bool_]:
    """Answer the pairs of the part that has most frames, where longer gaps cut the line into parts."""
    which = np.flatnonzero(rows)
    which = which[np.argsort(boxes.file_from[which], kind="stable")]
    cuts = np.flatnonzero(np.diff(boxes.file_from[which]) > policy.longest_gap_s) + 1
    longest = max(np.split(which, cuts), key=lambda part: len(np.unique(boxes.moment[part])))
    kept = np.zeros(len(rows), np.bool_)
    kept[longest] = True
    return kept


def weighed(
    pairs: Alike, rows: NDArray[np.bool_], line: Line, file: Frames, known: Frames, policy: ClipPolicy
) -> Span:
    """Weigh what agrees with a line; each known frame counts with its nearest frame of the file.

    Args:
        pairs: Of frames that look alike.
        rows: Those of them that agree with the line; one at least.
        line: How both times follow each other.
        file: The file's frames.
        known: The known video's.
        policy: The thresholds, by name.
    """
    which = np.flatnonzero(rows)
    which = _nearest_of_each(which, pairs.file, pairs.bits)
    begin, end = float(file.at[pairs.file[which]].min()), float(file.at[pairs.file[which]].max())
    partners = np.sort(_nearest_of_each(which, pairs.known, pairs.bits))
    covered = covered_bits(
        file,
        known,
        line,
        file_from_s=begin,
        file_to_s=end,
        orientation=pairs.orientation,
        tolerance_s=policy.tolerance_s,
    )
    weight = weigh(file, known, pairs.only(partners), policy=policy)
    return Span(
        file_from_s=begin,
        file_to_s=end,
        known_from_s=max(0.0, line.known_s(begin)),
        known_to_s=max(0.0, line.known_s(end)),
        speed=line.speed,
        orientation=ORIENTATIONS[pairs.orientation],
        frames=len(which),
        moments=weight.moments,
        distance_bits=weight.own_bits,
        covered_bits=weight.own_bits if covered is None else covered,
        elsewhere_bits=weight.elsewhere_bits,
        together=weight.together,
    )


def _nearest_of_each(
    which: NDArray[np.intp], frame: NDArray[np.intp], bits: NDArray[np.int64]
) -> NDArray[np.intp]:
    """Answer of some pairs the nearest one of each frame."""
    order = which[np.lexsort((bits[which], frame[which]))]
    _, first = np.unique(frame[order], return_index=True)
    return order[first]
