"""Small harmless videos: a camera that moves slowly over drawn pictures, one picture a shot."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, cast

import av
import numpy as np

from pictures import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

Shot = tuple[int, float]
"""The seed of a picture, and for how many seconds it is seen."""

SIZE = (160, 120)
RATE = 8
_PAN = 48


def frames_of(
    shots: Sequence[Shot], *, rate: int = RATE, size: tuple[int, int] = SIZE
) -> Iterator[NDArray[np.uint8]]:
    """Yield the ``(height, width, 3)`` pixels of every frame."""
    width, height = size
    for seed, seconds in shots:
        scene = np.asarray(drawn(seed, size=(width + _PAN, height)))
        count = round(seconds * rate)
        for number in range(count):
            left = _PAN * number // max(1, count)
            yield np.ascontiguousarray(scene[:, left : left + width])


def encoded(
    frames: Iterator[NDArray[np.uint8]],
    *,
    rate: int = RATE,
    codec: str = "mpeg4",
    container: str = "mp4",
    pixels: str = "yuv420p",
    tags: dict[str, str] | None = None,
    gop: int = 12,
    with_sound: bool = False,
) -> bytes:
    """Answer frames as a video file."""
    stream = BytesIO()
    with av.open(stream, "w", format=container) as output:
        output.metadata.update(tags or {})
        video = cast("VideoStream", output.add_stream(codec, rate=rate))
        video.pix_fmt = pixels
        video.codec_context.thread_count = 1
        video.codec_context.gop_size = gop
        video.codec_context.bit_rate = 2_000_000
        if codec == "libx264":
            video.options = {"preset": "ultrafast", "bf": "2"}
        sound = output.add_stream("aac", rate=8000) if with_sound else None
        for number, frame in enumerate(frames):
            if not number:
                video.height, video.width = frame.shape[:2]
            output.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        output.mux(video.encode(None))
        if sound is not None:
            _silence(output, sound)
    return stream.getvalue()


def _silence(output: OutputContainer, audio: AudioStream) -> None:
    """Write a second of silence."""
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
    frame.sample_rate = 8000
    output.mux(audio.encode(frame))
    output.mux(audio.encode(None))


def video(*shots: Shot, rate: int = RATE, size: tuple[int, int] = SIZE, **how: object) -> bytes:
    """Answer a video of these shots; ``how`` is what ``encoded`` takes."""
    return encoded(frames_of(shots, rate=rate, size=size), rate=rate, **how)  # type: ignore[arg-type]


def held(data: bytes, *, seconds: int, after_s: int = 0) -> bytes:
    """Answer a video as Matroska, with its last frame shown for so long, and its first after a while."""
    stream = BytesIO()
    with av.open(BytesIO(data), "r") as source, av.open(stream, "w", format="matroska") as output:
        track = output.add_stream_from_template(source.streams.video[0])
        packets = [packet for packet in source.demux(video=0) if packet.size]
        last = max(packets, key=lambda packet: packet.pts or 0)
        last.duration = int(seconds / last.time_base)
        for packet in packets:
            later = int(after_s / packet.time_base)
            packet.pts, packet.dts = (packet.pts or 0) + later, (packet.dts or 0) + later
            packet.stream = track
            output.mux(packet)
    return stream.getvalue()


def sound_alone() -> bytes:
    """Answer a file of silence, without pictures."""
    stream = BytesIO()
    with av.open(stream, "w", format="matroska") as output:
        _silence(output, output.add_stream("pcm_s16le", rate=8000))
    return stream.getvalue()


def turned(mp4: bytes, quarters: int) -> bytes:
    """Answer an MP4 that asks to be shown turned clockwise by so many quarters.

    Source: ISO/IEC 14496-12, section 8.3.2: the matrix in the track header.
    """
    at = mp4.index(b"tkhd") + 4 + 40
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters % 4]
    matrix = (cosine << 16, sine << 16, 0, -sine << 16, cosine << 16, 0, 0, 0, 1 << 30)
    return mp4[:at] + struct.pack(">9i", *matrix) + mp4[at + 36 :]
