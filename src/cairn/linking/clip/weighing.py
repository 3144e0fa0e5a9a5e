"""What the pairs on one line are worth: how many moments tell, and how near they are for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip.frames_alike import sides
from cairn.linking.clip.telling import telling, thinned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.frames_alike import Alike
    from cairn.linking.clip.policy import ClipPolicy

MOST_COUNTED: Final = 15
"""Frames that count; two recordings before one background reached r = 0.48 at this number."""

_SUREST: Final = 0.999


@dataclass(frozen=True, slots=True)
class Weight:
    """What aligned frames are worth.

    Attributes:
        moments: Pairs that are told apart from one another.
        own_bits: Median distance of the aligned pairs.
        elsewhere_bits: Median distance of these moments from the partners of the others; 0 for one moment.
        together: How surely the bits of both sides change together; see ``together``.
    """

    moments: int
    own_bits: int
    elsewhere_bits: int
    together: float


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
    return Weight(
        moments=len(told),
        own_bits=int(np.median(np.diagonal(bits))),
        elsewhere_bits=int(np.median(apart)) if len(apart) else 0,
        together=together(ours, theirs),
    )


def together(ours: NDArray[np.uint64], theirs: NDArray[np.uint64]) -> float:
    """Answer how surely the bits of aligned frames change together, whatever they are on the whole.

    What stands still, a background or a caption, sets a bit for good and says nothing of the moment. So of
    each bit, on either side, its mean over the frames is taken away, and what is left is correlated over all
    bits and frames. The correlation r of n frames is answered as ``atanh(r) * sqrt(n)``, as many standard
    deviations as it lies from none; more than ``MOST_COUNTED`` frames do not count, because neighbouring
    frames are alike and not as many proofs.

    Args:
        ours: ``(n, 4)`` words, the file's frames.
        theirs: ``(n, 4)`` words, their partners.

    Source: Fisher, "On the probable error of a coefficient of correlation", 1921.
    """
    return float(np.arctanh(correlation(ours, theirs)) * np.sqrt(min(len(ours), MOST_COUNTED)))


def correlation(ours: NDArray[np.uint64], theirs: NDArray[np.uint64]) -> float:
    """Answer how much the bits of aligned frames change together, 0 to 1; see ``together``.

    Args:
        ours: ``(n, 4)`` words, the file's frames.
        theirs: ``(n, 4)`` words, their partners.
    """
    one, other = (_changes(side) for side in (ours, theirs))
    whole = float(np.sqrt((one**2).sum() * (other**2).sum()))
    if not whole:
        return 0.0
    return max(0.0, min(float((one * other).sum()) / whole, _SUREST))


def _changes(words: NDArray[np.uint64]) -> NDArray[np.float32]:
    """Answer (n, 256) bits less their means."""
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1).astype(np.float32)
    changes: NDArray[np.float32] = bits - bits.mean(axis=0)
    return changes


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
