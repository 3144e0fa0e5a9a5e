"""How near the frames are that a line covers, also those that did not agree with it.

A line is found by the frames that agree: those whose nearest frame of the known video lies on it. Where two
videos show different things before one background, some of their frames show the same by chance, and those
are very near; all others are nearer to some other second, and would be left out. Of a copy hardly any frame
is left out. So every frame of the known video that lies under the line is asked once more, with the frame of
the file that is nearest to it at that time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.clip.frames_alike import NOT_COMPARABLE, distances
from cairn.linking.clip.telling import thinned

if TYPE_CHECKING:
    from cairn.frames import Frames
    from cairn.linking.clip.fit import Line


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
    ours = np.flatnonzero((file.at >= file_from_s) & (file.at <= file_to_s))
    begin, end = (line.known_s(at) for at in (file_from_s, file_to_s))
    theirs = np.flatnonzero((known.at >= begin - tolerance_s) & (known.at <= end + tolerance_s))
    theirs = theirs[thinned(len(theirs))]
    shown = line.offset_s + line.speed * file.at[ours]
    at_once = np.abs(shown[:, np.newaxis] - known.at[theirs][np.newaxis]) <= tolerance_s
    used = at_once.any(axis=1)
    bits = distances(file, ours[used], known, theirs, orientation=orientation)
    nearest = np.where(at_once[used], bits, NOT_COMPARABLE).min(axis=0, initial=NOT_COMPARABLE)
    nearest = nearest[nearest < NOT_COMPARABLE]
    return int(np.median(nearest)) if len(nearest) else None
