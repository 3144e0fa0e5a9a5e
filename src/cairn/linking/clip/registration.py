"""How a file's picture lies in a known video's, from the local features of some of their frames.

Crops, captions, screen recordings, pictures in pictures are out of reach for hashes of whole frames, and not
for points (``cairn.linking.altered``). But two photos of one room share points, too: that a frame agrees does
not say that the recording is the same. So points only propose how the picture lies; the frames of the whole
file are laid there (``registered``), and their hashes have to follow the known video in time like any others.

A frame that was taken a moment earlier agrees as well, moved by what the camera moved. So the pair of frames
with the most places is tried first, and some more after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.altered import best_agreement, is_enough
from cairn.linking.clip.link import ClipLink, Grade, linked, linked_as_a_whole, shared_spans
from cairn.linking.clip.registered import registered
from cairn.linking.keypoints import Keypoints, keypoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.policy import ClipPolicy
    from cairn.linking.policy import AlteredPolicy
    from cairn.types import LocalFeatures

    Detailed = tuple[float, LocalFeatures]
    """The second of a frame, and its local features."""

    Pair = tuple[float, Keypoints, float, Keypoints]
    """Second and points of a frame of the file, and of a known one."""

MOST_TRIED: Final = 4
"""Ways to lay the picture that are tried; each costs about 0.2 ms a frame."""

MOST_BESIDE: Final = 2
"""Of these, after which another way is looked for among the points that are left."""

_SAME_POINT: Final = 1e-4
"""Share of a side."""


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """How a file's picture lies in a known one.

    Attributes:
        matrix: ``(3, 3)``, from the file's working pixels, mirrored first where it is, to the known ones.
        is_mirrored: The file is mirrored first.
        file_frame: Width and height of the file's picture in working pixels.
        known_frame: The same of the known picture.
        places: How many places agree.
        file_s: The second of the file's frame.
        known_s: The second of the known frame.
        agreeing: ``(n, 2)``, the places of the file's frame that agree, as shares of its sides.
    """

    matrix: NDArray[np.float64]
    is_mirrored: bool
    file_frame: tuple[int, int]
    known_frame: tuple[int, int]
    places: int
    file_s: float
    known_s: float
    agreeing: NDArray[np.float64]


def registrations(
    file: Sequence[Detailed], known: Sequence[Detailed], *, policy: AlteredPolicy
) -> tuple[Registration, ...]:
    """Answer how a file's picture may lie in a known video's, the way with most places first.

    Args:
        file: Some frames of the file: the first of every shot, and one a second or so.
        known: Some frames of the known video: the first of every shot, and more of long shots.
        policy: When two frames agree, by name.

    Returns:
        At most ``MOST_TRIED``, each of another frame of the file, and ``MOST_BESIDE`` of what lies beside.
    """
    theirs = [(at, keypoints(features)) for at, features in known]
    return proposals(
        [
            (at, ours, known_s, side)
            for at, ours in ((at, keypoints(features)) for at, features in file)
            for known_s, side in theirs
        ],
        policy=policy,
    )


def proposals(pairs: Iterable[Pair], *, policy: AlteredPolicy) -> tuple[Registration, ...]:
    """Answer the same of pairs of frames that may agree.

    The best ways are followed by what lies beside them: a picture in a picture of the same room.

    Args:
        pairs: Second and points of the file's frame, and of the known one.
        policy: When two frames agree, by name.
    """
    best: dict[float, tuple[Registration, Pair]] = {}
    for pair in pairs:
        way = _way(pair, policy)
        if way is not None and (pair[0] not in best or way.places > best[pair[0]][0].places):
            best[pair[0]] = way, pair
    first = sorted(best.values(), key=lambda each: -each[0].places)[:MOST_TRIED]
    beside = (_way(_beside(way, pair), policy) for way, pair in first[:MOST_BESIDE])
    return (*(way for way, _ in first), *(way for way in beside if way is not None))


def _way(pair: Pair, policy: AlteredPolicy) -> Registration | None:
    """Answer how one frame of the file lies in a known one, where they agree."""
    at_s, file, known_s, known = pair
    found = best_agreement(file, known, policy=policy)
    if found is None or not is_enough(found, policy):
        return None
    return Registration(
        np.array(found.matrix).reshape(3, 3),
        found.is_mirrored,
        (file.width, file.height),
        (known.width, known.height),
        found.places,
        at_s,
        known_s,
        np.array([place for place, _ in found.lines]),
    )


def _beside(way: Registration, pair: Pair) -> Pair:
    """Answer a pair without the file's points that have agreed."""
    at_s, file, known_s, known = pair
    shares = file.positions / (file.width, file.height)
    apart = np.abs(shares[:, np.newaxis] - way.agreeing[np.newaxis]).max(axis=2)
    left = apart.min(axis=1) > _SAME_POINT
    some = Keypoints(
        file.width,
        file.height,
        file.positions[left],
        file.sizes[left],
        file.angles[left],
        file.descriptors[left],
    )
    return at_s, some, known_s, known


def registered_link(
    file: Frames,
    known: Frames,
    ways: Iterable[Registration],
    *,
    file_s: float,
    known_s: float,
    policy: ClipPolicy,
) -> ClipLink | None:
    """Answer what a file and a known video have in common once the file's edit is undone.

    The first way under which the recordings are the same decides; else the best of what the ways show.

    Args:
        file: With ``cells``.
        known: As recorded.
        ways: As ``registrations`` finds them.
        file_s: How long the file lasts, in seconds.
        known_s: How long the known video lasts.
        policy: The thresholds, by name.
    """
    best: ClipLink | None = None
    for way in ways:
        laid = registered(
            file,
            way.matrix,
            is_mirrored=way.is_mirrored,
            file_frame=way.file_frame,
            known_frame=way.known_frame,
        )
        spans = shared_spans(laid, known, policy=policy)
        link = linked(spans, file_s=file_s, known_s=known_s, policy=policy)
        if link is None or link.grade is Grade.VIEW:
            link = linked_as_a_whole(laid, known, file_s=file_s, known_s=known_s, policy=policy) or link
        if link is not None and link.grade is Grade.RECORDING:
            return link
        if link is not None and (best is None or link.moments > best.moments):
            best = link
    return best
