"""Videos: hostile bytes to frames, hashes and the seconds at which they are shown.

A frame is taken every so often, and the first of every shot (``shots``), so that what is cut out of a video,
or into another one, leaves frames that both have. Each frame is hashed as a picture is, as it is shown, and a
second time without flat borders. What was found is told in parts, so that the first minutes of a film are
there long before its end, and remain where its decoder fails.

Every input ends in an answer: a video is followed until its end, its damage, or a bound, and which of them it
was is said. The page ``docs/method/video.md`` has what was measured.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

import av.error
from PIL.Image import DecompressionBombError

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.animation import ANIMATED, open_animation
from cairn.fingerprints.container import facts_of, first_video, open_container
from cairn.fingerprints.decode import DECODER_ERRORS, size_refusal, too_large
from cairn.fingerprints.details_due import DetailsDue
from cairn.fingerprints.frame_rows import FrameRows
from cairn.fingerprints.media_type import HEAD_BYTES, VIDEO_TYPES, media_type
from cairn.fingerprints.motion_photo import CARRIERS, video_start
from cairn.fingerprints.moving import VideoShown, shown
from cairn.fingerprints.shots import Shots
from cairn.fingerprints.wanted import EVERY_S, Wanted
from cairn.frames import (
    Frames,
    StreamFacts,
    VideoFacts,
    VideoFingerprint,
    VideoMode,
    clock,
    joined,
    no_frames,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

    from cairn.fingerprints.moving import Shown
    from cairn.fingerprints.source import Source
    from cairn.types import LocalFeatures

__all__ = ["Frames", "StreamFacts", "VideoFacts", "VideoFingerprint", "VideoMode", "no_frames"]

VIDEO_METHOD: Final = "video-pdq/2"
"""The version of the way from a video to its frames; stored beside them, raised when they would change."""

PART_FRAMES: Final = 32
PART_S: Final = 1.0
"""A part is told when it has so many frames, or after this time, though it be empty: it shows that the
decoder is at work."""

_ANIMATED_S: Final = 0.25
"""How often a frame of an animated picture is taken: it is short, and each may be a picture of its own."""

_LEAST_SHOT_S: Final = 0.25
"""Shots that are shorter are flashes; without this, flicker would make every frame one."""

_SMALLEST_STEP_S: Final = 0.001
_LONGEST_S: Final = 10_000_000.0
_MOST_CARRIER_BYTES: Final = 1 << 27
_UNSTATED_STEP_S: Final = 0.04
_MISSING_SHARE: Final = 0.02
_MISSING_S: Final = 3.0
_GAP_OF_KEY_FRAMES_S: Final = 30.0

_ERRORS: Final = (av.error.FFmpegError, *DECODER_ERRORS)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a video is followed.

    Attributes:
        frames: Frames that are taken.
        work_s: Processor seconds.
    """

    frames: int = 100_000
    work_s: float = 3_000.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a video ended.

    Attributes:
        covered_s: How far it was followed.
        stopped: Why no further; ``None`` at its end.
    """

    covered_s: float
    stopped: NotComparable | None


class Listener(Protocol):
    """Is told what is found while a video is followed."""

    def begins(self, facts: VideoFacts, mode: VideoMode, /) -> object:
        """Take what the file says of itself; called once, before any frame."""
        ...

    def goes_on(self, frames: Frames, /) -> object:
        """Take the next frames; there may be none."""
        ...


@dataclass(slots=True)
class Collected:
    """A listener that keeps everything."""

    facts: VideoFacts | None = None
    mode: VideoMode = VideoMode.EVEN
    parts: list[Frames] = field(default_factory=list)

    def begins(self, facts: VideoFacts, mode: VideoMode, /) -> None:
        """Keep what the file says."""
        self.facts, self.mode = facts, mode

    def goes_on(self, frames: Frames, /) -> None:
        """Keep the frames."""
        if len(frames):
            self.parts.append(frames)

    def fingerprint(self, ending: Ending) -> VideoFingerprint:
        """Answer everything as one; only after ``begins``."""
        if self.facts is None:
            raise ValueError("No video has begun.")
        return VideoFingerprint(self.facts, joined(self.parts), self.mode, ending.covered_s, ending.stopped)


def fingerprint_video(
    source: Source,
    *,
    mode: VideoMode = VideoMode.EVEN,
    every_s: float = EVERY_S,
    bounds: Bounds = Bounds(),
    closely: bool = False,
) -> VideoFingerprint | NotComparable:
    """Answer the frames of a video, decoding in this process; or why it has none at all.

    Args:
        source: The bytes.
        mode: Which frames.
        every_s: How often one is taken; in the mode ``VPDQ`` 0 for every frame.
        bounds: How far it is followed.
        closely: As a file is looked at that is asked about: short ones more often, with the reduced picture
            of every frame and the local features of some; in the mode ``EVEN`` alone.
    """
    collected = Collected()
    ending = watch(source, collected, mode=mode, every_s=every_s, bounds=bounds, closely=closely)
    return ending if isinstance(ending, NotComparable) else collected.fingerprint(ending)


def watch(
    source: Source,
    listener: Listener,
    *,
    mode: VideoMode = VideoMode.EVEN,
    every_s: float = EVERY_S,
    bounds: Bounds = Bounds(),
    closely: bool = False,
) -> Ending | NotComparable:
    """Follow a video, tell what is found, and answer how it ended; or why there is no video at all.

    Args:
        source: The bytes.
        listener: Is told.
        mode: Which frames.
        every_s: As for ``fingerprint_video``.
        bounds: How far it is followed.
        closely: As for ``fingerprint_video``.
    """
    wanted = Wanted(mode, every_s, closely=closely and mode is VideoMode.EVEN)
    kind = media_type(source.read(HEAD_BYTES))
    source.seek(0)
    try:
        if kind in ANIMATED:
            return _watch_animation(source, kind, listener, bounds, wanted)
        if kind in CARRIERS:
            source, kind = _within(source, kind)
        if kind not in VIDEO_TYPES:
            return NotComparable(Reason.UNSUPPORTED, "The content is no video.")
        with open_container(source, kind) as container:
            return _watch_container(container, listener, bounds, wanted)
    except MemoryError:
        return too_large("it needs more memory than there is")
    except DecompressionBombError:
        return too_large("it is far beyond the size of any camera's")
    except _ERRORS as error:
        return NotComparable(
            Reason.UNDECODABLE, f"The video is damaged: it cannot be opened ({type(error).__name__})."
        )


def _within(source: Source, kind: str) -> tuple[Source, str | None]:
    """Answer the video in a motion photo, and its type."""
    data = source.read(_MOST_CARRIER_BYTES)
    start = video_start(data, kind)
    if start is None:
        return source, None
    return source.part(start, source.size_bytes - start), media_type(data[start : start + HEAD_BYTES])


def _watch_container(
    container: InputContainer, listener: Listener, bounds: Bounds, wanted: Wanted
) -> Ending | NotComparable:
    stream = first_video(container)
    facts = facts_of(container, stream)
    refusal = _without_pictures(facts) if stream is None else None
    if refusal is None and (facts.width or facts.height):
        refusal = size_refusal(facts.width, facts.height)
    if refusal is not None or stream is None:
        listener.begins(facts, wanted.mode)
        return Ending(0.0, refusal)
    wanted = wanted.of(facts)
    following = _Following(listener, bounds, wanted, facts)
    ending = following.run(shown(container, stream, wanted.mode, every_s=wanted.every_s))
    return ending if ending.stopped else _checked(ending, facts, wanted.mode, every_s=wanted.every_s)


def _watch_animation(
    source: Source, kind: str, listener: Listener, bounds: Bounds, wanted: Wanted
) -> Ending | NotComparable:
    if source.size_bytes > _MOST_CARRIER_BYTES:
        return too_large(f"it is an animated picture of more than {_MOST_CARRIER_BYTES >> 20} MiB")
    opened = open_animation(source.read(), kind)
    if isinstance(opened, NotComparable):
        return opened
    facts, frames = opened
    every_s = min(wanted.every_s, _ANIMATED_S)
    wanted = replace(wanted, mode=VideoMode.EVEN, every_s=every_s)
    return _Following(listener, bounds, wanted, facts).run(frames)


@dataclass(slots=True)
class _Following:
    """Follows the frames of one video."""

    listener: Listener
    bounds: Bounds
    wanted: Wanted
    facts: VideoFacts
    _has_begun: bool = False
    _rows: FrameRows = field(init=False)
    _details: DetailsDue = field(default_factory=DetailsDue)
    _shots: Shots = field(default_factory=Shots)
    _first_s: float | None = None
    _last_s: float = -1.0
    _due_s: float = 0.0
    _shot_s: float = float("-inf")
    _met: int = 0
    _taken: int = 0
    _told_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Prepare the rows."""
        self._rows = FrameRows(with_cells=self.wanted.closely)

    def run(self, frames: Iterator[Shown]) -> Ending:
        """Follow them to an end."""
        work_ends = time.process_time() + self.bounds.work_s
        stopped = None
        try:
            for each in frames:
                self._meet(each)
                if self._taken >= self.bounds.frames or time.process_time() > work_ends:
                    stopped = self._bounded()
                    break
        except MemoryError:
            stopped = too_large("it needs more memory than there is")
        except _ERRORS as error:
            stopped = self._damaged(type(error).__name__)
        self._begin(0)
        self.listener.goes_on(self._rows.take())
        if not self._taken and stopped is None:
            stopped = NotComparable(Reason.UNDECODABLE, "The video has no frame that can be decoded.")
        return Ending(max(0.0, self._last_s), stopped)

    def _meet(self, each: Shown) -> None:
        """Look at one frame, and take it where it is due."""
        self._begin(each.rotation)
        self._met += 1
        if self.wanted.mode is VideoMode.VPDQ and isinstance(each, VideoShown):
            self._count(each)
        else:
            self._time(each)
        if len(self._rows) >= PART_FRAMES or time.monotonic() - self._told_at > PART_S:
            self.listener.goes_on(self._rows.take())
            self._told_at = time.monotonic()

    def _begin(self, rotation: int) -> None:
        """Tell what the file says of itself, once; how it is turned stands on its first frame."""
        if not self._has_begun:
            self._has_begun = True
            self.listener.begins(replace(self.facts, rotation=rotation), self.wanted.mode)

    def _count(self, each: VideoShown) -> None:
        """Take every so manieth frame. Source: vPDQ; ``docs/method/video.md``."""
        number = self._met - 1
        rate = self.facts.frame_rate or 1 / _UNSTATED_STEP_S
        self._last_s = number / rate
        if number % max(1, int(self.wanted.every_s * rate)) == 0:
            self._rows.add(each.full_luma(), at_s=self._last_s, shot=number == 0, trim=False)
            self._taken += 1

    def _time(self, each: Shown) -> None:
        """Take the first frame of every step of time, and of every shot."""
        stated = each.at_s
        if stated is None or not math.isfinite(stated):
            stated = (self._first_s or 0.0) + max(0.0, self._last_s) + _UNSTATED_STEP_S
        if self._first_s is None:
            self._first_s = stated
        at_s = stated - self._first_s
        if at_s < self._last_s + _SMALLEST_STEP_S or at_s > _LONGEST_S:
            return  # a clock that stands still, runs back or leaps years shows nothing new
        self._last_s = at_s
        cut = self._shots.begins(each.glance()) and at_s - self._shot_s >= _LEAST_SHOT_S
        if cut:
            self._shot_s = at_s
        if cut or at_s >= self._due_s or self.wanted.mode is VideoMode.KEY_FRAMES:
            self._rows.add(each.luma(), at_s=at_s, shot=cut)
            if self.wanted.closely and self._details.wants(at_s, is_shot=cut):
                self._rows.add_details(_features(each), at_s=at_s)
            self._taken += 1
            self._due_s = (math.floor(at_s / self.wanted.every_s + 1e-6) + 1) * self.wanted.every_s

    def _bounded(self) -> NotComparable:
        return NotComparable(
            Reason.TOO_LARGE,
            f"The video was followed to {clock(self._last_s)} and no further: it takes too long to decode.",
        )

    def _damaged(self, error: str) -> NotComparable:
        where = f"from {clock(self._last_s)} on" if self._taken else "at its beginning"
        return NotComparable(
            Reason.UNDECODABLE, f"The video is damaged {where}: its decoder gave up ({error})."
        )


def _features(each: Shown) -> LocalFeatures:
    from cairn.fingerprints.local import local_features  # noqa: PLC0415 - OpenCV, where it is needed

    return local_features(each.grey())


def _without_pictures(facts: VideoFacts) -> NotComparable:
    kinds = {stream.kind for stream in facts.streams}
    if "cover" in kinds:
        return NotComparable(Reason.UNSUPPORTED, "It holds sound and a cover picture, and no video.")
    if "audio" in kinds:
        return NotComparable(Reason.UNSUPPORTED, "It holds sound and no pictures.")
    return NotComparable(Reason.UNDECODABLE, "The video holds no stream of pictures.")


def _checked(ending: Ending, facts: VideoFacts, mode: VideoMode, *, every_s: float) -> Ending:
    """Say where a file ends well before the length that it states."""
    stated_s = facts.duration_s or 0.0
    missing_s = stated_s - ending.covered_s
    spared_s = max(_MISSING_S, every_s, _MISSING_SHARE * stated_s)
    if mode is VideoMode.KEY_FRAMES:
        spared_s += _GAP_OF_KEY_FRAMES_S
    if missing_s <= spared_s:
        return ending
    why = NotComparable(
        Reason.UNDECODABLE,
        f"The video ends at {clock(ending.covered_s)} though it states {clock(stated_s)}: "
        "it is cut off or damaged.",
    )
    return Ending(ending.covered_s, why)
