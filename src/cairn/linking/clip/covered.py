"""How near the frames are that a line covers, also those that did not agree with it.

A line is found by the frames that agree: those whose nearest frame of the known video lies on it. Where two
videos show different things before one background, some of their frames show the same by chance, and those
are very near; all others are nearer to some other second, and would be left out. Of a copy hardly any frame
is left out. So every frame of the known video that lies under the line is asked once more, with the frame of
the file that is nearest to it at that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.clip.frames_alike import pair_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.fit import Line


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """Frames of a known video that lie under a line, in their order.

    Attributes:
        bits: ``(n,) int64``, how many bits each differs in from the nearest frame of the file at that time.
        file_s: ``(n,) float64``, the second of that frame.
    """

    bits: NDArray[np.int64]
    file_s: NDArray[np.float64]


def covered(
    file: Frames,
    known: Frames,
    line: Line,
    *,
    rows: NDArray[np.intp],
    orientation: int,
    tolerance_s: float,
) -> Covered:
    """Answer the known frames under a line that can be compared with a frame of the file.

    Args:
        file: The file's frames.
        known: The known video's.
        line: How both times follow each other.
        rows: The frames of the file that may be met, increasing.
        orientation: Position in ``ORIENTATIONS``.
        tolerance_s: How far a frame may lie from the line, in seconds of the known video.
    """
    shown = line.offset_s + line.speed * file.at[rows]
    first = np.searchsorted(shown, known.at - tolerance_s, side="left")
    counts = np.searchsorted(shown, known.at + tolerance_s, side="right") - first
    theirs = np.repeat(np.arange(len(known)), counts)
    ours = rows[np.arange(len(theirs)) + np.repeat(first - (np.cumsum(counts) - counts), counts)]
    bits, comparable = pair_distances(file, ours, known, theirs, orientation=orientation)
    ours, theirs, bits = ours[comparable], theirs[comparable], bits[comparable]
    order = np.lexsort((bits, theirs))
    _, nearest = np.unique(theirs[order], return_index=True)
    chosen = order[nearest]
    return Covered(bits[chosen], file.at[ours[chosen]])


def covered_bits(
    file: Frames,
    known: Frames,
    line: Line,
    *,
    file_from_s: float,
    file_to_s: float,
    orientation: int,
    tolerance_s: float,
) -> int | None:
    """Answer the median distance of the known frames under a line; ``None`` where there are none.

    Args:
        file: The file's frames.
        known: The known video's.
        line: How both times follow each other.
        file_from_s: Where the line begins in the file.
        file_to_s: Where it ends there.
        orientation: Position in ``ORIENTATIONS``.
        tolerance_s: How far a frame may lie from the line, in seconds of the known video.
    """
    rows = np.flatnonzero((file.at >= file_from_s) & (file.at <= file_to_s))
    met = covered(file, known, line, rows=rows, orientation=orientation, tolerance_s=tolerance_s)
    return int(np.median(met.bits)) if len(met.bits) else None
