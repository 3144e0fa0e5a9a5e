"""Points that different pictures share because all were shown by one app, or carry one caption.

Bars, buttons and text of an app are in every screenshot that it makes, and agree perfectly between any two of
them. Two rules tell such a frame from what pictures rightly share. It stands *upright at the same margin* in
all of them, and *most of each picture is something else*: copies of one picture share most of what they show,
and views of one room share it at other places. What recurs so in many different pictures is left out of a
picture before that is compared.

``docs/method/scenes.md`` has what was measured, and when these rules err.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.keypoints import keypoints
from cairn.linking.left_out import LeftOut
from cairn.linking.places import some_places
from cairn.types import DESCRIPTOR_BYTES, POINT_BYTES, LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.linking.keypoints import Keypoints
    from cairn.linking.places import Place

LEAST_PICTURES: Final = 8
"""Different pictures in which a point must stand to be over-common; two may share a frame and be one find."""

LEAST_OF_A_FRAME: Final = 4
"""Different pictures in which a further point must stand, where a frame is found: not every point of it is
found in every picture."""

LEAST_POINTS: Final = 10
"""Fewer make no link (``ALTERED_10_11``), so it is not worth leaving them out."""

MOST_SHARED: Final = 0.6
"""Share of a picture's points from which on another that has them counts as its copy, and teaches nothing."""

ALIKE: Final = 180.0
"""Descriptions nearer than this show the same thing; unlike things are about 614 apart."""

EQUAL: Final = 100.0
"""Descriptions nearer than this are kept once."""

_SIDE: Final = 512
"""The longer side to which pictures are brought for it, however large they were looked at."""

SAME_PLACE_PX: Final = 6.0
SAME_OCTAVES: Final = 0.35
SAME_ANGLE: Final = 0.25
"""How far a point of a frame may lie from its place across, in working pixels, and differ in size, and in
angle, in radians. Down it may lie anywhere: a longer picture pushes the bar below it farther down."""

MOST_POINTS: Final = 2000
"""What an entry holds at most; looking for them in a picture takes less than comparing it with one."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Points that belong together: of one app's screen, or of one caption.

    Attributes:
        name: By which it is told.
        pictures: In how many different pictures it stands, as far as the asker may know; 0 where the operator
            has put it on the list.
        descriptors: ``(n, 128) float32``, as in ``Keypoints``.
    """

    name: str
    pictures: int
    descriptors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Frame:
    """What different pictures share.

    Attributes:
        descriptors: As in ``LocalFeatures``; of every look of a point one.
        stands_in: Which of the pictures have at least ``LEAST_POINTS`` of it.
    """

    descriptors: bytes
    stands_in: tuple[int, ...]


class OverCommon:
    """The patterns that are left out of pictures."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Take the patterns, in the order in which they are taken out."""
        self._patterns = patterns

    def __len__(self) -> int:
        """Answer the number of patterns."""
        return len(self._patterns)

    def out_of(self, features: LocalFeatures) -> tuple[LocalFeatures, tuple[LeftOut, ...]]:
        """Answer the features without what is over-common, and what that was."""
        left_out: list[LeftOut] = []
        for pattern in self._patterns:
            common = alike(descriptions(features), pattern.descriptors)
            if common.any():
                places = some_places(_places(select(features, common)))
                left_out.append(LeftOut(pattern.name, int(common.sum()), pattern.pictures, places))
                features = select(features, ~common)
        return features, tuple(left_out)


def _places(features: LocalFeatures) -> tuple[Place, ...]:
    """Answer where the points of a picture lie, as shares of its sides."""
    shares = keypoints(features).positions / (features.width, features.height)
    return tuple((float(across), float(down)) for across, down in shares)


def frame_of(
    pictures: Sequence[Keypoints], *, least: int = LEAST_PICTURES, then: int = LEAST_OF_A_FRAME
) -> Frame | None:
    """Answer what different pictures share as those of one app do, or ``None`` where they do not.

    Args:
        pictures: Different ones, of at most some dozens; the first is compared with all before the rest is.
            Who asks makes sure that none is a copy by hash of another, or of the same series.
        least: Different pictures in which the points must stand by which the frame is found.
        then: Different pictures in which every further point of it must stand.
    """
    met = [np.ones(len(each), np.int64) for each in pictures]
    for at, mine in enumerate(pictures):
        for after in range(at + 1, len(pictures)):
            here, there = stand_in(mine, pictures[after])
            if here.sum() <= MOST_SHARED * len(here) and there.sum() <= MOST_SHARED * len(there):
                met[at] += here
                met[after] += there
        if at == 0 and not _is_frame(met[0], least):
            return None
    stands_in = tuple(at for at, counts in enumerate(met) if _is_frame(counts, least))
    if len(stands_in) < least:
        return None
    kept = np.empty((0, DESCRIPTOR_BYTES), np.float32)
    for at in stands_in:
        found = pictures[at].descriptors[met[at] >= then]
        kept = np.concatenate([kept, found[~_nearer(found, kept, EQUAL)]])
    return Frame(kept[:MOST_POINTS].astype(np.uint8).tobytes(), stands_in)


def _is_frame(met: NDArray[np.int64], least: int) -> bool:
    """Answer whether enough points of a picture stand in enough pictures, itself counted."""
    return int((met >= least).sum()) >= LEAST_POINTS


def stand_in(one: Keypoints, other: Keypoints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Answer which points of two pictures stand in both: alike, as large, as upright, at the same margin."""
    here, there = np.nonzero(_squared(one.descriptors, other.descriptors) < ALIKE**2)
    turned = np.abs(one.angles[here] - other.angles[there]) % (2 * np.pi)
    near = np.minimum(turned, 2 * np.pi - turned) <= SAME_ANGLE
    ours_px, theirs_px = _SIDE / max(one.width, one.height), _SIDE / max(other.width, other.height)
    sizes = one.sizes[here] * ours_px, other.sizes[there] * theirs_px
    near &= np.abs(np.log2(sizes[0] / sizes[1])) <= SAME_OCTAVES
    across = one.positions[here, 0] * ours_px, other.positions[there, 0] * theirs_px
    near &= np.abs(across[0] - across[1]) <= SAME_PLACE_PX
    ours, theirs = np.zeros(len(one), np.bool_), np.zeros(len(other), np.bool_)
    ours[here[near]] = theirs[there[near]] = True
    return ours, theirs


def alike(mine: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Answer which of ``(n, 128)`` descriptions have one alike among the others."""
    return _nearer(mine, others, ALIKE)


def _nearer(mine: NDArray[np.float32], others: NDArray[np.float32], distance: float) -> NDArray[np.bool_]:
    return np.asarray((_squared(mine, others) < distance**2).any(axis=1), np.bool_)


def descriptions(features: LocalFeatures) -> NDArray[np.float32]:
    """Answer the descriptions of a picture, ``(n, 128)``."""
    return as_array(features.descriptors)


def as_array(kept: bytes) -> NDArray[np.float32]:
    """Answer kept descriptions, ``(n, 128)``."""
    return np.frombuffer(kept, np.uint8).reshape(-1, DESCRIPTOR_BYTES).astype(np.float32)


def select(features: LocalFeatures, which: NDArray[np.bool_]) -> LocalFeatures:
    """Answer some points of a picture."""
    points = np.frombuffer(features.points, np.uint8).reshape(-1, POINT_BYTES)[which]
    kept = np.frombuffer(features.descriptors, np.uint8).reshape(-1, DESCRIPTOR_BYTES)[which]
    return LocalFeatures(features.width, features.height, points.tobytes(), kept.tobytes())


def _squared(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer (n, m) squared distances."""
    length = np.einsum("ij,ij->i", one, one)[:, np.newaxis] + np.einsum("ij,ij->i", other, other)
    return np.asarray(length - 2 * one @ other.T, np.float32)
