"""The clips that links of videos are measured on: those of the reference data, and drawn ones.

Drawn clips are rooms and tables that a camera moves through. Beside them stand clips that must not be linked:
different ones before one background, and ones that share nothing but a title and a black screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import cv2
import numpy as np

from benchmarks.reference_photos import FOLDER
from cairn.synthetic.noise import stream
from cairn.synthetic.rooms import room
from cairn.synthetic.scenes import render
from cairn.synthetic.still_life import still_life
from cairn.synthetic.viewpoint import Viewpoint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cairn.synthetic.scenes import Scene

    Pixels = np.typing.NDArray[np.uint8]

LONGEST_SIDE = 480
FRAMES_A_SECOND = 15.0
LONGEST_S = 20.0
"""What is altered is a clip's first part at this size: the table then takes minutes. What is recorded is the
file as it is."""

DRAWN_FRAMES_A_SECOND = 10
DRAWN_S = 12
DRAWN_SIZE = (480, 360)
MOVING = 8
BEFORE_ONE_WALL = 10
BEHIND_ONE_TITLE = 6
TITLE_S = 2.5

FINE = {"preset": "veryfast", "crf": "20"}
"""What is recorded is coded well."""

SAME = (("pattern-hd", "pattern-longer", "pattern-sd"), ("extra_channel_attached_pic",))
"""Names that begin so are one recording in the reference data, so that they are no strangers."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Frames as they are shown, evenly.

    Attributes:
        frames: ``(height, width, 3)`` RGB each, all of one size, even sides.
        rate: Frames a second.
    """

    frames: list[Pixels]
    rate: float

    @property
    def duration_s(self) -> float:
        """Answer how long it lasts."""
        return len(self.frames) / self.rate

    def between(self, start_s: float, end_s: float) -> Clip:
        """Answer a part of it."""
        return Clip(self.frames[round(start_s * self.rate) : round(end_s * self.rate)], self.rate)


def reference_videos() -> list[Path]:
    """Answer the video files of the reference data; none where it is not at hand."""
    kinds = {".mp4", ".mkv", ".m4v"}
    places = (FOLDER / "videos", FOLDER / "vpdq" / "sample-videos")
    return [path for place in places for path in sorted(place.glob("*")) if path.suffix in kinds]


def recording(name: str) -> str:
    """Answer what a file of the reference data is a copy of."""
    return next((group[0] for group in SAME if name.startswith(group)), name)


def frames_of(path: Path) -> Clip:
    """Answer the first part of a file as frames at an even rate, made small."""
    frames: list[Pixels] = []
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.video[0]):
            while frame.time * FRAMES_A_SECOND >= len(frames):
                frames.append(_small(frame))
            if len(frames) >= LONGEST_S * FRAMES_A_SECOND:
                break
    return Clip(frames, FRAMES_A_SECOND)


def _small(frame: av.VideoFrame) -> Pixels:
    factor = min(1.0, LONGEST_SIDE / max(frame.width, frame.height))
    wide, high = (2 * round(side * factor / 2) for side in (frame.width, frame.height))
    return np.asarray(frame.to_ndarray(width=wide, height=high, format="rgb24", interpolation="AREA"))


def moving_clip(number: int) -> Clip:
    """Answer a drawn clip: a camera that walks and turns, in two shots of one place."""
    scene = room(7_000 + number) if number % 2 else still_life(7_000 + number)
    count = DRAWN_S * DRAWN_FRAMES_A_SECOND
    cut = count * 2 // 5
    first = [_walk(scene, number, at / DRAWN_FRAMES_A_SECOND) for at in range(cut)]
    second = [_walk(scene, number + 500, at / DRAWN_FRAMES_A_SECOND) for at in range(count - cut)]
    return Clip([render(scene.seen_from(view), DRAWN_SIZE) for view in first + second], DRAWN_FRAMES_A_SECOND)


def _walk(scene: Scene, number: int, at_s: float) -> Viewpoint:
    """Answer where the camera is after so many seconds: a slow sway of every part of its pose."""
    rng = stream(number, 61)
    pace, phase, reach = rng.uniform(0.25, 0.7, 6), rng.uniform(0, 2 * np.pi, 6), rng.uniform(0.5, 1.0, 6)
    sway = reach * np.sin(pace * at_s + phase)
    view = scene.view
    wide = 0.25 if scene.view.position[1] > 0 else 0.1
    x, y, z = (value + wide * move for value, move in zip(view.position, sway[:3], strict=True))
    return Viewpoint(
        (x, y, z),
        view.yaw + 0.3 * sway[3],
        view.pitch + 0.12 * sway[4],
        view.roll + 0.05 * sway[5],
        view.focal,
    )


def clip_before_the_wall(number: int) -> Clip:
    """Answer one of several clips with one fixed camera: something moves before the same room."""
    background = render(room(7_900), DRAWN_SIZE)
    rng = stream(number, 62)
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    pace, phase = rng.uniform(0.4, 2.0, 4), rng.uniform(0, 2 * np.pi, 4)
    frames = []
    for at in range(DRAWN_S * DRAWN_FRAMES_A_SECOND):
        sway = np.sin(pace * at / DRAWN_FRAMES_A_SECOND + phase)
        made = background.copy()
        middle = (round(240 + 120 * sway[0]), round(230 + 30 * sway[1]))
        cv2.ellipse(made, middle, (28, 70), 12 * sway[2], 0, 360, colour, -1, cv2.LINE_AA)
        head = (middle[0] + round(10 * sway[3]), middle[1] - 85)
        cv2.circle(made, head, 24, (200, 160, 130), -1, cv2.LINE_AA)
        grain = rng.normal(0, 2, made.shape[:2])[..., np.newaxis]
        frames.append(np.clip(made + grain, 0, 255).astype(np.uint8))
    return Clip(frames, DRAWN_FRAMES_A_SECOND)


def clip_behind_the_title(number: int) -> Clip:
    """Answer one of several clips that share a title, a fade and a black screen, and nothing else."""
    body = moving_clip(300 + number).between(0, 6)
    title = _title()
    fade = [(title * share).astype(np.uint8) for share in np.linspace(1, 0, 8)]
    black = [np.zeros_like(title)] * DRAWN_FRAMES_A_SECOND
    shown = [title] * round(TITLE_S * DRAWN_FRAMES_A_SECOND)
    return Clip([*black, *shown, *fade, *body.frames, *black], DRAWN_FRAMES_A_SECOND)


def _title() -> Pixels:
    made = np.full((DRAWN_SIZE[1], DRAWN_SIZE[0], 3), (30, 40, 70), np.uint8)
    cv2.rectangle(made, (40, 60), (440, 300), (200, 190, 150), 6)
    for row, text in enumerate(("GREEN HILL", "PICTURES", "presents")):
        at = (80, 130 + 60 * row)
        cv2.putText(made, text, at, cv2.FONT_HERSHEY_TRIPLEX, 1.5, (240, 240, 230), 3, cv2.LINE_AA)
    return made


def write_clip(path: Path, clip: Clip, *, codec: str = "libx264", options: Mapping[str, str] = FINE) -> None:
    """Encode a clip into a file."""
    with av.open(str(path), "w") as container:
        stream_of = container.add_stream(codec, rate=Fraction(clip.rate).limit_denominator(1000))
        out = cast("av.VideoStream", stream_of)
        out.height, out.width = clip.frames[0].shape[:2]
        out.pix_fmt = "yuv420p"
        out.options = dict(options)
        for pixels in clip.frames:
            container.mux(
                out.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24"))
            )
        container.mux(out.encode(None))


def drawn_names() -> list[str]:
    """Answer the names of the drawn clips."""
    kinds = (("drawn", MOVING), ("wall", BEFORE_ONE_WALL), ("title", BEHIND_ONE_TITLE))
    return [f"{kind}-{number}" for kind, count in kinds for number in range(count)]


def drawn_clip(name: str) -> Clip:
    """Answer a drawn clip by its name."""
    kind, number = name.split("-")
    make = {"drawn": moving_clip, "wall": clip_before_the_wall, "title": clip_behind_the_title}[kind]
    return make(int(number))
