"""What is shown of a link by footage, in words and units that a person can check.

Two kinds: a picture and a frame of a video lie near each other (*the second that it was taken from*), and
stretches of two videos follow each other (``clip``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cairn.frames import clock
from cairn.linking.clip.link import ClipLink, Grade
from cairn.linking.clip.spans import Span
from cairn.types import PDQ_BITS, Orientation

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_SPANS_IN_WORDS = 4


@dataclass(frozen=True, slots=True)
class FrameNear:
    """A picture lies near a frame of a video.

    Attributes:
        distance_bits: Of their PDQ hashes, 0 to 256.
        orientation: How the recorded one was turned to become this file's.
        at_s: The second of the video.
        in_file: True where the video is the file and the picture is recorded; else it is the other way round.
    """

    distance_bits: int
    orientation: Orientation
    at_s: float
    in_file: bool


def frame_in_words(found: FrameNear, turned: str) -> str:
    """Answer the evidence as a sentence.

    Args:
        found: The evidence.
        turned: The orientation in words.

    >>> frame_in_words(FrameNear(6, Orientation.ORIGINAL, 192.2, in_file=False), "not turned")
    'the recorded video shows it at 00:03:12: PDQ distance 6 of 256 bits, not turned'
    """
    where = "this video shows the recorded picture" if found.in_file else "the recorded video shows it"
    return f"{where} at {clock(found.at_s)}: PDQ distance {found.distance_bits} of {PDQ_BITS} bits, {turned}"


def clip_in_words(found: ClipLink) -> str:
    """Answer the evidence as a sentence: which seconds are which."""
    if found.grade is Grade.VIEW:
        return (
            f"perhaps the same view, or another recording of one place: {_listed(found.views)}; "
            "no moments tell that it is the same recording"
        )
    moments = sum(span.moments for span in found.recording)
    return (
        f"the same recording, {moments} moments agree: {_listed(found.recording)}; that is "
        f"{found.share_of_file:.0%} of this video and {found.share_of_known:.0%} of the recorded one"
    )


def _listed(spans: tuple[Span, ...]) -> str:
    words = [
        f"{clock(span.file_from_s)}–{clock(span.file_to_s)} is "
        f"{clock(span.known_from_s)}–{clock(span.known_to_s)} there"
        + (f" at {span.speed:.2f} times the speed" if abs(span.speed - 1) > 0.02 else "")  # noqa: PLR2004
        for span in spans[:_MOST_SPANS_IN_WORDS]
    ]
    more = len(spans) - len(words)
    return ", ".join(words) + (f" and {more} more" if more else "")


def stored_footage(found: FrameNear | ClipLink) -> dict[str, object]:
    """Answer the evidence as values that a table keeps."""
    if isinstance(found, FrameNear):
        return {"kind": "frame-near", **asdict(found), "orientation": found.orientation.value}
    return {
        "kind": "clip-agrees",
        "recording": [_stored_span(span) for span in found.recording],
        "views": [_stored_span(span) for span in found.views],
        "share_of_file": found.share_of_file,
        "share_of_known": found.share_of_known,
        "policy": found.policy,
    }


def footage_from_stored(values: Mapping[str, Any]) -> FrameNear | ClipLink | None:
    """Answer what one of the two wrote; ``None`` of another kind."""
    if values.get("kind") == "frame-near":
        return FrameNear(
            values["distance_bits"], Orientation(values["orientation"]), values["at_s"], values["in_file"]
        )
    if values.get("kind") == "clip-agrees":
        return ClipLink(
            tuple(map(_span, values["recording"])),
            tuple(map(_span, values["views"])),
            share_of_file=values["share_of_file"],
            share_of_known=values["share_of_known"],
            policy=values["policy"],
        )
    return None


def _stored_span(span: Span) -> dict[str, object]:
    return {**asdict(span), "orientation": span.orientation.value}


def _span(values: Mapping[str, Any]) -> Span:
    return Span(**{**values, "orientation": Orientation(values["orientation"])})
