"""Videos: hostile bytes to frames, hashes and the seconds at which they are shown.

A frame is taken every so often, and the first of every shot (``shots``), so that what is cut out of a video,
or into another one, leaves frames that both have. Each frame is hashed as a picture is, as it is shown, and a
second time without flat borders. What was found is told in parts, so that the first minutes of a film are
there long before its end, and remain where its decoder fails.

Every input ends in an answer: a video is followed until its end, its damage, or a bound, and which of them it
was is said. The page ``docs/method/video.md`` has what was measured.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PIL.Image import DecompressionBombError

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.animation import ANIMATED, open_animation
from cairn.fingerprints.container import (
    begins_s,
    facts_of,
    first_video,
    open_container,
    states_own_length,
)
from cairn.fingerprints.decode import size_refusal, too_large
from cairn.fingerprints.following import ERRORS, Following, checked
from cairn.fingerprints.media_type import HEAD_BYTES, VIDEO_TYPES, media_type
from cairn.fingerprints.motion_photo import CARRIERS, video_start
from cairn.fingerprints.moving import LastPacket, shown
from cairn.fingerprints.video_listener import USUAL_BOUNDS, Collected, Ending
from cairn.fingerprints.wanted import EVERY_S, Wanted
from cairn.frames import VideoMode

if TYPE_CHECKING:
    from av.container import InputContainer

    from cairn.fingerprints.source import Source
    from cairn.fingerprints.video_listener import Bounds, Listener
    from cairn.frames import VideoFacts, VideoFingerprint

VIDEO_METHOD: Final = "video-pdq/2"
"""The version of the way from a video to its frames; stored beside them, raised when they would change."""

_ANIMATED_S: Final = 0.25
"""How often a frame of an animated picture is taken: it is short, and each may be a picture of its own."""

_MOST_CARRIER_BYTES: Final = 1 << 27


def fingerprint_video(
    source: Source,
    *,
    mode: VideoMode = VideoMode.EVEN,
    every_s: float = EVERY_S,
    bounds: Bounds = USUAL_BOUNDS,
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
    bounds: Bounds = USUAL_BOUNDS,
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
    except ERRORS as error:
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
    following = Following(listener, bounds, wanted, facts)
    last = LastPacket()
    ending = following.run(shown(container, stream, wanted.mode, every_s=wanted.every_s, last=last))
    if ending.stopped:
        return ending
    is_exact = wanted.mode is VideoMode.EVEN and states_own_length(container, stream)
    held_s = begins_s(container, stream) + last.lasts_s(stream)
    return checked(ending, facts, wanted, held_s=held_s, is_exact=is_exact)


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
    return Following(listener, bounds, wanted, facts).run(frames)


def _without_pictures(facts: VideoFacts) -> NotComparable:
    kinds = {stream.kind for stream in facts.streams}
    if "cover" in kinds:
        return NotComparable(Reason.UNSUPPORTED, "It holds sound and a cover picture, and no video.")
    if "audio" in kinds:
        return NotComparable(Reason.UNSUPPORTED, "It holds sound and no pictures.")
    return NotComparable(Reason.UNDECODABLE, "The video holds no stream of pictures.")
