"""What the pairs on one line are worth: how many moments tell, and how near they are for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.clip.frames_alike import sides
from cairn.linking.clip.telling import telling, thinned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.frames_alike import Alike
    from cairn.linking.clip.policy import ClipPolicy


@dataclass(frozen=True, slots=True)
class Weight:
    """What aligned frames are worth.

    Attributes:
        moments: Pairs that are told apart from one another.
        own_bits: Median distance of the aligned pairs.
        elsewhere_bits: Median distance of these moments from the partners of the others; 0 for one moment.
    """

    moments: int
    own_bits: int
    elsewhere_bits: int


def weigh(file: Frames, known: Frames, aligned: Alike, *, policy: ClipPolicy) -> Weight:
    """Answer what aligned pairs are worth.

    Args:
        file: The file's frames.
        known: The known video's.
        aligned: The pairs on one line, each known frame once; at least one.
        policy: When two moments are told apart.
    """
    ours, theirs = _nearest_sides(file, known, aligned.only(thinned(len(aligned))))
    bits = np.bitwise_count(ours[:, np.newaxis] ^ theirs[np.newaxis]).sum(axis=2, dtype=np.int64)
    told = telling(bits, clear_bits=policy.clear_bits, clear_ratio=policy.clear_ratio)
    apart = bits[np.ix_(told, told)][~np.eye(len(told), dtype=np.bool_)]
    return Weight(len(told), int(np.median(np.diagonal(bits))), int(np.median(apart)) if len(apart) else 0)


def _nearest_sides(
    file: Frames, known: Frames, aligned: Alike
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Answer the hashes of the pairs, each whole or within borders: the way in which most are nearest."""
    ways = [
        (ours, theirs)
        for ours, _ in sides(file, aligned.file, aligned.orientation)
        for theirs, _ in sides(known, aligned.known, 0)
    ]
    return min(ways, key=lambda way: float(np.median(np.bitwise_count(way[0] ^ way[1]).sum(axis=1))))
