"""Which recorded media the frames of a video meet in the exact index, and how these lie in its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip import ClipLink, clip_link
from cairn.linking.evidence import undo
from cairn.linking.footage import FrameNear
from cairn.services.features.comparing import VISIBLE
from cairn.services.footage.deadline import Deadline
from cairn.services.footage.keeping import kept_of
from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.index import Index
    from cairn.linking.clip import ClipPolicy
    from cairn.services.features.comparing import Sides

MOST_CANDIDATES: Final = 100
"""Recorded media that one video is lined up with, those first that met most of its frames. Further ones are
met by single frames alone, as a title is that many videos share."""

LOADED_AT_ONCE: Final = 10
"""Recorded media whose frames are read together."""

MINIMUM_QUALITY: Final = 50
ASKED_AT_ONCE: Final = 2_000
"""Frames that are asked of the index at once: 16,000 hashes in all orientations."""


@dataclass(frozen=True, slots=True)
class FramesMet:
    """A recorded media that frames of a file are near to: how many, and the nearest."""

    media: int
    frames: int
    distance: int
    orientation: int
    file_s: float


def links_of_frames(
    index: Index, frames: Frames, *, but: int, file_s: float, sides: Sides, policy: ClipPolicy
) -> dict[int, FrameNear | ClipLink]:
    """Answer the links of some frames with recorded media that the asker may know of, by hashes alone.

    Args:
        index: The exact index.
        frames: Of one video, or of its beginning.
        but: The media itself.
        file_s: How far the frames reach.
        sides: Tells what the asker may know of.
        policy: The thresholds, by name.
    """
    met = [each for each in frames_met(index, frames, policy.candidate_bits) if each.media != but]
    side = sides(np.array([each.media for each in met], np.uint64)).tolist()
    seen = [each for each, one in zip(met, side, strict=True) if one == VISIBLE]
    return lined_up(frames, file_s, seen, policy)


def lined_up(
    frames: Frames,
    file_s: float,
    met: Sequence[FramesMet],
    policy: ClipPolicy,
    *,
    deadline: Deadline | None = None,
) -> dict[int, FrameNear | ClipLink]:
    """Answer how these media, those first that met most frames, and the frames lie in time.

    Args:
        frames: Of the file.
        file_s: How far they reach.
        met: Recorded media that they are near to.
        policy: The thresholds, by name.
        deadline: Media that it leaves out are met by their nearest frame alone.
    """
    deadline = deadline or Deadline()
    first = sorted(met, key=lambda each: (-each.frames, each.distance, each.media))[:MOST_CANDIDATES]
    links: dict[int, FrameNear | ClipLink] = {}
    for at in range(0, len(first), LOADED_AT_ONCE):
        some = first[at : at + LOADED_AT_ONCE]
        kept = {} if deadline.is_over() else kept_of([each.media for each in some])
        for each in some:
            video = kept.get(each.media)
            if video is None or deadline.is_over(pairs=len(frames) * len(video.frames)):
                turned = undo(ORIENTATIONS[each.orientation])
                links[each.media] = FrameNear(each.distance, turned, each.file_s, in_file=True)
                continue
            known_s = max(video.covered_s, 0.1)
            link = clip_link(frames, video.frames, file_s=file_s, known_s=known_s, policy=policy)
            if link is not None:
                links[each.media] = link
    return links


def frames_met(index: Index, frames: Frames, radius_bits: int) -> list[FramesMet]:
    """Answer every recorded media that has a hash within the radius of a frame of the file, in any turn."""
    whole = np.flatnonzero(frames.quality >= MINIMUM_QUALITY)
    differs = (frames.inside != frames.hashes).any(axis=1)
    within = np.flatnonzero((frames.inside_quality >= MINIMUM_QUALITY) & differs)
    if frames.turned is None or frames.inside_turned is None:
        return []
    rows = np.concatenate([whole, within])
    queries = np.concatenate([frames.turned[whole], frames.inside_turned[within]])
    columns = [
        _ask(index, rows[at : at + ASKED_AT_ONCE], queries[at : at + ASKED_AT_ONCE], radius_bits)
        for at in range(0, len(rows), ASKED_AT_ONCE)
    ]
    if not columns:
        return []
    row, media, distance, turn = (np.concatenate(column) for column in zip(*columns, strict=True))
    return _summed(frames, row, media, distance, turn)


def _ask(
    index: Index, rows: NDArray[np.intp], queries: NDArray[np.uint8], radius_bits: int
) -> tuple[NDArray[np.intp], NDArray[np.uint64], NDArray[np.uint16], NDArray[np.uint8]]:
    found = index.search_orientations(queries, radius=radius_bits)
    return rows[found.query], found.id, found.distance, found.orientation


def _summed(
    frames: Frames,
    row: NDArray[np.intp],
    media: NDArray[np.uint64],
    distance: NDArray[np.uint16],
    turn: NDArray[np.uint8],
) -> list[FramesMet]:
    """Answer each media once: with how many frames of the file it meets, and the nearest of them."""
    order = np.lexsort((row, distance, media))
    found = []
    for at in np.split(order, np.flatnonzero(np.diff(media[order])) + 1):
        if len(at):
            best = int(at[0])
            found.append(
                FramesMet(
                    int(media[best]),
                    len(np.unique(row[at])),
                    int(distance[best]),
                    int(turn[best]),
                    float(frames.at[row[best]]),
                )
            )
    return found
