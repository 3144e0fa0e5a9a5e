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
    aligned = aligned.only(thinned(len(aligned)))
    ours, theirs = _nearest_sides(file, known, aligned)
    bits = np.bitwise_count(ours[:, np.newaxis] ^ theirs[np.newaxis]).sum(axis=2, dtype=np.int64)
    told = telling(bits, clear_bits=policy.clear_bits, clear_ratio=policy.clear_ratio)
    apart = bits[np.ix_(told, told)][~np.eye(len(told), dtype=np.bool_)]
    return Weight(
        moments=len(told),
        own_bits=int(np.median(np.diagonal(bits))),
        elsewhere_bits=int(np.median(apart)) if len(apart) else 0,
        together=together(said_of_bits(file, aligned.file, ours), as_bits(theirs)),
    )


def as_bits(words: NDArray[np.uint64]) -> NDArray[np.float32]:
    """Answer ``(n, 256)`` bits of ``(n, 4)`` words, 0 or 1."""
    return np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1).astype(np.float32)


def said_of_bits(file: Frames, rows: NDArray[np.intp], words: NDArray[np.uint64]) -> NDArray[np.float32]:
    """Answer what frames of a file say of each bit: of a file that was laid how surely, else the bit.

    A bit that a little noise turns says less of what changes than one that is far from turning; of a copy
    that is cropped and laid, the half of them are of the former kind.

    Args:
        file: The file's frames.
        rows: Which.
        words: ``(n, 4)``, their hashes, as they are compared.
    """
    return as_bits(words) if file.leanings is None else file.leanings[rows]


def together(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """Answer how surely the bits of aligned frames change together, whatever they are on the whole.

    What stands still, a background or a caption, sets a bit for good and says nothing of the moment. So of
    each bit, on either side, its mean over the frames is taken away, and what is left is correlated over all
    bits and frames. The correlation r of n frames is answered as ``atanh(r) * sqrt(n)``, as many standard
    deviations as it lies from none; more than ``MOST_COUNTED`` frames do not count, because neighbouring
    frames are alike and not as many proofs.

    Args:
        ours: ``(n, 256)``, as ``said_of_bits`` has it of the file's frames.
        theirs: ``(n, 256)``, the bits of their partners.

    Source: Fisher, "On the probable error of a coefficient of correlation", 1921.
    """
    return float(np.arctanh(correlation(ours, theirs)) * np.sqrt(min(len(ours), MOST_COUNTED)))


def correlation(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """Answer how much the bits of aligned frames change together, 0 to 1; see ``together``.

    Args:
        ours: As for ``together``.
        theirs: As for ``together``.
    """
    one, other = (side - side.mean(axis=0) for side in (ours, theirs))
    whole = float(np.sqrt((one**2).sum() * (other**2).sum()))
    if not whole:
        return 0.0
    return max(0.0, min(float((one * other).sum()) / whole, _SUREST))


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
