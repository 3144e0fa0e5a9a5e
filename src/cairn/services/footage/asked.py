"""A video that is asked about: what was seen of it, before anything is said of what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.records.footage import Footage
from cairn.records.lock import as_the_node
from cairn.services.answering.matches import MOST_SHOTS, VideoAnswer
from cairn.services.footage.keeping import asked_frames, comparable_of, facts_row, stopped_of

if TYPE_CHECKING:
    from cairn.frames import Frames, VideoFingerprint
    from cairn.services.footage.looks import Looks


@dataclass(frozen=True, slots=True)
class AskedVideo:
    """What was seen of a video.

    Attributes:
        number: Its media; 0 where no media has its content.
        frames: All that were looked at, in all orientations.
        answer: What is told of it, with nothing yet of what is known.
        looks: Hold what the frames have beside their hashes; ``None`` where they have it themselves.
    """

    number: int
    frames: Frames
    answer: VideoAnswer
    looks: Looks | None = None

    @property
    def look(self) -> Frames | None:
        """Answer the frames with small pictures and local features; ``None`` where nobody has kept any."""
        if self.looks is not None:
            return self.looks.of(self.number, self.frames)
        return None if self.frames.cells is None else self.frames

    @property
    def seconds(self) -> float:
        """How far it was followed, and never nothing."""
        return max(self.answer.covered_s, 0.1)


def of_row(number: int, looks: Looks) -> AskedVideo | None:
    """Answer a video of a check; ``None`` where it was not looked at, or is a picture that does not move."""
    with as_the_node("frames are one content's, whoever looked at it"):
        row = Footage.objects.select_related("media").defer("details").filter(media=number).first()
    if row is None or (not row.frames and (row.media.media_type or "").startswith("image/")):
        return None
    frames = asked_frames(row)
    answer = VideoAnswer(
        mode=row.mode,
        frames=row.frames,
        comparable=row.comparable,
        covered_s=row.covered_s,
        stopped=stopped_of(row),
        facts=row.facts,
        shots=_shots(frames),
    )
    return AskedVideo(number, frames, answer, looks)


def of_fingerprint(number: int, video: VideoFingerprint) -> AskedVideo:
    """Answer a video of which nothing is kept.

    Args:
        number: The media that has its content; 0 where none has.
        video: As it was followed.
    """
    frames = video.frames
    answer = VideoAnswer(
        mode=video.mode.value,
        frames=len(frames),
        comparable=comparable_of(frames),
        covered_s=video.covered_s,
        stopped=video.stopped,
        facts=facts_row(video.facts),
        shots=_shots(frames),
    )
    return AskedVideo(number, frames, answer)


def _shots(frames: Frames) -> tuple[float, ...]:
    """Answer when shots begin; of very many, some that are spread evenly over all."""
    begins = frames.at[frames.shot]
    if len(begins) > MOST_SHOTS:
        begins = begins[np.linspace(0, len(begins) - 1, MOST_SHOTS).astype(np.intp)]
    return tuple(begins.tolist())
