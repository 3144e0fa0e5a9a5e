"""A film of a few seconds, two films that repeat seconds of it, and a still: small, and known by the second.

A camera moves slowly over drawn scenes, one scene a shot. The film is recorded, and two series have stretches
of it. The seizure gets a copy that was cut out and encoded again, another film into which three seconds were
put, and a photograph of one frame.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from cairn.synthetic import plot
from cairn.synthetic.files import JpegSettings, write_jpeg, write_new
from cairn.synthetic.noise import stream
from cairn.synthetic.pattern_scenes import pattern
from cairn.synthetic.scenes import render
from cairn.synthetic.still_life import still_life
from cairn.synthetic.truth import Alteration, Expected, Film, Stretch
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.synthetic.truth import Story

SIZE: Final = (320, 240)
RATE: Final = 8
"""Frames a second: twice as many as a check looks at."""
SHOT_S: Final = 4
SHOTS: Final = 5
_PAN: Final = 96
"""Pixels that the camera moves to the right in one shot."""
_NEW: Final = 100
"""Scenes of the film and those that are new have numbers this far apart."""

STRETCHES: Final = (Stretch("BR-0021 Orchard", 4.0, 8.0), Stretch("BR-0030 Meadow", 12.0, 16.0))
"""Each is one shot of the film, so that series begin where what is seen changes."""
CUT: Final = (2.0, 14.0)
INSERT: Final = (4.5, 7.5)
STILL_S: Final = 6.0


def write_films(folder: Path, story: Story) -> Story:
    """Draw the film and what was made of it, and answer the story with them.

    Args:
        folder: That of the story.
        story: As ``write_story`` answers it.

    Raises:
        FileExistsError: They were drawn here already; nothing is overwritten.
    """
    seed = int(stream(story.seed, 40).integers(1 << 40))
    frames = [frame for number in range(SHOTS) for frame in _shot(seed, number)]
    film = Film(plot.BR, "BR-2025-012", folder / "holdings" / plot.BR.code / "films" / "film.mp4", STRETCHES)
    _write(film.path, frames)
    new = [_shot(seed, _NEW + number) for number in range(2)]
    _write(story.seizure / CLIP, [_smaller(frame) for frame in _cut(frames, CUT)], bits=300_000)
    _write(story.seizure / COMPILATION, [*new[0], *_cut(frames, INSERT), *new[1]], bits=700_000)
    write_jpeg(story.seizure / STILL, frames[round(STILL_S * RATE)], JpegSettings(85))
    expected = {
        CLIP: Expected(Verdict.SIMILAR, STRETCHES[0].series, Alteration.CUT_OUT),
        COMPILATION: Expected(Verdict.SIMILAR, STRETCHES[0].series, Alteration.PUT_INTO),
        STILL: Expected(Verdict.SIMILAR, STRETCHES[0].series, Alteration.STILL),
    }
    return replace(story, expected={**story.expected, **expected}, films=(film,))


CLIP: Final = "laptop/Downloads/clip.mp4"
COMPILATION: Final = "stick/backup 2024/set 1/best of.mp4"
STILL: Final = "phone/Received/from the film.jpg"


def _shot(seed: int, number: int) -> list[NDArray[np.uint8]]:
    """Answer the ``(height, width, 3)`` pixels of the frames of one shot."""
    width, height = SIZE
    scene = still_life(seed + number, arrangement=number) if number % 2 else pattern(seed, variant=number)
    wide = render(scene, (width + _PAN, height))
    count = SHOT_S * RATE
    lefts = (_PAN * frame // count for frame in range(count))
    return [np.ascontiguousarray(wide[:, left : left + width]) for left in lefts]


def _cut(frames: list[NDArray[np.uint8]], seconds: tuple[float, float]) -> list[NDArray[np.uint8]]:
    begin, end = (round(at * RATE) for at in seconds)
    return frames[begin:end]


def _smaller(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer a frame of half the width and height, as a messenger makes of it."""
    height, width = frame.shape[0] // 2, frame.shape[1] // 2
    blocks = frame[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3)
    half: NDArray[np.uint8] = blocks.mean(axis=(1, 3)).astype(np.uint8)
    return half


def _write(path: Path, frames: Iterable[NDArray[np.uint8]], *, bits: int = 1_500_000) -> None:
    """Write frames as a new MPEG-4 file, on one thread, so that the same frames become the same bytes."""
    data = BytesIO()
    with av.open(data, "w", format="mp4") as output:
        video = output.add_stream("mpeg4", rate=RATE)
        video.pix_fmt = "yuv420p"
        video.codec_context.thread_count = 1
        video.codec_context.bit_rate = bits
        for number, frame in enumerate(frames):
            if not number:
                video.height, video.width = frame.shape[:2]
            output.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        output.mux(video.encode(None))
    write_new(path, data.getvalue())
