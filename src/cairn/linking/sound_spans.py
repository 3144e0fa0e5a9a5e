"""What agrees of two sounds, as values: spans of time of the one and of the other.

These values know nothing of how they were found. ``cairn.linking.audio`` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.frames import clock_end
from cairn.sentences import Sentence, listed_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SPANS_IN_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class SoundSpan:
    """A span of a file whose sound is that of a span of the known file; times in milliseconds.

    Attributes:
        begin_ms: Of the file.
        end_ms: Of the file.
        known_begin_ms: Of the known file.
        known_end_ms: Of the known file.
        agreeing: Points of the file's span that the known file has at their time and pitch.
        compared: Points of the file's span.
        score: Natural logarithm of how many times likelier that is of one sound than of two, less what the
            same is a beat or a bar away.
    """

    begin_ms: int
    end_ms: int
    known_begin_ms: int
    known_end_ms: int
    agreeing: int
    compared: int
    score: float

    @property
    def length_ms(self) -> int:
        """How long the span of the file is."""
        return self.end_ms - self.begin_ms


@dataclass(frozen=True, slots=True)
class SoundAgrees:
    """Parts of two files have one sound.

    Attributes:
        policy: The name of the policy that made the link.
        spans: In the order of the file; at least one.
        speed: Seconds of the known sound that one second of the file holds.
        keeps_pitch: The speed was changed, if it was, by software that keeps the pitch.
        shared_of_file: Share of the file's sound in the spans, 0 to 1.
        shared_of_known: Share of the known file's sound in the spans, 0 to 1.
        unrelated_pairs: How many pairs of unrelated sounds the policy was measured on.
        chance_links: How many of these it linked.
    """

    policy: str
    spans: tuple[SoundSpan, ...]
    speed: float
    keeps_pitch: bool
    shared_of_file: float
    shared_of_known: float
    unrelated_pairs: int
    chance_links: int

    @property
    def score(self) -> float:
        """The best span's score."""
        return max(span.score for span in self.spans)


def sound_in_words(found: SoundAgrees) -> Sentence:
    """Answer the evidence in sentences.

    >>> span = SoundSpan(10_000, 65_000, 0, 55_000, 420, 700, 900.0)
    >>> sound_in_words(SoundAgrees("s/1", (span,), 1.0, True, 0.9, 1.0, 40_000, 0))[:87]
    'The sound of 00:00:10–00:01:05 is that of 00:00:00–00:00:55 of the known file: 420 of 7'
    """
    agreeing, compared = (
        sum(getattr(span, name) for span in found.spans) for name in ("agreeing", "compared")
    )
    return Sentence(
        "The sound of %(spans)s of the known file: %(agreeing)s of %(compared)s points of time and pitch "
        "agree%(speed)s. Of %(pairs)s pairs of unrelated sounds, %(chance)s agreed that well. The pictures "
        "may differ",
        spans=_spans_in_words(found.spans),
        agreeing=agreeing,
        compared=compared,
        speed=_speed_in_words(found),
        pairs=found.unrelated_pairs,
        chance=found.chance_links or Sentence("none"),
    )


def _spans_in_words(spans: tuple[SoundSpan, ...]) -> str:
    shown = listed_apart([_span_in_words(span) for span in spans[:_SPANS_IN_WORDS]])
    more = len(spans) - _SPANS_IN_WORDS
    return Sentence("%(first)s; and %(more)s more", first=shown, more=more) if more > 0 else shown


def _span_in_words(span: SoundSpan) -> Sentence:
    return Sentence(
        "%(begin)s–%(end)s is that of %(known_begin)s–%(known_end)s",
        begin=clock(span.begin_ms),
        end=clock_end(span.end_ms / 1000),
        known_begin=clock(span.known_begin_ms),
        known_end=clock_end(span.known_end_ms / 1000),
    )


def clock(milliseconds: int) -> str:
    """Answer a moment of a file as hours, minutes and seconds.

    >>> clock(3_725_400)
    '01:02:05'
    """
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _speed_in_words(found: SoundAgrees) -> str:
    percent = 100 * (found.speed - 1)
    if abs(percent) < 0.1:  # noqa: PLR2004 - clocks of recorders differ by less
        return ""
    pitch = Sentence("the pitch kept") if found.keeps_pitch else Sentence("the pitch changed with it")
    by = f"{abs(percent):.1f}"
    if percent > 0:
        return Sentence(", played %(percent)s %% faster, %(pitch)s", percent=by, pitch=pitch)
    return Sentence(", played %(percent)s %% slower, %(pitch)s", percent=by, pitch=pitch)


def stored_sound(found: SoundAgrees) -> dict[str, object]:
    """Answer the evidence as values that a table of links keeps."""
    return {
        "kind": "sound-agrees",
        "policy": found.policy,
        "spans": [
            [
                span.begin_ms,
                span.end_ms,
                span.known_begin_ms,
                span.known_end_ms,
                span.agreeing,
                span.compared,
                round(span.score, 1),
            ]
            for span in found.spans
        ],
        "speed": round(found.speed, 5),
        "keeps_pitch": found.keeps_pitch,
        "shared_of_file": round(found.shared_of_file, 4),
        "shared_of_known": round(found.shared_of_known, 4),
        "unrelated_pairs": found.unrelated_pairs,
        "chance_links": found.chance_links,
    }


def sound_from_stored(values: Mapping[str, object]) -> SoundAgrees | None:
    """Answer stored evidence as a value; ``None`` where it is of another kind, or lacks something."""
    found = {name: value for name, value in values.items() if name != "kind"}
    if values.get("kind") != "sound-agrees" or found.keys() != set(SoundAgrees.__slots__):
        return None
    spans: Sequence[Sequence[float]] = found.pop("spans")  # type: ignore[assignment]  # as the node stored it
    return SoundAgrees(spans=tuple(SoundSpan(*span) for span in spans), **found)  # type: ignore[arg-type]
