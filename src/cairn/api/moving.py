"""The shapes of what was seen and heard of a file, and why a media is met: as in ``cairn check --json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cairn.api.shapes import Shape
from cairn.errors import Reason
from cairn.services.answering.answer_evidence import evidence_row
from cairn.services.answering.answer_json import video_row

if TYPE_CHECKING:
    from cairn.errors import NotComparable
    from cairn.linking import Evidence
    from cairn.services.answering.matches import VideoAnswer
    from cairn.services.fingerprinting.following import Heard


class WhyNotOut(Shape):
    """Why a file cannot be compared, or was followed no further."""

    reason: Reason
    sentence: str

    @classmethod
    def of(cls, why: NotComparable | None) -> WhyNotOut | None:
        """Answer why not, as it is written."""
        return None if why is None else cls(reason=why.reason, sentence=why.sentence)


class PartOut(Shape):
    """A part of a video: the media that explain it, and the series that have these seconds."""

    from_s: float
    to_s: float
    media: list[int]
    series: list[int]


class VideoFactsOut(Shape):
    """What a container says of itself; a person may have written anything there."""

    container: str
    codec: str
    width: int
    height: int
    rotation: int
    duration_s: float | None
    frame_rate: float | None
    created_at: str | None
    encoder: str
    make: str
    model: str
    streams: list[str]


class VideoOut(Shape):
    """What was seen of a video; ``parts`` is all of it, cut where the explanation changes, or empty."""

    mode: str
    frames: int
    comparable: int
    covered_s: float
    stopped: WhyNotOut | None
    facts: VideoFactsOut
    parts: list[PartOut]
    shots: list[float]

    @classmethod
    def of(cls, video: VideoAnswer) -> VideoOut:
        """Answer it as it is written."""
        return cls.model_validate(video_row(video))


class HeardOut(Shape):
    """How far a file was listened to, and why no further."""

    covered_s: float
    stopped: WhyNotOut | None

    @classmethod
    def of(cls, heard: Heard) -> HeardOut:
        """Answer it as it is written."""
        return cls(covered_s=heard.covered_s, stopped=WhyNotOut.of(heard.stopped))


class StretchOut(Shape):
    """A stretch of a file and one of a recorded video that lie in one line of time."""

    file_from_s: float
    file_to_s: float
    known_from_s: float
    known_to_s: float
    speed: float
    orientation: str
    frames: int
    moments: int
    distance_bits: float
    covered_bits: float
    elsewhere_bits: float
    together: float


class ClipOut(Shape):
    """Which seconds of a file are which of a recorded video; ``views`` may be another recording."""

    policy: str
    share_of_file: float
    share_of_known: float
    recording: list[StretchOut]
    views: list[StretchOut]


class SoundSpanOut(Shape):
    """A span of a file and one of a recorded file that have one sound."""

    begin_seconds: float
    end_seconds: float
    known_begin_seconds: float
    known_end_seconds: float
    agreeing: int
    compared: int
    score: float


class SoundOut(Shape):
    """The spans with one sound."""

    spans: list[SoundSpanOut]
    speed: float
    keeps_pitch: bool
    shared_of_file: float
    shared_of_known: float


class EvidenceOut(Shape):
    """Why a media is met; each key means what it does in the answer of a check."""

    kind: str
    link: str | None
    distance_bits: int | None
    orientation: str | None
    at_s: float | None
    clip: ClipOut | None
    sound: SoundOut | None
    words: str

    @classmethod
    def of(cls, evidence: Evidence) -> EvidenceOut:
        """Answer it as it is written; what a call never compares has no key."""
        row: dict[str, Any] = evidence_row(evidence)
        return cls.model_validate({key: row[key] for key in cls.model_fields})
