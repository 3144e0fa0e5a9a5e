"""The films that the speed of following is measured on, each encoded once and repeated."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np

from cairn.synthetic.pictures import foliage, landscape, mosaic, pebbles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

WIDTH, HEIGHT, RATE, SHOTS, SHOT_S = 1920, 1080, 30, 4, 5
_PAN: Final = 200
_ENLARGED_S: Final = 20


def write_film(place: Path, frames: Iterable[Pixels]) -> None:
    """Write a video of one pass over the frames; about a minute of processor time."""
    with av.open(str(place), "w") as output:
        stream = output.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23", "bf": "3", "b-adapt": "1"}
        for pixels in frames:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))


def repeat_film(part: Path, place: Path, repeats: int) -> None:
    """Write a video that shows another one several times, without encoding it again."""
    with av.open(str(part)) as source, av.open(str(place), "w") as output:
        stream = source.streams.video[0]
        written = output.add_stream_from_template(stream)
        length = stream.duration or 0
        packets = [packet for packet in source.demux(stream) if packet.size]
        stamps = [(packet.pts or 0, packet.dts or 0) for packet in packets]
        for repeat in range(repeats):
            for packet, (shown, decoded) in zip(packets, stamps, strict=True):
                packet.pts, packet.dts = shown + repeat * length, decoded + repeat * length
                packet.stream = written
                packet.time_base = stream.time_base or Fraction(1, RATE)
                output.mux(packet)


def drawn_frames() -> Iterator[Pixels]:
    """Yield the frames of a camera that moves over drawn pictures."""
    rng = np.random.default_rng(1)
    for draw in (landscape, pebbles, foliage, mosaic)[:SHOTS]:
        scene = draw(rng, (HEIGHT + _PAN, WIDTH + _PAN))
        for number in range(SHOT_S * RATE):
            at = _PAN * number // (SHOT_S * RATE)
            yield np.ascontiguousarray(scene[at : at + HEIGHT, at : at + WIDTH])


def enlarged_frames(path: Path) -> Iterator[Pixels]:
    """Yield the first frames of a video, enlarged, at the rate that films are written at."""
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(container.streams.video[0])):
            if number >= _ENLARGED_S * RATE:
                return
            small = frame.to_ndarray(format="rgb24")
            yield np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
