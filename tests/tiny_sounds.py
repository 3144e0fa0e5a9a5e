"""Small files of drawn sound, in the containers and codecs of the field."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, cast

import av
import numpy as np

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from numpy.typing import NDArray

RATE = 16_000


def sound_file(
    sound: NDArray[np.float32],
    *,
    container: str = "mp4",
    codec: str = "aac",
    rate: int = RATE,
    shade: int | None = None,
) -> bytes:
    """Answer a file of this sound (16,000 samples a second), under a plain picture where a shade is given."""
    stream = BytesIO()
    with av.open(stream, "w", format=container) as output:
        heard = cast("AudioStream", output.add_stream(codec, rate=rate))
        heard.layout = "mono"
        seen = None
        if shade is not None:
            seen = output.add_stream("mpeg4", rate=2)
            seen.width = seen.height = 64
            seen.pix_fmt = "yuv420p"
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound[np.newaxis]), format="flt", layout="mono"
        )
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        size = heard.codec_context.frame_size or 1024
        to_codec = av.AudioResampler(
            format=heard.codec_context.format, layout="mono", rate=rate, frame_size=size
        )
        for each in (*to_codec.resample(frame), *to_codec.resample(None)):
            output.mux(heard.encode(each))
        output.mux(heard.encode(None))
        if seen is not None and shade is not None:
            for _ in range(2 * len(sound) // RATE):
                pixels = np.full((64, 64, 3), shade, np.uint8)
                output.mux(seen.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            output.mux(seen.encode(None))
    return stream.getvalue()
