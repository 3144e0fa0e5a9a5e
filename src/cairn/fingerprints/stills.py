"""Hostile bytes to frames of a video at chosen moments, for a person to look at; run in the sandbox alone.

A frame is found as a player finds it: from the key frame before it. What no other frame depends on is left
out, as where videos are hashed, so that the frame shown is one that was compared.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final

import av
import av.error
from PIL import Image

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.animation import ANIMATED, open_animation
from cairn.fingerprints.container import facts_of, first_video, open_container, rotation_of
from cairn.fingerprints.decode import DECODER_ERRORS, size_refusal, too_large
from cairn.fingerprints.media_type import HEAD_BYTES, VIDEO_TYPES, media_type
from cairn.fingerprints.motion_photo import CARRIERS, video_start
from cairn.fingerprints.preview import SHOWN
from cairn.fingerprints.sheet import cell_side, shape
from cairn.types import Picture, Preview

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from cairn.fingerprints.source import Source

WORK_S: Final = 20.0
"""Processor seconds for all frames of one sheet; those that are not found by then stay black."""

_EARLY_S: Final = 0.001
"""A frame is the one that is meant where it is shown so little before the moment: a clock's rounding."""
_MOST_WHOLE_BYTES: Final = 1 << 27
_UNSTATED_STEP_S: Final = 0.04
_MOST_BROKEN: Final = 200
_FURTHER_BACK_S: Final = (0.0, 2.0, 10.0, 60.0)
"""Where a container finds a key frame only after the moment, it is looked for so much earlier."""
_TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
_ERRORS: Final = (av.error.FFmpegError, *DECODER_ERRORS)


def stills(source: Source, moments_ms: Sequence[int]) -> Picture:
    """Answer a sheet of the frames that are shown at these moments, or why there is none.

    Args:
        source: The bytes.
        moments_ms: Milliseconds since the first frame, rising; a moment after the end shows the last frame.
    """
    kind = media_type(source.read(HEAD_BYTES))
    source.seek(0)
    try:
        found = _found(source, kind, [each / 1000 for each in moments_ms])
    except MemoryError:
        found = too_large("it needs more memory than there is")
    except (Image.DecompressionBombError, *_ERRORS) as error:
        found = NotComparable(Reason.UNDECODABLE, f"The video cannot be shown ({type(error).__name__}).")
    if isinstance(found, NotComparable):
        return Picture(kind, None, None, found)
    sheet = _sheet(found)
    return Picture(kind, sheet.full_width, sheet.full_height, SHOWN, preview=sheet)


def _found(
    source: Source, kind: str | None, moments: Sequence[float]
) -> list[Image.Image | None] | NotComparable:
    if kind in ANIMATED:
        return _of_animation(source, str(kind), moments)
    if kind in CARRIERS:
        source, kind = _within(source, str(kind))
    if kind not in VIDEO_TYPES or kind is None:
        return NotComparable(Reason.UNSUPPORTED, "The content is no video that can be shown.")
    with open_container(source, kind) as container:
        stream = first_video(container)
        if stream is None:
            return NotComparable(Reason.UNSUPPORTED, "It holds no stream of pictures.")
        facts = facts_of(container, stream)
        refusal = size_refusal(facts.width, facts.height) if facts.width or facts.height else None
        return refusal or _of_stream(container, stream, moments)


def _of_animation(
    source: Source, kind: str, moments: Sequence[float]
) -> list[Image.Image | None] | NotComparable:
    if source.size_bytes > _MOST_WHOLE_BYTES:
        return too_large(f"it is an animated picture of more than {_MOST_WHOLE_BYTES >> 20} MiB")
    opened = open_animation(source.read(), kind)
    if isinstance(opened, NotComparable):
        return opened
    side = cell_side(len(moments))
    frames = ((each.at_s or 0.0, _shrunk(each.picture, side)) for each in opened[1])
    return _in_one_go(frames, moments)


def _of_stream(
    container: InputContainer, stream: VideoStream, moments: Sequence[float]
) -> list[Image.Image | None] | NotComparable:
    stream.codec_context.thread_count = 1
    stream.codec_context.skip_frame = "NONREF"
    first = next(container.decode(stream), None)
    if first is None:
        return NotComparable(Reason.UNDECODABLE, "The video has no frame that can be decoded.")
    if first.pts is None:
        container.seek(0)
        return _in_one_go(_steadily(container, stream, cell_side(len(moments))), moments)
    work_ends = time.process_time() + WORK_S
    side = cell_side(len(moments))
    found: list[Image.Image | None] = []
    for at in moments:
        frame = None if time.process_time() > work_ends else _at(container, stream, first.time + at)
        found.append(None if frame is None else _small(frame, side))
    return found if any(found) else NotComparable(Reason.UNDECODABLE, "No frame there can be decoded.")


def _at(container: InputContainer, stream: VideoStream, at_s: float) -> VideoFrame | None:
    """Answer the first frame that is shown at a moment or after it; the last one where none is."""
    best: VideoFrame | None = None
    for back_s in _FURTHER_BACK_S:
        with contextlib.suppress(av.error.FFmpegError):
            container.seek(int((at_s - back_s) * av.time_base))
            best, is_early_enough = _first_from(container, stream, at_s)
            if is_early_enough:
                break
    return best


def _first_from(
    container: InputContainer, stream: VideoStream, at_s: float
) -> tuple[VideoFrame | None, bool]:
    """Answer the first frame at a moment or after it, and whether the decoder began before that moment."""
    begins_s: float | None = None
    best: VideoFrame | None = None
    for frame in _decoded(container, stream):
        if frame.pts is None:
            continue
        begins_s = frame.time if begins_s is None else begins_s
        best = frame
        if frame.time >= at_s - _EARLY_S:
            break
    return best, begins_s is not None and begins_s <= at_s + _EARLY_S


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield frames; one broken packet costs its frame."""
    broken = 0
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except (ValueError, OSError, ArithmeticError, LookupError, RuntimeError):
            broken += 1
            if broken > _MOST_BROKEN:
                raise


def _steadily(
    container: InputContainer, stream: VideoStream, side: int
) -> Iterator[tuple[float, Image.Image]]:
    """Yield every frame of a stream that has no clock, as one after the other."""
    for number, frame in enumerate(_decoded(container, stream)):
        yield number * _UNSTATED_STEP_S, _small(frame, side)


def _in_one_go(
    frames: Iterator[tuple[float, Image.Image]], moments: Sequence[float]
) -> list[Image.Image | None]:
    """Answer for each moment the first frame at it or after it, else the last."""
    work_ends = time.process_time() + WORK_S
    found: list[Image.Image | None] = []
    last: Image.Image | None = None
    for at_s, picture in frames:
        last = picture
        while len(found) < len(moments) and at_s >= moments[len(found)] - _EARLY_S:
            found.append(picture)
        if len(found) == len(moments) or time.process_time() > work_ends:
            break
    return found + [last] * (len(moments) - len(found))


def _small(frame: VideoFrame, side: int) -> Image.Image:
    """Answer a frame as it is shown, no side longer than that."""
    share = min(1.0, side / max(frame.width, frame.height))
    size = max(1, round(frame.width * share)), max(1, round(frame.height * share))
    picture: Image.Image = frame.to_image(width=size[0], height=size[1])  # type: ignore[no-untyped-call]
    turn = _TURNS.get(rotation_of(frame))
    return picture if turn is None else picture.transpose(turn)


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    small = picture.convert("RGB")
    small.thumbnail((side, side))
    return small


def _sheet(found: Sequence[Image.Image | None]) -> Preview:
    """Answer the frames side by side, each of the size of the first; black where there is none."""
    size = next(each.size for each in found if each is not None)
    across, rows = shape(len(found))
    sheet = Image.new("RGB", (across * size[0], rows * size[1]))
    for number, each in enumerate(found):
        if each is not None:
            place = size[0] * (number % across), size[1] * (number // across)
            sheet.paste(each if each.size == size else each.resize(size), place)
    return Preview(*sheet.size, 1, sheet.tobytes(), *size)


def _within(source: Source, kind: str) -> tuple[Source, str | None]:
    """Answer the video in a motion photo, and its type."""
    data = source.read(_MOST_WHOLE_BYTES)
    start = video_start(data, kind)
    if start is None:
        return source, None
    return source.part(start, source.size_bytes - start), media_type(data[start : start + HEAD_BYTES])
