"""Frames of a video at chosen moments: those that were meant, upright, and from a confined process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.errors import NotComparable
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.fingerprints.sheet import ACROSS, cell_side, cut, shape
from cairn.fingerprints.source import Source
from cairn.fingerprints.stills import stills
from cairn.types import Fingerprints, PdqMode, Picture, Preview
from pictures import drawn
from tiny_videos import frames_of, sound_alone, turned, video

if TYPE_CHECKING:
    from pathlib import Path

SHOTS = ((1, 2), (2, 2), (3, 2))
RATE = 8


def taken(path: Path, *moments_ms: int) -> Picture:
    with path.open("rb") as stream:
        return stills(Source(stream.fileno(), path.stat().st_size), moments_ms)


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def shown(picture: Picture, count: int) -> list[np.ndarray]:
    assert picture.preview is not None
    return [
        np.frombuffer(each.pixels, np.uint8).reshape(each.height, each.width, 3).astype(np.int16)
        for each in cut(picture.preview, count)
    ]


def meant(seconds: float) -> np.ndarray:
    return list(frames_of(SHOTS))[round(seconds * RATE)].astype(np.int16)


@pytest.mark.parametrize(
    ("codec", "container"),
    [("libx264", "matroska"), ("mpeg4", "mp4"), ("mpeg4", "avi"), ("mpeg2video", "mpegts"), ("mjpeg", "avi")],
)
def test_the_frames_are_those_that_are_shown_then(tmp_path: Path, codec: str, container: str) -> None:
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = written(tmp_path, "film", video(*SHOTS, codec=codec, container=container, pixels=pixels))
    moments = (0, 2000, 3500, 5500)
    for found, at in zip(shown(taken(path, *moments), 4), moments, strict=True):
        others = [np.abs(found - meant(each)).mean() for each in (0.0, 2.0, 3.5, 5.5)]
        assert int(np.argmin(others)) == moments.index(at), (at, others)
        assert 3 * min(others) < sorted(others)[1]


def test_a_moment_after_the_end_shows_the_last_frame_and_one_frame_has_the_sheet_to_itself(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "film.mp4", video(*SHOTS, size=(640, 480)))
    (last,) = shown(taken(path, 60_000), 1)
    assert last.shape == (480, 640, 3)
    (first, end) = shown(taken(path, 0, 60_000), 2)
    assert first.shape == (192, 256, 3)
    assert np.abs(end - np.asarray(Image.fromarray(last.astype(np.uint8)).resize((256, 192)))).mean() < 6


def test_a_turned_video_is_shown_upright(tmp_path: Path) -> None:
    path = written(tmp_path, "film.mp4", turned(video(*SHOTS), 1))
    (found,) = shown(taken(path, 0), 1)
    assert found.shape == (160, 120, 3)
    assert np.abs(np.rot90(found) - meant(0)).mean() < 14


def test_an_animated_picture_has_frames_too(tmp_path: Path) -> None:
    pictures = [drawn(seed) for seed in (1, 2)]
    pictures[0].save(tmp_path / "a.gif", save_all=True, append_images=pictures[1:], duration=500)
    first, second = shown(taken(tmp_path / "a.gif", 0, 500), 2)
    assert np.abs(first - second).mean() > 20


def test_what_shows_nothing_says_why(tmp_path: Path) -> None:
    for name, data in (("a.mka", sound_alone()), ("a.txt", b"no video"), ("a.mp4", video((1, 1))[:60])):
        found = taken(written(tmp_path, name, data), 0, 500)
        assert found.preview is None
        assert isinstance(found.comparison, NotComparable)


def test_a_sheet_that_is_not_of_so_many_frames_is_none() -> None:
    assert cut(Preview(10, 3, 1, bytes(90), 10, 3), 4) == ()
    assert shape(5) == (ACROSS, 2)
    assert cell_side(1) == ACROSS * cell_side(2)


def test_the_sandbox_takes_out_what_is_asked_of_each_job(tmp_path: Path) -> None:
    path = written(tmp_path, "film.mkv", video(*SHOTS, codec="libx264", container="matroska"))
    asked = [(0, 2000), (3500,), (0, 2000)]
    with DecoderPool(workers=1, mode=PdqMode.FAST, with_stills=True) as pool:
        jobs = [Job(key, lambda: os.open(path, os.O_RDONLY), each) for key, each in enumerate(asked)]
        found = {done.key: done.result for done in pool.measure_all(jobs)}
    for key, each in enumerate(asked):
        result = found[key]
        assert isinstance(result, Fingerprints)
        assert result.picture.preview == taken(path, *each).preview
