"""Frames of a checked video on its page: of all of it, of what is known alone, or of one stretch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cairn.fingerprints.sheet import MOST_STILLS
from cairn.records.access import Act, may, missing
from cairn.services.showing.masking import Mask
from cairn.web.checks.time_line import Known, Seconds
from cairn.web.facets import chosen, chosen_number
from cairn.web.review.strip import spread, stills, whole
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.web.checks.time_line import Stretch, TimeLine
    from cairn.web.pages import DeskRequest
    from cairn.web.review.strip import Still

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways, as a link."""

    name: str
    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FramesShown:
    """The frames of a video as its page shows them.

    Attributes:
        stills: Masked, in the order of time.
        stretch: The one that they are of; ``None`` where they are of more.
        seconds: The ways to choose; none where no second is known.
        masks: The ways to mask.
        mask: The one that is chosen.
    """

    stills: Sequence[Still]
    stretch: Stretch | None
    seconds: Sequence[Choice]
    masks: Sequence[Choice]
    mask: str


def frames_of(request: DeskRequest, file: Row, line: TimeLine | None) -> FramesShown | None:
    """Answer the frames of a file that the address asks for; ``None`` where it shows none.

    Raises:
        AccessError: The address asks for seconds that there are not.
    """
    seconds = chosen(request, "seconds", Seconds) or Seconds.ALL
    mask = chosen(request, "mask", Mask) or Mask.BLUR
    stretch = _stretch(line, chosen_number(request, "stretch"))
    video = file["video"]
    may_look = may(request.actor, Act.MEDIA_REVEAL).allowed
    if not may_look or not video or not video["covered_s"] or not file["sha256"]:
        return None
    if stretch is not None:
        moments = spread(stretch.from_s, stretch.to_s)
    elif seconds is Seconds.MATCHED and line is not None:
        moments = list(_of_known(line))
    else:
        moments = whole(float(video["covered_s"]), video.get("shots", ()))
    of_which = None if stretch is not None else seconds
    return FramesShown(
        stills=stills(request, file["sha256"], moments),
        stretch=stretch,
        seconds=() if line is None else tuple(_seconds(of_which)),
        masks=tuple(Choice("mask", each.value, word(each), each is mask) for each in Mask),
        mask=mask.value,
    )


def _seconds(of_which: Seconds | None) -> Iterator[Choice]:
    yield Choice("seconds", "", word(Seconds.ALL), of_which is Seconds.ALL)
    yield Choice("seconds", Seconds.MATCHED.value, word(Seconds.MATCHED), of_which is Seconds.MATCHED)


def _stretch(line: TimeLine | None, number: int | None) -> Stretch | None:
    if number is None:
        return None
    found = None if line is None else next((each for each in line.stretches if each.number == number), None)
    if found is None:
        raise missing()
    return found


def _of_known(line: TimeLine) -> Iterator[float]:
    """Yield moments of each known stretch, more of longer ones and one at least of each."""
    known = [each for each in line.stretches if each.known is not Known.NEW]
    total = sum(each.to_s - each.from_s for each in known)
    for each in known:
        share = (each.to_s - each.from_s) / total if total else 1.0
        yield from spread(each.from_s, each.to_s, max(1, int(share * MOST_STILLS)))
