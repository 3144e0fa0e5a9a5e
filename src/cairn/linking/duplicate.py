"""Altered copies: the same picture resized, recompressed, turned or mirrored, found by PDQ.

The eight orientations of the *file* are asked against the recorded hash as it lies, so a stored hash is
never a "canonical" one, and a list from elsewhere can be asked in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.evidence import PdqNear, Suggested, undo
from cairn.linking.footage import FrameNear
from cairn.types import ORIENTATIONS, PDQ_BYTES, Pdq

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.index import Index
    from cairn.linking.policy import DuplicatePolicy
    from cairn.types import Orientation

Neighbour = tuple[int, Suggested]
"""The id of a recorded media, and what links it."""

NearByHash = tuple[int, PdqNear | FrameNear]

FIRST_FRAME_MS = 1
"""The index's timestamp of a frame at second 0; a picture has 0, so that the two are told apart."""


def neighbours(
    index: Index, pictures: Sequence[Pdq], *, policy: DuplicatePolicy
) -> tuple[tuple[NearByHash, ...], ...]:
    """Answer for every picture all recorded media within the policy's radius, nearest first.

    Args:
        index: The exact index; nothing within the radius is missed.
        pictures: The files' hashes.
        policy: The radius, by name.

    Returns:
        For every picture, in the order given, its neighbours: each media once, in its best orientation; of a
        video its nearest frame.
    """
    found: list[list[NearByHash]] = [[] for _ in pictures]
    if pictures:
        matches = index.search_orientations(as_queries(pictures), radius=policy.radius_bits)
        rows = zip(
            matches.query.tolist(),
            matches.id.tolist(),
            matches.distance.tolist(),
            matches.orientation.tolist(),
            matches.timestamp_ms.tolist(),
            strict=True,
        )
        for query, media, distance, orientation, stamp in rows:
            found[query].append((media, near_by_hash(distance, undo(ORIENTATIONS[orientation]), stamp)))
    return tuple(_each_once(sorted(row, key=_nearest_first)) for row in found)


def near_by_hash(distance: int, turned: Orientation, stamp_ms: int) -> PdqNear | FrameNear:
    """Answer what the index has found: a picture, or a frame of a video.

    Args:
        distance: In bits.
        turned: How the recorded one was turned.
        stamp_ms: The index's timestamp.
    """
    if stamp_ms < FIRST_FRAME_MS:
        return PdqNear(distance, turned)
    return FrameNear(distance, turned, (stamp_ms - FIRST_FRAME_MS) / 1000, in_file=False)


def _each_once(row: Sequence[NearByHash]) -> tuple[NearByHash, ...]:
    """Answer each media with the first of its entries: a video has many frames."""
    once: dict[int, PdqNear | FrameNear] = {}
    for media, near in row:
        once.setdefault(media, near)
    return tuple(once.items())


def as_queries(pictures: Sequence[Pdq]) -> NDArray[np.uint8]:
    """Answer the hashes as an array of shape (n, 8, 32) and dtype uint8, in the bit order of the index."""
    joined = b"".join(part for picture in pictures for part in picture.hashes)
    return np.frombuffer(joined, np.uint8).reshape(len(pictures), len(ORIENTATIONS), PDQ_BYTES)


def _nearest_first(neighbour: NearByHash) -> tuple[int, int]:
    return neighbour[1].distance_bits, neighbour[0]
