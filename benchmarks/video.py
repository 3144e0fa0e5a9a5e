"""How fast videos are followed, against real time and against decoding alone, on one thread.

The video is generated: a camera that moves over drawn landscapes and pebbles, a cut every few seconds, 1080p
H.264 at 30 frames a second with key frames up to 250 frames apart, as x264 writes it by default. The ways
take turns, and the least processor time of each counts. Three floors are printed: decoding every frame,
decoding those on which others depend, and decoding key frames alone. What is left between a floor and its way
of following is what seeing cuts, sampling and hashing cost.

Then: how many of the frames that were looked at are kept, and in how many bytes.
"""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final, Literal, cast

import av
import numpy as np

from cairn.fingerprints.source import Source
from cairn.fingerprints.video import fingerprint_video
from cairn.fingerprints.wanted import ASKED_EVERY_S, EVERY_S
from cairn.frames import VideoFingerprint, VideoMode
from cairn.linking.clip.recorded import worth_keeping
from cairn.services.features import frames as detailed
from cairn.services.footage.columns import as_columns
from cairn.synthetic.pictures import foliage, landscape, mosaic, pebbles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

WIDTH, HEIGHT, RATE, SHOTS, SHOT_S = 1920, 1080, 30, 4, 5
REPEATS: Final = 9
"""The encoded video is repeated, so that opening it does not count more than it does in a film."""
ROUNDS: Final = 2
_PAN: Final = 200


def main() -> None:
    """Print the speeds of all ways, and the rate at which frames are kept."""
    seconds = SHOTS * SHOT_S * REPEATS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        _film(Path(folder) / "part.mp4")
        _repeat(Path(folder) / "part.mp4", path)
        print(f"{WIDTH}×{HEIGHT} H.264, {seconds} s, {path.stat().st_size / 1e6:.1f} MB, one thread")
        ways: dict[str, Callable[[], object]] = {
            "decode every frame": lambda: _decode(path, "DEFAULT"),
            "decode what others depend on": lambda: _decode(path, "NONREF"),
            "follow, a frame a second and every shot": lambda: _follow(path, VideoMode.EVEN, EVERY_S),
            "follow, four frames a second": lambda: _follow(path, VideoMode.EVEN, ASKED_EVERY_S),
            "the same with points, as a check does": lambda: _follow(
                path, VideoMode.EVEN, ASKED_EVERY_S, closely=True
            ),
            "decode key frames": lambda: _decode(path, "NONKEY"),
            "follow, key frames": lambda: _follow(path, VideoMode.KEY_FRAMES, EVERY_S),
        }
        least = dict.fromkeys(ways, float("inf"))
        for _ in range(ROUNDS):
            for name, way in ways.items():
                began = process_time()
                way()
                least[name] = min(least[name], process_time() - began)
        for name, spent in least.items():
            print(f"{name:42} {spent:7.3f} s of processor time  {seconds / spent:6.0f} × real time")
        even = least["decode what others depend on"] / least["follow, a frame a second and every shot"]
        keys = least["decode key frames"] / least["follow, key frames"]
        print(f"of a frame a second, decoding alone is {even:.0%}; of key frames, {keys:.0%}")
        _print_kept(path)


def _print_kept(path: Path) -> None:
    found = _follow(path, VideoMode.EVEN, ASKED_EVERY_S, closely=True)
    kept = worth_keeping(found.frames)
    size = len(as_columns(kept, in_all_turns=False))
    print(f"{len(found.frames)} frames looked at, {len(kept)} kept in {size} bytes")
    details = detailed.worth_keeping(found.frames.details)
    print(f"{len(details)} of them with points, in {len(detailed.as_bytes(details))} bytes")


def _film(place: Path) -> None:
    """Write the video; about a minute of processor time."""
    with av.open(str(place), "w") as output:
        stream = output.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23", "bf": "3", "b-adapt": "1"}
        for pixels in _frames():
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))


def _repeat(part: Path, place: Path) -> None:
    """Write a video that shows another one several times, without encoding it again."""
    with av.open(str(part)) as source, av.open(str(place), "w") as output:
        stream = source.streams.video[0]
        written = output.add_stream_from_template(stream)
        length = stream.duration or 0
        packets = [packet for packet in source.demux(stream) if packet.size]
        stamps = [(packet.pts or 0, packet.dts or 0) for packet in packets]
        for repeat in range(REPEATS):
            for packet, (shown, decoded) in zip(packets, stamps, strict=True):
                packet.pts, packet.dts = shown + repeat * length, decoded + repeat * length
                packet.stream = written
                packet.time_base = stream.time_base or Fraction(1, RATE)
                output.mux(packet)


def _frames() -> Iterator[NDArray[np.uint8]]:
    rng = np.random.default_rng(1)
    for draw in (landscape, pebbles, foliage, mosaic)[:SHOTS]:
        scene = draw(rng, (HEIGHT + _PAN, WIDTH + _PAN))
        for number in range(SHOT_S * RATE):
            at = _PAN * number // (SHOT_S * RATE)
            yield np.ascontiguousarray(scene[at : at + HEIGHT, at : at + WIDTH])


def _decode(path: Path, skip: Literal["DEFAULT", "NONREF", "NONKEY"]) -> int:
    count = 0
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        stream.codec_context.skip_frame = skip
        for packet in container.demux(stream):
            if skip != "NONKEY" or packet.is_keyframe or not packet.size:
                count += len(packet.decode())
    return count


def _follow(path: Path, mode: VideoMode, every_s: float, *, closely: bool = False) -> VideoFingerprint:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        source = Source(descriptor, path.stat().st_size)
        found = fingerprint_video(source, mode=mode, every_s=every_s, closely=closely)
    finally:
        os.close(descriptor)
    return cast("VideoFingerprint", found)
