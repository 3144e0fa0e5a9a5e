"""Which known videos a file is compared with: those of which the exact index has a near frame.

Every frame of the file is asked, as a whole and within its borders, in all eight orientations. A title that a
thousand videos share makes a thousand candidates, so candidates are ordered by how many different frames of
the file met them; whoever has to stop early stops with the best ones, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.clip.frames_alike import LEAST_QUALITY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.index import Index
    from cairn.linking.clip.policy import ClipPolicy


def candidates(index: Index, file: Frames, *, policy: ClipPolicy) -> list[tuple[int, int]]:
    """Answer the ids that are near, each with how many frames of the file met it; most first.

    Args:
        index: Of the frames of known videos: the hashes of whole frames and, where borders are cut off, of
            what lies inside. Timestamps are milliseconds.
        file: With ``turned`` and ``inside_turned``.
        policy: The radius, by name.
    """
    rows, queries = _queries(file)
    if not len(rows):
        return []
    found = index.search_orientations(queries, radius=policy.candidate_bits)
    met = np.unique(np.stack([found.id, rows[found.query].astype(np.uint64)]), axis=1)[0]
    ids, counts = np.unique(met, return_counts=True)
    order = np.lexsort((ids, -counts))
    return [(int(ids[at]), int(counts[at])) for at in order]


def _queries(file: Frames) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Answer every comparable hash in all orientations, and the frame that it is of."""
    if file.turned is None or file.inside_turned is None:
        raise ValueError("only a file that was just measured has its hashes in all orientations")
    whole = np.flatnonzero(file.quality >= LEAST_QUALITY)
    inside = np.flatnonzero((file.inside_quality >= LEAST_QUALITY) & (file.inside != file.hashes).any(axis=1))
    queries = np.concatenate([file.turned[whole], file.inside_turned[inside]])
    return np.concatenate([whole, inside]), queries
