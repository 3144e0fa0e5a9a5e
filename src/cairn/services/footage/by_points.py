"""Videos whose frames have no near hash: which recorded ones share points with them, and agree in time.

A frame of the file votes for recorded frames in the index of local features. Those that it meets are compared
point by point; each agreement says how the file's picture may lie in the recorded one, and then all frames of
the file have to follow it (``cairn.linking.clip.registration``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.index.local_stages import IVFPQ_VOTES
from cairn.linking.clip.link import Grade
from cairn.linking.clip.registration import proposals, registered_link
from cairn.linking.keypoints import keypoints
from cairn.linking.policy import ALTERED_10_11
from cairn.records.footage import Footage
from cairn.services.features.comparing import HIDDEN, LEFT_OUT, VISIBLE
from cairn.services.features.frames import (
    FIRST_FRAME_ID,
    asked_rows,
    features_at,
    frame_ids,
    from_bytes,
    media_of,
    number_of,
)
from cairn.services.features.recorded import recorded

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.index.local import LocalIndex
    from cairn.linking.clip import ClipLink, ClipPolicy
    from cairn.services.features.comparing import Sides
    from cairn.services.footage.deadline import Deadline
    from cairn.services.footage.keeping import Kept
    from cairn.types import LocalFeatures

MOST_MET: Final = 12
"""Recorded frames that each of these is compared with, the likeliest; comparing takes some 10 ms each."""

MOST_VIDEOS: Final = 10
"""Recorded videos that a file is laid into, those that met most of its frames."""

Meetings = dict[int, list[tuple[int, int]]]
"""By recorded media: which asked frame of the file meets which of its frames, the likeliest first."""


@dataclass(slots=True)
class ByPoints:
    """Finds recorded videos that share points with a file.

    Attributes:
        index: Of local features; ``None`` where there are so few that all are compared.
        sides: Tells to which side media belong.
        policy: The thresholds for clips, by name.
    """

    index: LocalIndex | None
    sides: Sides
    policy: ClipPolicy
    _few: list[tuple[int, int]] | None = field(default=None)

    def meetings(self, file: Frames, *, but: int) -> tuple[Meetings, Meetings]:
        """Answer which recorded frames may show what frames of the file show: visible ones, hidden ones.

        Args:
            file: With details.
            but: The file's own media.
        """
        found: tuple[Meetings, Meetings] = ({}, {})
        for row in asked_rows(file):
            for side, frames in zip(found, self._met(features_at(file, row)), strict=True):
                for frame in frames:
                    media = int(media_of(np.array([frame], np.uint64))[0])
                    if media != but:
                        side.setdefault(media, []).append((row, number_of(frame)))
        return found

    def _met(self, features: LocalFeatures) -> tuple[list[int], list[int]]:
        if self.index is None:
            few = self._all()
            sides = self.sides(np.array([media for media, _ in few], np.uint64)) if few else np.zeros(0)
            columns = tuple(
                [frame for (_, frame), side in zip(few, sides, strict=True) if side == wanted]
                for wanted in (VISIBLE, HIDDEN)
            )
            return columns[0], columns[1]
        visible, hidden = self.index.grouped(features, stage=IVFPQ_VOTES, groups=2, group_of=self._group)
        return visible.id[:MOST_MET].tolist(), hidden.id[:MOST_MET].tolist()

    def _group(self, ids: NDArray[np.uint64]) -> NDArray[np.int8]:
        groups = np.full(len(ids), LEFT_OUT, np.int8)
        are_frames = ids >= FIRST_FRAME_ID
        groups[are_frames] = self.sides(media_of(ids[are_frames]))
        return groups

    def _all(self) -> list[tuple[int, int]]:
        """Answer all recorded frames with points; there are a few dozen."""
        if self._few is None:
            rows = recorded(Footage.objects.filter(detailed__gt=0)).values_list("pk", "detailed")
            self._few = [(media, each) for media, count in rows for each in frame_ids(media, count)]
        return self._few

    def links(
        self,
        file: Frames,
        met: Meetings,
        kept: dict[int, Kept],
        *,
        file_s: float,
        deadline: Deadline,
    ) -> dict[int, ClipLink]:
        """Answer which of the recorded videos are the same recording, with the file's edit undone.

        Args:
            file: With cells and details.
            met: As ``meetings`` answers.
            kept: What is kept of the recorded videos.
            file_s: How long the file lasts.
            deadline: No other video is begun afterwards.
        """
        asked = {row for pairs in met.values() for row, _ in pairs}
        ours = {row: keypoints(features_at(file, row)) for row in sorted(asked)}
        found: dict[int, ClipLink] = {}
        for media in _likeliest(met, kept):
            if deadline.is_over():
                break
            details = _details_of(media)
            pairs = [
                (file.details[row].at_s, ours[row], details[number][0], keypoints(details[number][1]))
                for row, number in met[media]
                if number < len(details)
            ]
            ways = proposals(pairs, policy=ALTERED_10_11)
            known_s = max(kept[media].covered_s, 0.1)
            link = registered_link(
                file, kept[media].frames, ways, file_s=file_s, known_s=known_s, policy=self.policy
            )
            if link is not None and link.grade is Grade.RECORDING:
                found[media] = link
        return found


def _likeliest(met: Meetings, kept: Collection[int]) -> Sequence[int]:
    """Answer the videos of which most frames of the file have met a frame."""
    counted = sorted(
        (-len({row for row, _ in pairs}), media) for media, pairs in met.items() if media in kept
    )
    return [media for _, media in counted[:MOST_VIDEOS]]


def _details_of(media: int) -> Sequence[tuple[float, LocalFeatures]]:
    raw = Footage.objects.filter(media=media).values_list("details", flat=True).first()
    return from_bytes(bytes(raw)) if raw else ()
