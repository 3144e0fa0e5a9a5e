"""Which seconds of a video are known? Its stretches as a bar in time, and a row of a table each.

Two lanes, because pictures and sound say two things: a stretch may be new to the eye and known to the ear.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cairn.frames import clock, clock_end
from cairn.linking.owned import overlap
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, Any]

_NUMBERED_FROM: Final = 0.02
"""A stretch that is narrower than this share of the bar has its number in the table alone."""
_THINNEST: Final = 0.002
_STRAY: Final = 0.02
"""A speed that strays less is that of a clock, and not said."""


class Lane(StrEnum):
    """What told of a stretch."""

    PICTURES = "pictures"
    SOUND = "sound"


class Known(StrEnum):
    """What is known of a stretch."""

    IDENTIFIED = "identified"
    SERIES = "series"
    RECORDED = "recorded"
    NEW = "new"


class Seconds(StrEnum):
    """Of which seconds a page shows frames."""

    ALL = "all"
    MATCHED = "matched"


SIGNS: Final[Mapping[Known, tuple[str, str]]] = {
    Known.IDENTIFIED: ("good", "✓"),
    Known.SERIES: ("good", "●"),
    Known.RECORDED: ("warn", "≈"),
    Known.NEW: ("plain", "+"),
}
"""The kind of its badge, and a sign that says the same without colour."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a video as a page shows it.

    Attributes:
        number: In the order of the table.
        lane: What told of it.
        known: What is known of it.
        from_s: Where it begins.
        to_s: Where it ends.
        series: The series that explain it, as ``shown.series_of`` has them, the best first.
        there: Which seconds of the recorded one it is; ``""`` where that is not said.
        x: Where it begins on the bar, as SVG has it.
        width: How wide it is there.
        has_room: Whether its number fits into it.
    """

    number: int
    lane: Lane
    known: Known
    from_s: float
    to_s: float
    series: tuple[Row, ...]
    there: str
    x: str
    width: str
    has_room: bool

    @property
    def begins(self) -> str:
        """Where it begins, as people write it."""
        return clock(self.from_s)

    @property
    def ends(self) -> str:
        """Where it ends."""
        return clock_end(self.to_s)

    @property
    def kind(self) -> str:
        """The kind of its badge."""
        return SIGNS[self.known][0]

    @property
    def sign(self) -> str:
        """Its sign."""
        return SIGNS[self.known][1]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A video, or a sound, in time.

    Attributes:
        length_s: How long it is, as far as it was followed.
        stretches: Those of its pictures in the order of time, then those of its sound.
    """

    length_s: float
    stretches: tuple[Stretch, ...]

    @property
    def length(self) -> str:
        """How long it is, as people write it."""
        return clock_end(self.length_s)

    @property
    def pictures(self) -> Sequence[Stretch]:
        """What its pictures say."""
        return [each for each in self.stretches if each.lane is Lane.PICTURES]

    @property
    def sounds(self) -> Sequence[Stretch]:
        """What its sound says."""
        return [each for each in self.stretches if each.lane is Lane.SOUND]


@dataclass(frozen=True, slots=True)
class _Found:
    lane: Lane
    from_s: float
    to_s: float
    matches: tuple[Row, ...]
    series: tuple[Row, ...]
    there: str = ""


def time_line(file: Row) -> TimeLine | None:
    """Answer a file in time; ``None`` where no second of it is known.

    Args:
        file: As ``shown.file_of`` has it: a series that may no longer be told is in none of its matches.
    """
    found = [*_pictures(file), *_equal(file), *_sounds(file)]
    if not any(each.matches for each in found):
        return None
    length = max(_stated_s(file), _heard_s(file), *(each.to_s for each in found))
    return TimeLine(
        length, tuple(_stretch(number, each, length) for number, each in enumerate(found, start=1))
    )


def _stated_s(file: Row) -> float:
    return float(file["video"]["covered_s"]) if file["video"] else 0.0


def _heard_s(file: Row) -> float:
    """Answer how long the sound of a file is, by the share of it that a match spans; 0 where none does."""
    heard = [match["evidence"]["sound"] for match in file["matches"] if match["evidence"].get("sound")]
    lengths = [
        sum(span["end_seconds"] - span["begin_seconds"] for span in each["spans"]) / each["shared_of_file"]
        for each in heard
        if each["shared_of_file"] > 0
    ]
    return max(lengths, default=0.0)


def _pictures(file: Row) -> Iterator[_Found]:
    by_media = {match["media"]: match for match in file["matches"] if _is_equal(match)}
    by_media |= {match["media"]: match for match in file["matches"] if match["evidence"].get("clip")}
    for part in file["video"]["parts"] if file["video"] else ():
        matches = tuple(by_media[media] for media in part["media"] if media in by_media)
        there = _there(matches[0], part["from_s"], part["to_s"]) if matches else ""
        series = _once(row for match in matches for row in match["series"])
        if "series" in part:  # an answer of before series had stretches says nothing of it
            series = tuple(row for row in series if row["id"] in part["series"])
        yield _Found(Lane.PICTURES, part["from_s"], part["to_s"], matches, series, there)


def _equal(file: Row) -> Iterator[_Found]:
    """Yield what series have of a recorded video that a file is equal to, and that nobody looked at again."""
    if file["video"] and file["video"]["parts"]:
        return
    for match in file["matches"]:
        if _is_equal(match):
            for series in match["series"]:
                for span in series["spans"]:
                    there = span["words"]
                    yield _Found(Lane.PICTURES, span["from_s"], span["to_s"], (match,), (series,), there)


def _is_equal(match: Row) -> bool:
    return bool(match["evidence"]["kind"] in {"digest-equal", "digest-stated"})


def _sounds(file: Row) -> Iterator[_Found]:
    spans = [
        (span, match)
        for match in file["matches"]
        if match["evidence"].get("sound")
        for span in match["evidence"]["sound"]["spans"]
    ]
    for span, match in sorted(spans, key=lambda row: (row[0]["begin_seconds"], row[0]["end_seconds"])):
        for (from_s, to_s), known in _cut(span, match["series"]):
            there = f"{clock(known[0])}–{clock_end(known[1])}"
            series = tuple(row for row in match["series"] if _has(row, known))
            yield _Found(Lane.SOUND, from_s, to_s, (match,), series, there)


def _cut(span: Row, rows: Sequence[Row]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the seconds here and there of a span of sound, cut where these series begin and end in it."""
    first, last = span["known_begin_seconds"], span["known_end_seconds"]
    begin, end = span["begin_seconds"], span["end_seconds"]
    edges = {each[edge] for row in rows for each in row["spans"] for edge in ("from_s", "to_s")}
    known = sorted({first, last, *(edge for edge in edges if first < edge < last)})
    here = np.interp(known, (first, last), (begin, end)).tolist()
    yield from zip(pairwise(here), pairwise(known), strict=True)


def _there(match: Row, from_s: float, to_s: float) -> str:
    """Answer which seconds of the recorded video a stretch is, by the span that holds it."""
    if _is_equal(match):
        return f"{clock(from_s)}–{clock_end(to_s)}"
    for span in match["evidence"]["clip"]["recording"]:
        if span["file_from_s"] <= from_s + _STRAY and to_s - _STRAY <= span["file_to_s"]:
            first, last = (
                max(0.0, span["known_from_s"] + span["speed"] * (at - span["file_from_s"]))
                for at in (from_s, to_s)
            )
            speed = f" × {span['speed']:.2f}" if abs(span["speed"] - 1) > _STRAY else ""
            return f"{clock(first)}–{clock_end(last)}{speed}"
    return ""


def _stretch(number: int, found: _Found, length: float) -> Stretch:
    share = max(_THINNEST, (found.to_s - found.from_s) / length) if length else 1.0
    return Stretch(
        number=number,
        lane=found.lane,
        known=_known(found.matches, found.series),
        from_s=found.from_s,
        to_s=found.to_s,
        series=found.series,
        there=found.there,
        x=f"{100 * found.from_s / length if length else 0:.2f}%",
        width=f"{100 * share:.2f}%",
        has_room=share >= _NUMBERED_FROM,
    )


def _once(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple({row["id"]: row for row in rows}.values())


def _has(series: Row, known: tuple[float, float]) -> bool:
    """Answer whether a series has some of these seconds of a recorded media."""
    spans = series["spans"]
    return not spans or any(overlap(known, (each["from_s"], each["to_s"])) for each in spans)


def _known(matches: Sequence[Row], series: Sequence[Row]) -> Known:
    if not matches:
        return Known.NEW
    if any(SeriesStatus(row["status"]).is_settled for row in series):
        return Known.IDENTIFIED
    return Known.SERIES if series else Known.RECORDED
