"""The second half of the look at videos: their frames are asked of the index, and stretches lined up.

The access door stands before every cut-off, as in the detailed comparison: what the asker must not learn of
pushes no candidate out, and is compared for its owners alone, in an even time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip import CLIP_3, ClipLink, Grade, clip_link
from cairn.linking.evidence import undo
from cairn.linking.footage import FrameNear
from cairn.records.connection import database_errors_in_words
from cairn.records.footage import Footage
from cairn.records.lock import as_the_node
from cairn.services.answering.matches import MOST_SHOTS, VideoAnswer
from cairn.services.checking.even_time import evenly
from cairn.services.features.comparing import HIDDEN, VISIBLE, Sides
from cairn.services.features.indexing import readable_features
from cairn.services.footage.by_points import ByPoints
from cairn.services.footage.keeping import asked_frames, kept_of, stopped_of
from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.index import Index
    from cairn.linking import Neighbour
    from cairn.linking.clip import ClipPolicy
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.footage.by_points import Meetings
    from cairn.services.footage.looks import Looks
    from cairn.services.node.opening import Node

MOST_CANDIDATES: Final = 100
"""Recorded media that one video is lined up with, those first that met most of its frames. Further ones are
met by single frames alone, as a title is that many videos share."""

HIDDEN_S: Final = 0.6
HIDDEN_FILE_S: Final = 0.2
"""The time for comparing with what is hidden, and so much more for each video that is asked about."""

_SHARE_OF_STEP: Final = 0.5
"""Then no further comparison by points is begun: the step must not last longer than it says."""

MINIMUM_QUALITY: Final = 50
ASKED_AT_ONCE: Final = 2_000
"""Frames that are asked of the index at once: 16,000 hashes in all orientations."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of the videos of a check, and what links them to what is recorded.

    Attributes:
        videos: By media what was seen; nothing is said yet of what is known of it.
        near: By media its links, also those of which the asker must not learn.
    """

    videos: Mapping[int, VideoAnswer]
    near: Mapping[int, tuple[Neighbour, ...]]


@dataclass(frozen=True, slots=True)
class _Met:
    """A recorded media that frames of a file are near to: how many, and the nearest."""

    media: int
    frames: int
    distance: int
    orientation: int
    file_s: float


def compare_videos(
    node: Node,
    index: Index,
    media: Collection[int],
    *,
    looks: Looks,
    recollection: Recollection,
    watch: Callable[[int], object] = lambda _: None,
    policy: ClipPolicy = CLIP_3,
) -> Seen:
    """Answer what links these videos to recorded media.

    Args:
        node: The open node.
        index: The exact index.
        media: Whose frames were looked at.
        looks: What is held of them beside their hashes.
        recollection: What the asker may know.
        watch: Is told how many are compared.
        policy: The thresholds, by name.
    """
    with database_errors_in_words(), readable_features(node) as features:
        sides = Sides(recollection)
        work = _Work(index, sides, policy, looks, ByPoints(features, sides, policy))
        for count, number in enumerate(sorted(media), 1):
            work.visible(number)
            watch(count)
        step_s = HIDDEN_S + HIDDEN_FILE_S * len(media)
        with evenly(step_s):
            work.hidden(ends_at=time.monotonic() + _SHARE_OF_STEP * step_s)
    return Seen(work.videos, {number: tuple(row) for number, row in work.found.items()})


@dataclass(slots=True)
class _Work:
    """One run of comparisons: first with what the asker may know of, then with what the asker must not."""

    index: Index
    sides: Sides
    policy: ClipPolicy
    looks: Looks
    points: ByPoints
    videos: dict[int, VideoAnswer] = field(default_factory=dict)
    found: dict[int, list[Neighbour]] = field(default_factory=dict)
    _unseen: dict[int, list[_Met]] = field(default_factory=dict)
    _unseen_points: dict[int, Meetings] = field(default_factory=dict)

    def visible(self, number: int) -> None:
        """Compare one video with what the asker may know of."""
        with as_the_node("frames are one content's, whoever looked at it"):
            row = Footage.objects.select_related("media").defer("details").filter(media=number).first()
        if row is None or (not row.frames and (row.media.media_type or "").startswith("image/")):
            return  # a picture that turned out not to move is answered as a picture
        frames = asked_frames(row)
        self.videos[number] = _as_answer(row, frames)
        met = [each for each in _met(self.index, frames, self.policy.candidate_bits) if each.media != number]
        sides = self.sides(np.array([each.media for each in met], np.uint64)).tolist()
        seen = [each for each, side in zip(met, sides, strict=True) if side == VISIBLE]
        self._unseen[number] = [each for each, side in zip(met, sides, strict=True) if side == HIDDEN]
        points: Meetings = {}
        if (look := self.looks.of(number, frames)) is not None:
            with as_the_node("frames are one content's, whoever looked at it"):
                points, self._unseen_points[number] = self.points.meetings(look, but=number)
        self.found[number] = self._links(number, row, seen, points)

    def hidden(self, *, ends_at: float) -> None:
        """Compare the same videos with what lies in series that the asker must not learn of.

        Args:
            ends_at: On the monotonic clock; no comparison by points is begun afterwards.
        """
        for number, met in self._unseen.items():
            if not met and not self._unseen_points.get(number):
                continue
            with as_the_node("owners learn who met what is hidden"):
                row = Footage.objects.defer("details").get(media=number)
                points = self._unseen_points.get(number, {})
                self.found[number] += self._links(number, row, met, points, ends_at=ends_at)

    def _links(
        self,
        number: int,
        row: Footage,
        met: Sequence[_Met],
        points: Meetings,
        *,
        ends_at: float = float("inf"),
    ) -> list[Neighbour]:
        """Answer the links of a file with recorded media: by near frames, else by points."""
        frames, file_s = asked_frames(row), max(row.covered_s, 0.1)
        links = self._by_hashes(frames, file_s, met)
        open_ones = {media: pairs for media, pairs in points.items() if not _is_recording(links.get(media))}
        look = self.looks.of(number, frames) if open_ones else None
        if look is not None:
            with as_the_node("frames are one content's, whoever looked at it"):
                kept = kept_of(open_ones)
                links |= self.points.links(look, open_ones, kept, file_s=file_s, ends_at=ends_at)
        return list(links.items())

    def _by_hashes(
        self, frames: Frames, file_s: float, met: Sequence[_Met]
    ) -> dict[int, FrameNear | ClipLink]:
        return _lined_up(frames, file_s, met, self.policy)


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
    met = [each for each in _met(index, frames, policy.candidate_bits) if each.media != but]
    side = sides(np.array([each.media for each in met], np.uint64)).tolist()
    seen = [each for each, one in zip(met, side, strict=True) if one == VISIBLE]
    return _lined_up(frames, file_s, seen, policy)


def _lined_up(
    frames: Frames, file_s: float, met: Sequence[_Met], policy: ClipPolicy
) -> dict[int, FrameNear | ClipLink]:
    """Answer how these media, those first that met most frames, and the frames lie in time."""
    first = sorted(met, key=lambda each: (-each.frames, each.distance, each.media))[:MOST_CANDIDATES]
    kept = kept_of([each.media for each in first])
    links: dict[int, FrameNear | ClipLink] = {}
    for each in first:
        video = kept.get(each.media)
        if video is None:
            turned = undo(ORIENTATIONS[each.orientation])
            links[each.media] = FrameNear(each.distance, turned, each.file_s, in_file=True)
            continue
        known_s = max(video.covered_s, 0.1)
        link = clip_link(frames, video.frames, file_s=file_s, known_s=known_s, policy=policy)
        if link is not None:
            links[each.media] = link
    return links


def _is_recording(link: FrameNear | ClipLink | None) -> bool:
    return isinstance(link, ClipLink) and link.grade is Grade.RECORDING


def _met(index: Index, frames: Frames, radius_bits: int) -> list[_Met]:
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
) -> list[_Met]:
    """Answer each media once: with how many frames of the file it meets, and the nearest of them."""
    order = np.lexsort((row, distance, media))
    found = []
    for at in np.split(order, np.flatnonzero(np.diff(media[order])) + 1):
        if len(at):
            best = int(at[0])
            found.append(
                _Met(
                    int(media[best]),
                    len(np.unique(row[at])),
                    int(distance[best]),
                    int(turn[best]),
                    float(frames.at[row[best]]),
                )
            )
    return found


def _shots(frames: Frames) -> tuple[float, ...]:
    """Answer when shots begin; of very many, some that are spread evenly over all."""
    begins = frames.at[frames.shot]
    if len(begins) > MOST_SHOTS:
        begins = begins[np.linspace(0, len(begins) - 1, MOST_SHOTS).astype(np.intp)]
    return tuple(begins.tolist())


def _as_answer(row: Footage, frames: Frames) -> VideoAnswer:
    return VideoAnswer(
        mode=row.mode,
        frames=row.frames,
        comparable=row.comparable,
        covered_s=row.covered_s,
        stopped=stopped_of(row),
        facts=row.facts,
        shots=_shots(frames),
    )
