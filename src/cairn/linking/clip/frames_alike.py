"""Which frames of two videos look alike: pairs of a frame of the file and a frame of the known video.

Of each frame of the file only its nearest frames in the known video are kept, so that the next second of a
slow shot, which looks nearly the same, does not blur the time. The file is compared in the orientation in
which most of its frames are near; each frame as a whole and within its flat borders, whichever is nearer.

All frames are compared with all, which takes about 30 ms for a file of ten minutes with a known video of ten
minutes. The index chooses which known videos are looked at (``candidates``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.frames import Frames

LEAST_QUALITY: Final = 50
"""Below, a hash means nothing. Source: the PDQ convention, ``docs/method/pdq.md``."""

NOT_COMPARABLE: Final = 1000
"""A distance beyond all radii."""

_MOST_A_FRAME: Final = 24
"""Nearest frames that are kept of one frame of the file; a known video whose neighbours are collapsed has
hardly more that are equally near."""

_BLOCK: Final = 128
"""Frames of the file that are compared at a time, to bound the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Pairs of frames; every column has a row a pair.

    Attributes:
        file: ``(n,) intp``, row of the file's frames, increasing.
        known: ``(n,) intp``, row of the known video's frames.
        bits: ``(n,) int64``, how many bits differ.
        orientation: Position in ``ORIENTATIONS``: how the file was turned to meet the known video.
    """

    file: NDArray[np.intp]
    known: NDArray[np.intp]
    bits: NDArray[np.int64]
    orientation: int

    def __len__(self) -> int:
        """Answer the number of pairs."""
        return len(self.file)

    def only(self, rows: NDArray[np.intp]) -> Alike:
        """Answer some of the pairs."""
        return Alike(self.file[rows], self.known[rows], self.bits[rows], self.orientation)


def frames_alike(file: Frames, known: Frames, *, radius_bits: int, slack_bits: int) -> Alike:
    """Answer the nearest pairs of frames, in the orientation in which most frames of the file have one.

    Args:
        file: With ``turned`` and ``inside_turned``; without them it is only compared as it lies.
        known: As recorded.
        radius_bits: At most so many bits may differ.
        slack_bits: Pairs are kept whose distance exceeds the least of their frame by so many bits.
    """
    ways = range(1 if file.turned is None else len(ORIENTATIONS))
    found = [
        alike_in(file, known, orientation=way, radius_bits=radius_bits, slack_bits=slack_bits) for way in ways
    ]
    return max(found, key=_weight)


def _weight(found: Alike) -> tuple[int, int]:
    """Answer how many frames of the file have a partner, and how near these are."""
    _, first = np.unique(found.file, return_index=True)
    return len(first), -int(found.bits[first].sum())


def alike_in(file: Frames, known: Frames, *, orientation: int, radius_bits: int, slack_bits: int) -> Alike:
    """Answer the nearest pairs of frames in one orientation.

    Args:
        file: As for ``frames_alike``.
        known: As recorded.
        orientation: Position in ``ORIENTATIONS``.
        radius_bits: As for ``frames_alike``.
        slack_bits: As for ``frames_alike``.
    """
    parts = []
    for start in range(0, len(file), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(file)))
        bits = distances(file, rows, known, np.arange(len(known)), orientation=orientation)
        parts.append(_nearest(bits, rows, radius_bits, slack_bits))
    if not parts:
        return Alike(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.int64), orientation)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Alike(columns[0], columns[1], columns[2], orientation)


def _nearest(
    bits: NDArray[np.int64], rows: NDArray[np.intp], radius: int, slack: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """Answer the pairs of a block of frames that are kept: row of the file, of the known video, distance."""
    if not bits.shape[1]:
        return rows[:0], rows[:0], np.empty(0, np.int64)
    limit = np.minimum(bits.min(axis=1) + slack, radius)
    if bits.shape[1] > _MOST_A_FRAME:
        limit = np.minimum(limit, np.partition(bits, _MOST_A_FRAME, axis=1)[:, _MOST_A_FRAME])
    mine, theirs = np.nonzero(bits <= limit[:, np.newaxis])
    return rows[mine], theirs, bits[mine, theirs]


def distances(
    file: Frames,
    file_rows: NDArray[np.intp],
    known: Frames,
    known_rows: NDArray[np.intp],
    *,
    orientation: int,
) -> NDArray[np.int64]:
    """Answer (n, m) differing bits between some frames of the file and some of the known video.

    Of the ways to compare two frames, whole or within their borders, it is the least; where none of them has
    the quality, it is more than any radius.

    Args:
        file: With ``turned``; where that is absent, only orientation 0 can be asked.
        file_rows: Which frames.
        known: As recorded.
        known_rows: Which frames.
        orientation: Position in ``ORIENTATIONS``.
    """
    found = np.full((len(file_rows), len(known_rows)), NOT_COMPARABLE, np.int64)
    for ours, our_quality in sides(file, file_rows, orientation):
        for theirs, their_quality in sides(known, known_rows, 0):
            bits = np.bitwise_count(ours[:, np.newaxis] ^ theirs[np.newaxis]).sum(axis=2, dtype=np.int64)
            comparable = our_quality[:, np.newaxis] & their_quality[np.newaxis]
            np.minimum(found, bits, out=found, where=comparable)
    return found


def pair_distances(
    file: Frames,
    file_rows: NDArray[np.intp],
    known: Frames,
    known_rows: NDArray[np.intp],
    *,
    orientation: int,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Answer how many bits the frames of given pairs differ in, and which pairs can be compared.

    Args:
        file: As for ``distances``.
        file_rows: The frame of the file of each pair.
        known: As recorded.
        known_rows: The frame of the known video of each pair.
        orientation: Position in ``ORIENTATIONS``.
    """
    found = np.full(len(file_rows), NOT_COMPARABLE, np.int64)
    for ours, our_quality in sides(file, file_rows, orientation):
        for theirs, their_quality in sides(known, known_rows, 0):
            bits = np.bitwise_count(ours ^ theirs).sum(axis=1, dtype=np.int64)
            np.minimum(found, bits, out=found, where=our_quality & their_quality)
    return found, found < NOT_COMPARABLE


def sides(
    frames: Frames, rows: NDArray[np.intp], orientation: int
) -> list[tuple[NDArray[np.uint64], NDArray[np.bool_]]]:
    """Answer the hashes of some frames as words, whole and within borders, and which are comparable.

    Args:
        frames: Of one video.
        rows: Which frames.
        orientation: Position in ``ORIENTATIONS``.

    Returns:
        ``(n, 4)`` words and ``(n,) bool`` of the whole frames, and again of what lies within the borders
        where that is not the same.
    """
    whole = frames.hashes if not orientation else _turned(frames.turned)[:, orientation]
    inside = frames.inside if not orientation else _turned(frames.inside_turned)[:, orientation]
    found = [(_words(whole[rows]), frames.quality[rows] >= LEAST_QUALITY)]
    if not np.array_equal(whole[rows], inside[rows]):
        found.append((_words(inside[rows]), frames.inside_quality[rows] >= LEAST_QUALITY))
    return found


def _turned(hashes: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    if hashes is None:
        raise ValueError("only a file that was just measured has its hashes in all orientations")
    return hashes


def _words(hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(hashes).view(np.uint64).reshape(-1, 4)
