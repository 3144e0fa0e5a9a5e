"""The second half of the look at videos: their frames are asked of the index, and stretches lined up.

The access door stands before every cut-off, as in the detailed comparison: what the asker must not learn of
pushes no candidate out, and is compared for its owners alone, in an even time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip import CLIP_3, ClipLink, Grade
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node
from cairn.services.checking.even_time import evenly
from cairn.services.features.comparing import HIDDEN, VISIBLE, Sides
from cairn.services.features.indexing import readable_features
from cairn.services.footage.asked import of_row
from cairn.services.footage.by_points import ByPoints
from cairn.services.footage.deadline import Deadline
from cairn.services.footage.keeping import kept_of
from cairn.services.footage.meeting import frames_met, lined_up

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from cairn.index import Index
    from cairn.linking import Neighbour
    from cairn.linking.clip import ClipPolicy
    from cairn.services.answering.matches import VideoAnswer
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.footage.asked import AskedVideo
    from cairn.services.footage.by_points import Meetings
    from cairn.services.footage.looks import Looks
    from cairn.services.footage.meeting import FramesMet
    from cairn.services.node.opening import Node

    Load = Callable[[int], AskedVideo | None]

HIDDEN_S: Final = 0.6
HIDDEN_FILE_S: Final = 0.2
"""The time for comparing with what is hidden, and so much more for each video that is asked about."""

HIDDEN_FRAME_S: Final = 0.002
MOST_FOR_FRAMES_S: Final = 3.0
"""And for each of its frames, up to a bound: the asker knows how many they are."""

PAIRS_A_SECOND: Final = 150_000
"""Frames of a file times frames of a recorded video that are lined up in a second at the least: so few before
a fixed camera, where many look alike."""

_SHARE_OF_STEP: Final = 0.5
"""Then no further comparison is begun: the step must not last longer than it says."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of videos, and what links them to what is recorded.

    Attributes:
        videos: By media what was seen; nothing is said yet of what is known of it.
        near: By media its links, also those of which the asker must not learn.
    """

    videos: Mapping[int, VideoAnswer]
    near: Mapping[int, tuple[Neighbour, ...]]

    def with_more(self, other: Seen) -> Seen:
        """Answer what was seen of other videos beside."""
        return Seen({**self.videos, **other.videos}, {**self.near, **other.near})


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
    """Answer what links these videos of a check to recorded media.

    Args:
        node: The open node.
        index: The exact index.
        media: Whose frames were looked at.
        looks: What is held of them beside their hashes.
        recollection: What the asker may know.
        watch: Is told how many are compared.
        policy: The thresholds, by name.
    """
    return _compared(node, index, media, partial(of_row, looks=looks), recollection, policy, watch)


def compare_video(
    node: Node,
    index: Index,
    video: AskedVideo,
    *,
    recollection: Recollection,
    policy: ClipPolicy = CLIP_3,
    deadline: Deadline | None = None,
) -> tuple[Neighbour, ...]:
    """Answer what links one video, of which nothing is kept, to recorded media.

    Args:
        node: The open node.
        index: The exact index.
        video: As it was followed.
        recollection: What the asker may know.
        policy: The thresholds, by name.
        deadline: For the comparison with what the asker may know of; ``None`` for all of it.
    """
    seen = _compared(
        node, index, (video.number,), lambda _: video, recollection, policy, lambda _: None, deadline
    )
    return seen.near[video.number]


def _compared(
    node: Node,
    index: Index,
    media: Collection[int],
    load: Load,
    recollection: Recollection,
    policy: ClipPolicy,
    watch: Callable[[int], object],
    deadline: Deadline | None = None,
) -> Seen:
    if not media:
        return Seen({}, {})
    with database_errors_in_words(), readable_features(node) as features:
        sides = Sides(recollection)
        points = ByPoints(features, sides, policy)
        work = _Work(index, sides, policy, load, points, deadline or Deadline())
        for count, number in enumerate(sorted(media), 1):
            work.visible(number)
            watch(count)
        step_s = hidden_step_s(len(media), frames=[video.frames for video in work.videos.values()])
        with evenly(step_s):
            work.hidden(Deadline.after(_SHARE_OF_STEP * step_s, pairs_a_second=PAIRS_A_SECOND))
    return Seen(work.videos, {number: tuple(row) for number, row in work.found.items()})


def hidden_step_s(media: int, *, frames: Iterable[int]) -> float:
    """Answer the even time of the comparison with what is hidden, in seconds.

    Args:
        media: How many are asked about.
        frames: Of each that is a video how many were looked at.

    >>> hidden_step_s(1, frames=[100]), hidden_step_s(2, frames=[1_000, 50_000])
    (1.0, 6.0)
    """
    for_frames = sum(min(HIDDEN_FRAME_S * each, MOST_FOR_FRAMES_S) for each in frames)
    return HIDDEN_S + HIDDEN_FILE_S * media + for_frames


@dataclass(slots=True)
class _Work:
    """One run of comparisons: first with what the asker may know of, then with what the asker must not."""

    index: Index
    sides: Sides
    policy: ClipPolicy
    load: Load
    points: ByPoints
    deadline: Deadline
    videos: dict[int, VideoAnswer] = field(default_factory=dict)
    found: dict[int, list[Neighbour]] = field(default_factory=dict)
    _unseen: dict[int, list[FramesMet]] = field(default_factory=dict)
    _unseen_points: dict[int, Meetings] = field(default_factory=dict)

    def visible(self, number: int) -> None:
        """Compare one video with what the asker may know of."""
        video = self.load(number)
        if video is None:
            return  # a picture that turned out not to move is answered as a picture
        self.videos[number] = video.answer
        met = [
            each
            for each in frames_met(self.index, video.frames, self.policy.candidate_bits)
            if each.media != number
        ]
        sides = self.sides(np.array([each.media for each in met], np.uint64)).tolist()
        seen = [each for each, side in zip(met, sides, strict=True) if side == VISIBLE]
        self._unseen[number] = [each for each, side in zip(met, sides, strict=True) if side == HIDDEN]
        points: Meetings = {}
        if (look := video.look) is not None:
            with as_the_node("frames are one content's, whoever looked at it"):
                points, self._unseen_points[number] = self.points.meetings(look, but=number)
        self.found[number] = self._links(video, seen, points, self.deadline)

    def hidden(self, deadline: Deadline) -> None:
        """Compare the same videos with what lies in series that the asker must not learn of.

        Args:
            deadline: Of the even time.
        """
        for number, met in self._unseen.items():
            points = self._unseen_points.get(number, {})
            if (met or points) and (video := self.load(number)) is not None:
                with as_the_node("owners learn who met what is hidden"):
                    self.found[number] += self._links(video, met, points, deadline)

    def _links(
        self, video: AskedVideo, met: Sequence[FramesMet], points: Meetings, deadline: Deadline
    ) -> list[Neighbour]:
        """Answer the links of a file with recorded media: by near frames, else by points."""
        links = lined_up(video.frames, video.seconds, met, self.policy, deadline=deadline)
        open_ones = {media: pairs for media, pairs in points.items() if not is_recording(links.get(media))}
        look = video.look if open_ones else None
        if look is not None:
            with as_the_node("frames are one content's, whoever looked at it"):
                kept = kept_of(open_ones)
                links |= self.points.links(look, open_ones, kept, file_s=video.seconds, deadline=deadline)
        return list(links.items())


def is_recording(link: object) -> bool:
    """Answer whether evidence says that two videos are the same recording."""
    return isinstance(link, ClipLink) and link.grade is Grade.RECORDING
