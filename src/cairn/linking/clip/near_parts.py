"""Parts that are near throughout, of files in which the best line is near only in part.

Where three seconds of a clip lie among parts of others before the same background, the line that passes
through the most moments goes on through what only looks alike, at a speed that is nobody's, and most of what
it covers is far. So what no line has told is looked through once more, among frames alone that are as near as
a copy's: their best line is cut to the stretch that is near throughout, and laid through that stretch again.
Where nothing comes of a line, the pairs on it are left out, and the next best is tried.

A stretch that is cut to be near is near; that is no proof. So more is asked of it than of a line that was not
cut, and both that it is near and that it changes together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip.covered import covered
from cairn.linking.clip.fit import Line, best_line, passed
from cairn.linking.clip.frames_alike import alike_in
from cairn.linking.clip.spans import boxes_of, weighed
from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.fit import Boxes
    from cairn.linking.clip.frames_alike import Alike
    from cairn.linking.clip.policy import ClipPolicy
    from cairn.linking.clip.spans import Seconds, Span

_MOST_TRIED: Final = 4
"""Lines of one known video in one file that are cut and weighed."""

_MOST_TURNS: Final = 3
"""How often a line is cut, and laid through what is left."""


def near_parts(
    file: Frames, known: Frames, spans: Sequence[Span], *, told: Sequence[Span], policy: ClipPolicy
) -> tuple[Span, ...]:
    """Answer parts that are surely of the same recording, and in no span that is, or is near throughout.

    Args:
        file: As for ``aligned_spans``.
        known: As recorded.
        spans: As ``aligned_spans`` finds them.
        told: Those of them that are the same recording.
        policy: The thresholds, by name.
    """
    free = np.ones(len(file), np.bool_)
    for span in spans:
        if span in told or _share_near(span, file, known, policy) >= policy.near_throughout:
            free &= _outside(file, (span.file_from_s, span.file_to_s))
    if not spans or np.count_nonzero(free) < policy.least_moments:
        return ()
    pairs = _near_pairs(file, known, free, ORIENTATIONS.index(spans[0].orientation), policy)
    boxes = boxes_of(pairs, file, known)
    left = np.ones(len(pairs), np.bool_)
    found = []
    for _ in range(_MOST_TRIED):
        line = _line_in(boxes, left, policy)
        if line is None:
            break
        part, agree = _near_part(line, pairs, free, file, known, policy)
        if part is not None and is_sure(part, policy):
            found.append(part)
            free &= _outside(file, (part.file_from_s, part.file_to_s))
            left &= free[pairs.file]
        else:
            left &= ~(agree | passed(boxes, line, tolerance_s=policy.tolerance_s))
    return tuple(found)


def _share_near(span: Span, file: Frames, known: Frames, policy: ClipPolicy) -> float:
    """Answer the share of the known frames under a span that are as near as a copy's."""
    line = Line(span.known_to_s - span.speed * span.file_to_s, span.speed, span.frames)
    rows = np.flatnonzero(~_outside(file, (span.file_from_s, span.file_to_s)))
    way = ORIENTATIONS.index(span.orientation)
    met = covered(file, known, line, rows=rows, orientation=way, tolerance_s=policy.tolerance_s)
    return float(np.mean(met.bits <= policy.near_bits)) if len(met.bits) else 0.0


def _near_pairs(
    file: Frames, known: Frames, free: NDArray[np.bool_], orientation: int, policy: ClipPolicy
) -> Alike:
    """Answer the pairs of some frames of a file that are as near as a copy's; the others are not compared."""
    pairs = alike_in(
        file.only(free),
        known,
        orientation=orientation,
        radius_bits=policy.near_bits,
        slack_bits=policy.slack_bits,
    )
    return replace(pairs, file=np.flatnonzero(free)[pairs.file])


def is_sure(part: Span, policy: ClipPolicy) -> bool:
    """Answer whether a part that was cut to be near is surely of the same recording.

    Args:
        part: The part, weighed.
        policy: The thresholds, by name.
    """
    lasts_s = part.known_to_s - part.known_from_s
    permitted = policy.share_of_a_part * policy.permitted_bits(
        part.moments, part.elsewhere_bits, lasts_s=lasts_s, speed=part.speed
    )
    return (
        part.moments >= policy.least_moments
        and max(part.distance_bits, part.covered_bits) <= permitted
        and part.together >= policy.least_together_of_a_part
    )


def _near_part(
    line: Line, pairs: Alike, free: NDArray[np.bool_], file: Frames, known: Frames, policy: ClipPolicy
) -> tuple[Span | None, NDArray[np.bool_]]:
    """Answer what of a line is near throughout, if anything is, and the pairs that agree with that."""
    boxes = boxes_of(pairs, file, known)
    inside = free[pairs.file]
    for _ in range(_MOST_TURNS):
        met = covered(
            file,
            known,
            line,
            rows=np.flatnonzero(free),
            orientation=pairs.orientation,
            tolerance_s=policy.tolerance_s,
        )
        begin, end = most_near(met.bits <= policy.near_bits)
        if end - begin < policy.least_moments:
            return None, np.zeros(len(pairs), np.bool_)
        stretch = (float(met.file_s[begin:end].min()), float(met.file_s[begin:end].max()))
        before, inside = inside, free[pairs.file] & ~_outside(file, stretch)[pairs.file]
        if np.array_equal(before, inside):
            break
        line = _line_in(boxes, inside, policy) or line
    agree = inside & passed(boxes, line, tolerance_s=policy.tolerance_s)
    return (weighed(pairs, agree, line, file, known, policy) if agree.any() else None), agree


def _line_in(boxes: Boxes, rows: NDArray[np.bool_], policy: ClipPolicy) -> Line | None:
    """Answer the best line through some pairs; ``None`` where it passes through too few moments."""
    line = best_line(boxes.only(rows), tolerance_s=policy.tolerance_s)
    return line if line is not None and line.moments >= policy.least_moments else None


def _outside(file: Frames, stretch: Seconds) -> NDArray[np.bool_]:
    return np.asarray((file.at < stretch[0]) | (file.at > stretch[1]), np.bool_)


def most_near(near: NDArray[np.bool_]) -> tuple[int, int]:
    """Answer the stretch in which frames that are near outnumber the others by the most.

    Each of its begins, and each of its ends, then has more near frames than others.

    Args:
        near: Of frames in their order, which are near.

    Returns:
        Its begin and its end, itself not included; (0, 0) where none is near. Of equal ones the first.

    Source: J. Kadane's scan, in Bentley, "Programming pearls: algorithm design techniques", 1984.
    """
    sums = np.concatenate([[0], np.cumsum(np.where(near, 1, -1))])
    least = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - least))
    begin = int(np.flatnonzero(sums[: end + 1] == least[end])[-1])
    return begin, end
