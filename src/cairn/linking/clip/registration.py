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
from cairn.linking.clip.link import ClipLink, Grade, linked, linked_as_a_whole
from cairn.linking.clip.registered import registered
from cairn.linking.clip.spans import aligned_spans
from cairn.linking.keypoints import keypoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.policy import ClipPolicy
    from cairn.linking.keypoints import Keypoints
    from cairn.linking.policy import AlteredPolicy
    from cairn.types import LocalFeatures

    Detailed = tuple[float, LocalFeatures]
    """The second of a frame, and its local features."""

MOST_TRIED: Final = 4
"""Ways to lay the picture that are tried; each costs about 0.2 ms a frame."""


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
    """

    matrix: NDArray[np.float64]
    is_mirrored: bool
    file_frame: tuple[int, int]
    known_frame: tuple[int, int]
    places: int
    file_s: float
    known_s: float


def registrations(
    file: Sequence[Detailed], known: Sequence[Detailed], *, policy: AlteredPolicy
) -> tuple[Registration, ...]:
    """Answer how a file's picture may lie in a known video's, the way with most places first.

    Args:
        file: Some frames of the file: the first of every shot, and one a second or so.
        known: Some frames of the known video: the first of every shot, and more of long shots.
        policy: When two frames agree, by name.

    Returns:
        At most ``MOST_TRIED``, each of another frame of the file.
    """
    sides = [(at, keypoints(features)) for at, features in known]
    found = [
        best
        for at, features in file
        if (best := _best_of(at, keypoints(features), sides, policy)) is not None
    ]
    return tuple(sorted(found, key=lambda each: -each.places)[:MOST_TRIED])


def proposals(
    pairs: Sequence[tuple[float, Keypoints, float, Keypoints]], *, policy: AlteredPolicy
) -> tuple[Registration, ...]:
    """Answer the same of pairs of frames that may agree: second and points of the file's, and of the known.

    Args:
        pairs: The likeliest first.
        policy: When two frames agree, by name.
    """
    best: dict[float, Registration] = {}
    for at, file, known_s, known in pairs:
        for way in _agreeing(at, file, [(known_s, known)], policy):
            if at not in best or way.places > best[at].places:
                best[at] = way
    return tuple(sorted(best.values(), key=lambda each: -each.places)[:MOST_TRIED])


def _best_of(
    at_s: float, file: Keypoints, known: Iterable[tuple[float, Keypoints]], policy: AlteredPolicy
) -> Registration | None:
    """Answer how one frame of the file lies in the known frame that it agrees with most."""
    return max(_agreeing(at_s, file, known, policy), key=lambda each: each.places, default=None)


def _agreeing(
    at_s: float, file: Keypoints, known: Iterable[tuple[float, Keypoints]], policy: AlteredPolicy
) -> Iterator[Registration]:
    for known_s, side in known:
        found = best_agreement(file, side, policy=policy)
        if found is not None and is_enough(found, policy):
            yield Registration(
                np.array(found.matrix).reshape(3, 3),
                found.is_mirrored,
                (file.width, file.height),
                (side.width, side.height),
                found.places,
                at_s,
                known_s,
            )


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
        spans = aligned_spans(laid, known, policy=policy)
        link = linked(spans, file_s=file_s, known_s=known_s, policy=policy)
        if link is None or link.grade is Grade.VIEW:
            link = linked_as_a_whole(laid, known, file_s=file_s, known_s=known_s, policy=policy) or link
        if link is not None and link.grade is Grade.RECORDING:
            return link
        if link is not None and (best is None or link.moments > best.moments):
            best = link
    return best
