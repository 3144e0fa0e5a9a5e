"""Loading what listens to sound before the doors close, as ``warm`` does for pictures."""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Final, cast

import av
import numpy as np

from cairn.fingerprints.listening import listen
from cairn.fingerprints.source import Source

if TYPE_CHECKING:
    from av.audio.stream import AudioStream

_RATE: Final = 16_000
_KINDS: Final = (("wav", "pcm_s16le"), ("mp4", "aac"), ("flac", "flac"))
"""FFmpeg's decoders are one library that loads nothing later; these take each way through our code."""


def load_every_sound_decoder() -> None:
    """Import and use what listens once; afterwards that opens no file."""
    for container, codec in _KINDS:
        data = _encoded(container, codec)
        for each in (data, data[: len(data) // 2], data[:40]):
            _listen(each)


def _listen(data: bytes) -> None:
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        listen(Source(stream.fileno(), os.fstat(stream.fileno()).st_size))


def _encoded(container: str, codec: str) -> bytes:
    """Answer a second of noise."""
    noise = np.random.default_rng(0).integers(-9000, 9000, (1, _RATE), np.int16)
    stream = BytesIO()
    with av.open(stream, "w", format=container) as output:
        sound = cast("AudioStream", output.add_stream(codec, rate=_RATE))
        sound.layout = "mono"
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = _RATE, Fraction(1, _RATE), 0
        size = sound.codec_context.frame_size or 1024
        to_codec = av.AudioResampler(
            format=sound.codec_context.format, layout="mono", rate=_RATE, frame_size=size
        )
        for each in (*to_codec.resample(frame), *to_codec.resample(None)):
            output.mux(sound.encode(each))
        output.mux(sound.encode(None))
    return stream.getvalue()
