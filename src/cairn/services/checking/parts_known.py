"""Which seconds of a video are known: what its matches say of it, put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cairn.errors import NotComparable, Reason
from cairn.linking import DigestEqual
from cairn.linking.clip import ClipLink
from cairn.linking.clip import parts as parts_of
from cairn.linking.clip.link import the_same
from cairn.services.answering.matches import PartKnown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.linking.clip.spans import Seconds
    from cairn.services.answering.answer import FileAnswer
    from cairn.services.answering.matches import Match, VideoAnswer

_BLANK_VIDEO = NotComparable(
    Reason.BLANK, "All frames of the video are nearly blank: none has a hash that can be compared."
)


def has_frames(video: VideoAnswer | None) -> bool:
    """Answer whether something was seen that can be compared."""
    return video is not None and video.comparable > 0


def with_video(answer: FileAnswer, video: VideoAnswer) -> FileAnswer:
    """Answer a file with what was seen of it as a video, and which seconds of it are known."""
    why_not = answer.why_not and why_not_of(video)
    return replace(answer, video=with_parts(video, answer.matches), why_not=why_not)


def why_not_of(video: VideoAnswer) -> NotComparable | None:
    """Answer why a video cannot be compared; ``None`` where it can."""
    return None if has_frames(video) else video.stopped or _BLANK_VIDEO


def with_parts(video: VideoAnswer, matches: Iterable[Match]) -> VideoAnswer:
    """Answer a video with which seconds of it are known by these matches, and whose they are."""
    timed = [(each, link) for each in matches if (link := _in_time(each, video)) is not None]
    links = {each.media: link for each, link in timed}
    owners = {each.media: _owned(each) for each, _ in timed}  # Its sound says nothing of whose pictures are.
    known = parts_of(links, file_s=video.covered_s, owners=owners) if links else ()
    told = tuple(PartKnown(each.from_s, each.to_s, each.known, each.series) for each in known)
    return replace(video, parts=told)


def _in_time(match: Match, video: VideoAnswer) -> ClipLink | None:
    """Answer which seconds of a video a match is; an equal file is told so where a series has some alone."""
    if isinstance(match.evidence, DigestEqual) and match.spans:
        return the_same(covered_s=video.covered_s, frames=video.comparable)
    return match.evidence if isinstance(match.evidence, ClipLink) else None


def _owned(match: Match) -> dict[int, tuple[Seconds, ...] | None]:
    """Answer by series what of the recorded media is its own."""
    spans = {
        series: tuple((each.from_s, each.to_s) for each in match.spans if each.series == series)
        for series in match.series
    }
    return {series: owned or None for series, owned in spans.items()}
