"""A photograph: a subject, a camera and a moment, written as the file that the camera would write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from cairn.synthetic.cameras import Camera, Exposure, expose
from cairn.synthetic.files import JpegSettings, camera_exif, write_jpeg
from cairn.synthetic.noise import stream
from cairn.synthetic.pattern_scenes import pattern
from cairn.synthetic.rooms import room
from cairn.synthetic.scenes import Scene, render
from cairn.synthetic.still_life import still_life
from cairn.synthetic.structure import LEAST_DETAIL, detail

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

EARLIEST = datetime(2019, 1, 1, tzinfo=UTC)
LATEST_DAYS = 2300
"""Photos are dated within about six years of ``EARLIEST``."""
MOST_RETAKES = 8
RETAKE_STRIDE = 100
"""Retakes have numbers that no other shot of a place has."""


class Subject(StrEnum):
    """What a photograph shows."""

    ROOM = "room"
    STILL_LIFE = "still life"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Shot:
    """One photograph that can be taken again at any time.

    Attributes:
        subject: What kind of thing it shows.
        seed: Decides the place; shots of one subject and seed show one place.
        number: Decides what stands there and the viewpoint; for a pattern, which.
        camera: What it is taken with.
    """

    subject: Subject
    seed: int
    number: int
    camera: Camera


def scene_of(shot: Shot) -> Scene:
    """Answer the scene of a shot; every second shot of a room has its furniture moved."""
    match shot.subject:
        case Subject.ROOM:
            return room(shot.seed, furnishing=shot.number // 2, standing=shot.number)
        case Subject.STILL_LIFE:
            return still_life(shot.seed, arrangement=shot.number)
        case Subject.PATTERN:
            return pattern(shot.seed, variant=shot.number)
        case _:
            assert_never(shot.subject)


def take(shot: Shot) -> NDArray[np.uint8]:
    """Answer the pixels of a shot as its camera's electronics hand them to the JPEG encoder.

    Returns:
        ``(height, width, 3)`` uint8 RGB of the camera's size.
    """
    rng = stream(shot.seed, 11, shot.number)
    exposure = Exposure(
        stops=float(rng.uniform(-0.1, 0.7)),
        warmth=float(rng.normal(0, 0.05)),
        noise_seed=int(rng.integers(2**31)),
    )
    model = shot.camera.model
    return expose(shot.camera, render(scene_of(shot), (model.width, model.height)), exposure)


def take_lively(shot: Shot) -> tuple[Shot, NDArray[np.uint8]]:
    """Answer the first of a shot and its retakes that shows enough to be known again, and its pixels.

    A retake has another number, so it shows the same place, arranged and seen in another way.

    Raises:
        ValueError: None of ``MOST_RETAKES`` shows enough, which no seed has been seen to do.
    """
    for retake in range(MOST_RETAKES):
        tried = replace(shot, number=shot.number + RETAKE_STRIDE * retake)
        pixels = take(tried)
        if detail(pixels) >= LEAST_DETAIL:
            return tried, pixels
    raise ValueError(f"every retake of this {shot.subject} is nearly blank")


def taken_at(shot: Shot) -> datetime:
    """Answer when a shot was taken: a place was visited on one day, its shots are minutes apart."""
    day = int(stream(shot.seed, 12).integers(LATEST_DAYS))
    return EARLIEST + timedelta(days=day, hours=9, minutes=7 * (shot.number % RETAKE_STRIDE))


def write_photograph(path: Path, shot: Shot) -> NDArray[np.uint8]:
    """Take a shot, or a retake if it shows too little, and write it as its camera does, with EXIF.

    Args:
        path: Where to; its folders are made.
        shot: What to take.

    Returns:
        The pixels before they were compressed.

    Raises:
        FileExistsError: Something is already at ``path``; it is left as it is.
    """
    model = shot.camera.model
    settings = JpegSettings(model.quality, model.subsampling)
    taken, pixels = take_lively(shot)
    write_jpeg(path, pixels, settings, exif=camera_exif(taken.camera, taken_at(taken)))
    return pixels
