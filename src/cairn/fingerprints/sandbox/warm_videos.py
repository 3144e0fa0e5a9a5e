"""Loading every video decoder before the doors close, as ``warm`` does for pictures."""

from __future__ import annotations

import os
import tempfile
from io import BytesIO
from typing import TYPE_CHECKING, Final, cast

import av
import numpy as np
from PIL import Image

from cairn.fingerprints.sandbox.warm import load_every_decoder
from cairn.fingerprints.source import Source
from cairn.fingerprints.stills import stills
from cairn.fingerprints.video import watch
from cairn.fingerprints.video_listener import Collected
from cairn.frames import VideoMode

if TYPE_CHECKING:
    from av.video.stream import VideoStream

_SIDE: Final = 64
_FRAMES: Final = 12
_KINDS: Final = (("mp4", "mpeg4"), ("avi", "mjpeg"), ("matroska", "ffv1"))
"""FFmpeg's decoders are one library that loads nothing later; these take each way through our code."""


def load_every_video_decoder() -> None:
    """Import and use what follows videos once; afterwards that opens no file."""
    load_every_decoder()
    for container, codec in _KINDS:
        data = _encoded(container, codec)
        for mode in VideoMode:
            _watch(data, mode)
            _watch(data[: len(data) // 2], mode)
    _watch(_animated(), VideoMode.EVEN)


def load_every_still() -> None:
    """Let frames be taken out of each once; afterwards that opens no file either."""
    for data in (*(_encoded(container, codec) for container, codec in _KINDS), _animated()):
        for each in (data, data[: len(data) // 2]):
            with tempfile.TemporaryFile() as stream:
                stream.write(each)
                stream.flush()
                stills(Source(stream.fileno(), len(each)), (0, 1500))


def _watch(data: bytes, mode: VideoMode) -> None:
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        source = Source(stream.fileno(), os.fstat(stream.fileno()).st_size)
        watch(source, Collected(), mode=mode, closely=True)


def _encoded(container: str, codec: str) -> bytes:
    """Answer a small video of noise."""
    noise = np.random.default_rng(0)
    stream = BytesIO()
    with av.open(stream, "w", format=container) as output:
        video = cast("VideoStream", output.add_stream(codec, rate=4))
        video.width = video.height = _SIDE
        video.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        video.codec_context.thread_count = 1
        for _ in range(_FRAMES):
            pixels = noise.integers(0, 255, (_SIDE, _SIDE, 3), np.uint8)
            output.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(video.encode(None))
    return stream.getvalue()


def _animated() -> bytes:
    """Answer a small animated picture."""
    stream = BytesIO()
    first, second = (Image.new("L", (_SIDE, _SIDE), shade) for shade in (40, 200))
    first.save(stream, "GIF", save_all=True, append_images=[second], duration=500)
    return stream.getvalue()
