"""What is shown of a link by footage, in words and units that a person can check.

Two kinds: a picture and a frame of a video lie near each other (*the second that it was taken from*), and
stretches of two videos follow each other (``clip``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cairn.frames import clock, clock_end
from cairn.linking.clip.link import ClipLink, Grade
from cairn.linking.clip.spans import Span
from cairn.sentences import Sentence, listed
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


def frame_in_words(found: FrameNear, turned: str) -> Sentence:
    """Answer the evidence as a sentence.

    Args:
        found: The evidence.
        turned: The orientation in words.

    >>> frame_in_words(FrameNear(6, Orientation.ORIGINAL, 192.2, in_file=False), "not turned")
    'the recorded video shows it at 00:03:12: PDQ distance 6 of 256 bits, not turned'
    """
    what = (
        Sentence("this video shows the recorded picture")
        if found.in_file
        else Sentence("the recorded video shows it")
    )
    return Sentence(
        "%(what)s at %(at)s: PDQ distance %(distance)s of %(bits)s bits, %(turned)s",
        what=what,
        at=clock(found.at_s),
        distance=str(found.distance_bits),
        bits=str(PDQ_BITS),
        turned=turned,
    )


def clip_in_words(found: ClipLink) -> Sentence:
    """Answer the evidence as a sentence: which seconds are which."""
    if found.grade is Grade.VIEW:
        return Sentence(
            "perhaps the same view, or another recording of one place: %(spans)s; no moments tell that it is "
            "the same recording",
            spans=_spans_in_words(found.views),
        )
    same = Sentence(
        "the same recording, %(moments)s moments agree: %(spans)s; that is %(of_file)s of this video and "
        "%(of_known)s of the recorded one",
        moments=sum(span.moments for span in found.recording),
        spans=_spans_in_words(found.recording),
        of_file=f"{found.share_of_file:.0%}",
        of_known=f"{found.share_of_known:.0%}",
    )
    if not found.views:
        return same
    return Sentence(
        "%(same)s; and perhaps the same view, or another recording of one place: %(spans)s",
        same=same,
        spans=_spans_in_words(found.views),
    )


def _spans_in_words(spans: tuple[Span, ...]) -> str:
    words = listed([_span_in_words(span) for span in spans[:_MOST_SPANS_IN_WORDS]])
    more = len(spans) - _MOST_SPANS_IN_WORDS
    return Sentence("%(first)s and %(more)s more", first=words, more=more) if more > 0 else words


def _span_in_words(span: Span) -> Sentence:
    strays = abs(span.speed - 1) > 0.02  # noqa: PLR2004 - clocks of recorders differ by less
    return Sentence(
        "%(begin)s–%(end)s is %(known_begin)s–%(known_end)s there%(speed)s",
        begin=clock(span.file_from_s),
        end=clock_end(span.file_to_s),
        known_begin=clock(span.known_from_s),
        known_end=clock_end(span.known_to_s),
        speed=Sentence(" at %(times)s times the speed", times=f"{span.speed:.2f}") if strays else "",
    )


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
    # What was stored before ``clip-moments-3/4`` has the distance of the agreeing frames alone.
    covered = values.get("covered_bits", values["distance_bits"])
    return Span(**{**values, "covered_bits": covered, "orientation": Orientation(values["orientation"])})
