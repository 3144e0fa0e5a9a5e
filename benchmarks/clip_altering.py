"""What is done to clips before somebody tries to recognise them: one row of the published table each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.clip_videos import Clip
from cairn.synthetic import alterations as alter
from cairn.synthetic import distortions as distort
from cairn.synthetic.noise import stream

if TYPE_CHECKING:
    from collections.abc import Callable

    Pixels = np.typing.NDArray[np.uint8]

WANTED = 0.97
WANTED_OF_SMALL_PARTS = 0.85
INSERT_S = 3.0
OTHERS_S = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One clip that is altered.

    Attributes:
        clip: The clip.
        number: Decides what chance decides.
        host: Another clip, to put it into.
        second: A third one.
    """

    clip: Clip
    number: int
    host: Clip
    second: Clip

    def each(self, work: Callable[[Pixels], Pixels]) -> Clip:
        """Answer the clip with every frame altered in the same way."""
        return Clip([even(work(pixels)) for pixels in self.clip.frames], self.clip.rate)

    def part(self, seconds: float) -> Clip:
        """Answer so many seconds of the clip, from somewhere in it."""
        room_s = max(0.0, self.clip.duration_s - seconds)
        start = float(stream(self.number, 71).uniform(0.15, 0.85)) * room_s
        return self.clip.between(start, start + seconds)

    @property
    def at(self) -> tuple[float, float]:
        """Answer where a crop or an inset lies."""
        across, down = stream(self.number, 72).uniform(0.1, 0.9, 2)
        return float(across), float(down)


def even(pixels: Pixels) -> Pixels:
    """Answer a picture with even sides, as encoders ask for."""
    return pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2]


def letterboxed(pixels: Pixels) -> Pixels:
    """Answer the picture in a square, with black bars."""
    high, wide = pixels.shape[:2]
    side = max(high, wide) // 2 * 2
    made = np.zeros((side, side, 3), np.uint8)
    top, left = (side - high) // 2, (side - wide) // 2
    made[top : top + high, left : left + wide] = pixels
    return made


def captioned(pixels: Pixels) -> Pixels:
    """Answer the picture with a logo in a corner and a line of text over it."""
    made = alter.captioned(pixels, "see more of this", share=0.12)
    cv2.circle(made, (40, 40), 26, (230, 30, 30), -1, cv2.LINE_AA)
    cv2.putText(made, "TV", (24, 48), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2, cv2.LINE_AA)
    return made


def recorded_from_a_screen(case: Case) -> Clip:
    """Answer a recording of a screen on which the clip plays in a window, while a pointer moves."""
    frames = []
    for number, pixels in enumerate(case.clip.frames):
        high, wide = pixels.shape[:2]
        frame = (round(high * 1.45) // 2 * 2, round(wide * 1.4) // 2 * 2)
        made = np.full((*frame, 3), (58, 76, 96), np.uint8)
        cv2.rectangle(made, (0, frame[0] - 34), (frame[1], frame[0]), (25, 25, 28), -1)
        top, left = round(high * 0.18), round(wide * 0.12)
        cv2.rectangle(made, (left - 4, top - 26), (left + wide + 4, top + high + 30), (225, 225, 228), -1)
        cv2.putText(made, "player", (left, top - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1)
        made[top : top + high, left : left + wide] = pixels
        done = round(wide * number / len(case.clip.frames))
        cv2.rectangle(made, (left, top + high + 10), (left + done, top + high + 16), (200, 30, 30), -1)
        pointer = (round(frame[1] * (0.5 + 0.3 * np.sin(number / 23))), round(frame[0] * 0.85))
        cv2.circle(made, pointer, 5, (255, 255, 255), -1, cv2.LINE_AA)
        frames.append(made)
    return Clip(frames, case.clip.rate)


def sped(clip: Clip, speed: float) -> Clip:
    """Answer the clip played so many times as fast, at its own frame rate."""
    count = int(len(clip.frames) / speed)
    return Clip([clip.frames[min(int(at * speed), len(clip.frames) - 1)] for at in range(count)], clip.rate)


def inserted(case: Case) -> Clip:
    """Answer three seconds of the clip among parts of two others."""
    part = case.part(INSERT_S)
    size = part.frames[0].shape[1::-1]
    around = [
        Clip([_resized(frame, size) for frame in resampled.frames], part.rate)
        for other in (case.host, case.second)
        for resampled in (at_rate(other, part.rate).between(0, OTHERS_S),)
    ]
    return Clip([*around[0].frames, *part.frames, *around[1].frames], part.rate)


def _resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def at_rate(clip: Clip, rate: float) -> Clip:
    """Answer the clip at another frame rate, by leaving frames out or showing them again."""
    count = int(clip.duration_s * rate)
    return Clip(
        [clip.frames[min(int(at / rate * clip.rate), len(clip.frames) - 1)] for at in range(count)], rate
    )


def in_a_picture(case: Case, share: float) -> Clip:
    """Answer another clip with this one in a part of it."""
    host = at_rate(case.host, case.clip.rate)
    frames = [
        even(distort.inset(pixels, host.frames[at % len(host.frames)], share, at=case.at))
        for at, pixels in enumerate(case.clip.frames)
    ]
    return Clip(frames, case.clip.rate)


ROWS: dict[str, Callable[[Case], Clip]] = {
    "re-encoded, strongly": lambda case: case.clip,
    "MPEG-4, half size": lambda case: case.each(lambda pixels: alter.resized(pixels, 0.5)),
    "brighter, × 1.3": lambda case: case.each(lambda pixels: alter.brightened(pixels, 1.3)),
    "half frame rate": lambda case: Clip(case.clip.frames[::2], case.clip.rate / 2),
    "sped × 0.8": lambda case: sped(case.clip, 0.8),
    "sped × 1.25": lambda case: sped(case.clip, 1.25),
    "sped × 2": lambda case: sped(case.clip, 2),
    "trimmed to 30 %": lambda case: case.part(0.3 * case.clip.duration_s),
    "trimmed to 3 s": lambda case: case.part(INSERT_S),
    "3 s in a compilation": inserted,
    "mirrored": lambda case: case.each(alter.mirrored),
    "letterboxed": lambda case: case.each(letterboxed),
    "crop 10 %": lambda case: case.each(lambda pixels: alter.cropped(pixels, 0.9, at=case.at)),
    "crop 25 %": lambda case: case.each(lambda pixels: alter.cropped(pixels, 0.75, at=case.at)),
    "logo and caption": lambda case: case.each(captioned),
    "screen recording": recorded_from_a_screen,
    "picture in picture, 50 %": lambda case: in_a_picture(case, 0.5),
    "mirrored, crop 10 %, trimmed to 30 %": lambda case: Case(
        case.part(0.3 * case.clip.duration_s), case.number, case.host, case.second
    ).each(lambda pixels: alter.mirrored(alter.cropped(pixels, 0.9, at=case.at))),
}

CODING: dict[str, tuple[str, dict[str, str]]] = {
    "re-encoded, strongly": ("libx264", {"preset": "veryfast", "crf": "35"}),
    "MPEG-4, half size": ("mpeg4", {"qscale": "8", "flags": "+qscale"}),
}
USUAL = ("libx264", {"preset": "veryfast", "crf": "28"})

SMALL_PARTS = frozenset({"trimmed to 3 s", "3 s in a compilation", "picture in picture, 50 %"})
"""Where little is left of a clip, less is asked for."""


def wanted(row: str) -> float:
    """Answer the share of copies that should be recognised."""
    return WANTED_OF_SMALL_PARTS if row in SMALL_PARTS else WANTED
