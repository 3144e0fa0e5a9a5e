"""Altered copies: the same picture resized, recompressed, turned or mirrored, found by PDQ.

The eight orientations of the *file* are asked against the recorded hash as it lies, so a stored hash is
never a "canonical" one, and a list from elsewhere can be asked in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.evidence import PdqNear, Suggested, undo
from cairn.types import ORIENTATIONS, PDQ_BYTES, Pdq

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.index import Index
    from cairn.linking.policy import DuplicatePolicy

Neighbour = tuple[int, Suggested]
"""The id of a recorded media, and what links it."""

NearByHash = tuple[int, PdqNear]


def neighbours(
    index: Index, pictures: Sequence[Pdq], *, policy: DuplicatePolicy
) -> tuple[tuple[NearByHash, ...], ...]:
    """Answer for every picture all recorded media within the policy's radius, nearest first.

    Args:
        index: The exact index; nothing within the radius is missed.
        pictures: The files' hashes.
        policy: The radius, by name.

    Returns:
        For every picture, in the order given, its neighbours: each media once, in its best orientation.
    """
    found: list[list[NearByHash]] = [[] for _ in pictures]
    if pictures:
        matches = index.search_orientations(as_queries(pictures), radius=policy.radius_bits)
        rows = zip(
            matches.query.tolist(),
            matches.id.tolist(),
            matches.distance.tolist(),
            matches.orientation.tolist(),
            strict=True,
        )
        for query, media, distance, orientation in rows:
            found[query].append((media, PdqNear(distance, undo(ORIENTATIONS[orientation]))))
    return tuple(tuple(sorted(row, key=_nearest_first)) for row in found)


def as_queries(pictures: Sequence[Pdq]) -> NDArray[np.uint8]:
    """Answer the hashes as an array of shape (n, 8, 32) and dtype uint8, in the bit order of the index."""
    joined = b"".join(part for picture in pictures for part in picture.hashes)
    return np.frombuffer(joined, np.uint8).reshape(len(pictures), len(ORIENTATIONS), PDQ_BYTES)


def _nearest_first(neighbour: NearByHash) -> tuple[int, int]:
    return neighbour[1].distance_bits, neighbour[0]
