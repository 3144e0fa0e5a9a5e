"""Videos in the sandbox: what comes out is what comes out without it, and what is told is not believed."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import video as videos
from cairn.fingerprints.details_due import DetailsDue
from cairn.fingerprints.following import PART_FRAMES
from cairn.fingerprints.sandbox import DecoderPool, Job, Limits
from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.film import Film
from cairn.fingerprints.sandbox.message import Message, pack, take
from cairn.fingerprints.sandbox.video_message import (
    MAXIMUM_DETAILS,
    MAXIMUM_FRAMES,
    MAXIMUM_PART_FRAMES,
    VideoBegins,
    VideoEnds,
    VideoGoesOn,
)
from cairn.fingerprints.source import Source
from cairn.fingerprints.video_listener import USUAL_BOUNDS
from cairn.fingerprints.wanted import ASKED_EVERY_S
from cairn.frames import (
    FramePoints,
    Frames,
    StreamFacts,
    VideoFacts,
    VideoFingerprint,
    VideoMode,
    no_frames,
)
from cairn.types import Fingerprints, PdqMode
from reference import reference_folder
from tiny_videos import sound_alone, video

if TYPE_CHECKING:
    from collections.abc import Iterator

STREAMS = (StreamFacts("video", "h264"),)
FACTS = VideoFacts("mov,mp4", "h264", 640, 360, 90, 12.5, 25.0, None, "Lavf", "", "", STREAMS)
BEGINS = VideoBegins(3, "video/mp4", VideoMode.EVEN, FACTS)


def some_frames(count: int, *, start_s: float = 0.0) -> Frames:
    generator = np.random.default_rng(count)
    turned = generator.integers(0, 256, (count, 8, 32), np.uint8)
    within = turned.copy()
    within[::2] ^= 255
    numbers = np.full(count, 77, np.uint8)
    at = start_s + np.arange(count, dtype=np.float64)
    cells = generator.integers(0, 256, ((count + 1) // 2, 64, 64), np.uint8)
    return Frames(turned[:, 0], within[:, 0], numbers, numbers, at, at == 0, turned, within, cells)


def some_details(count: int) -> Frames:
    details = (FramePoints(0.5, 9, 9, bytes(16), bytes(range(256))),)
    return replace(some_frames(count), details=details)


def there_and_back(message: Message) -> Message | None:
    return take(bytearray(pack(message)))


def changed(message: Message, at: int, value: bytes) -> bytearray:
    data = bytearray(pack(message))
    data[at : at + len(value)] = value
    return data


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(workers=1, mode=PdqMode.FAST, video=VideoMode.EVEN) as opened:
        yield opened


def measured(pool: DecoderPool, *paths: Path) -> dict[int, Fingerprints]:
    jobs = [Job(key, lambda path=path: os.open(path, os.O_RDONLY)) for key, path in enumerate(paths)]  # type: ignore[misc]
    found = {done.key: done.result for done in pool.measure_all(jobs)}
    return {key: result for key, result in found.items() if isinstance(result, Fingerprints)}


def test_a_video_whose_last_part_holds_no_frame_is_as_good_as_any(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(video((1, 4), (2, 4)))  # 32 are taken: one part, and an empty one at the end
    (found,) = measured(pool, path).values()
    assert found.picture.video is not None
    assert len(found.picture.video.frames) % PART_FRAMES == 0
    assert found.picture.video.stopped is None
    message = VideoGoesOn(4, no_frames())
    assert take(bytearray(pack(message))) is not None


@pytest.mark.reference
def test_every_malformed_file_ends_before_the_door_of_videos(pool: DecoderPool) -> None:
    paths = sorted(path for path in reference_folder("malformed").rglob("*") if path.is_file())
    assert len(measured(pool, *paths)) == len(paths)
    with DecoderPool(workers=1, mode=PdqMode.FAST, with_stills=True) as takes:
        jobs = [
            Job(key, partial(os.open, path, os.O_RDONLY), (0, 900)) for key, path in enumerate(paths[::5])
        ]
        results = [done.result for done in takes.measure_all(jobs)]
    assert all(isinstance(each, Fingerprints) for each in results)
    assert len(results) == len(jobs)


def test_the_sandbox_finds_what_is_found_without_it(pool: DecoderPool, tmp_path: Path) -> None:
    data = video((1, 2.6), (2, 2.4), codec="libx264", container="matroska")
    paths = [tmp_path / name for name in ("film.mkv", "sound.mka", "text.txt", "head.mp4")]
    for path, content in zip(paths, (data, sound_alone(), b"no video", video((1, 1))[:40]), strict=True):
        path.write_bytes(content)
    found = measured(pool, *paths)
    with paths[0].open("rb") as stream:
        source = Source(stream.fileno(), len(data))
        plain = videos.fingerprint_video(source, every_s=ASKED_EVERY_S, closely=True)
    inside = found[0].picture.video
    assert isinstance(plain, VideoFingerprint)
    assert inside is not None
    assert inside.facts == plain.facts
    assert inside.is_whole
    for name in ("at", "shot", "quality", "turned", "inside_turned", "cells"):
        assert np.array_equal(getattr(inside.frames, name), getattr(plain.frames, name)), name
    assert inside.frames.details == plain.frames.details
    assert len(plain.frames.details) >= 5
    silent = found[1].picture.video
    assert silent is not None
    assert silent.stopped is not None
    assert silent.stopped.reason is Reason.UNSUPPORTED
    assert found[2].picture.comparison == NotComparable(Reason.UNSUPPORTED, "The content is no video.")
    assert "cannot be opened" in str(found[3].picture.comparison)


def test_how_far_a_video_is_followed_is_told_on_the_way(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    path.write_bytes(video((1, 100), rate=2))
    told: list[tuple[int, float, float]] = []
    jobs = [Job(7, lambda: os.open(path, os.O_RDONLY))]
    list(pool.measure_all(jobs, tell=lambda key, to, frames: told.append((key, to, float(frames().at[-1])))))
    assert [told[0], told[-1]] == [(7, 15.5, 15.5), (7, 99.5, 99.5)]


def test_a_video_survives_the_way_through_bytes() -> None:
    assert there_and_back(BEGINS) == BEGINS
    ends = VideoEnds(3, 12.5, NotComparable(Reason.UNDECODABLE, "It is cut off."))
    assert there_and_back(ends) == ends
    assert there_and_back(replace(ends, stopped=None)) == replace(ends, stopped=None)
    frames = some_details(5)
    back = there_and_back(VideoGoesOn(3, frames))
    assert isinstance(back, VideoGoesOn)
    for name in ("at", "shot", "quality", "hashes", "inside", "turned", "inside_turned", "cells"):
        assert np.array_equal(getattr(back.frames, name), getattr(frames, name)), name
    assert back.frames.details == frames.details


HEADER, COUNT = 17, 2
CELLS = COUNT + 2 * (12 + 256) + 256
"""Two frames, of which one differs within its borders."""


@pytest.mark.parametrize(
    "lie",
    [
        changed(VideoGoesOn(1, some_frames(2)), HEADER, b"\xff\xff"),
        changed(VideoGoesOn(1, some_frames(2)), HEADER + COUNT, b"\x7f\xf8" + bytes(6)),
        changed(VideoGoesOn(1, some_frames(2)), HEADER + COUNT + 8, bytes(8)),
        changed(VideoGoesOn(1, some_frames(2)), HEADER + COUNT + 16, b"\x65"),
        changed(VideoGoesOn(1, some_frames(2)), HEADER + COUNT + 20, b"\x02"),
        changed(VideoGoesOn(1, some_frames(2)), HEADER + COUNT + 22, b"\x00"),
        changed(VideoGoesOn(1, some_details(2)), HEADER + CELLS, b"\x00\x03"),
        changed(VideoGoesOn(1, some_details(2)), HEADER + CELLS + 2 + 4096, b"\x21"),
        changed(VideoGoesOn(1, some_details(2)), HEADER + CELLS + 3 + 4096, b"\xff"),
        changed(VideoEnds(1, 1.0, None), HEADER, b"\x7f\xf0" + bytes(6)),
        changed(BEGINS, HEADER + 11, b"\xff"),
        changed(BEGINS, HEADER + 11 + 8, b"\x00\x01"),
        changed(BEGINS, HEADER + 11 + 10, b"\xff\xf0" + bytes(6)),
    ],
    ids=[
        "count",
        "not a number",
        "back in time",
        "quality",
        "flag",
        "left over",
        "more cells than frames",
        "more details",
        "time of details",
        "end",
        "side",
        "turn",
        "length",
    ],
)
def test_what_cannot_be_true_of_a_video_is_refused(lie: bytearray) -> None:
    with pytest.raises(MessageError):
        take(lie)


def test_frames_that_go_back_or_never_end_are_refused() -> None:
    film = Film(BEGINS, float("inf"))
    film.go_on(some_frames(3))
    with pytest.raises(MessageError):
        film.go_on(some_frames(3))
    endless = Film(BEGINS, float("inf"))
    with pytest.raises(MessageError):
        for number in range(MAXIMUM_FRAMES // MAXIMUM_PART_FRAMES + 1):
            endless.go_on(some_frames(MAXIMUM_PART_FRAMES, start_s=1000.0 * number))
    detailed = Film(BEGINS, float("inf"))
    with pytest.raises(MessageError):
        for number in range(MAXIMUM_DETAILS + 1):
            detailed.go_on(replace(some_details(1), at=np.array([float(number)])))


def test_the_two_sides_agree_on_their_bounds() -> None:
    assert PART_FRAMES <= MAXIMUM_PART_FRAMES
    assert USUAL_BOUNDS.frames + PART_FRAMES <= MAXIMUM_FRAMES
    due = DetailsDue()
    assert sum(due.wants(10.0 * at, is_shot=True) for at in range(10_000)) <= MAXIMUM_DETAILS


def test_features_of_frames_are_looked_for_densely_at_first_and_at_shots() -> None:
    due = DetailsDue()
    wanted = [at / 4 for at in range(200) if due.wants(at / 4, is_shot=at in {2, 50, 51})]
    assert wanted == [0.0, 0.5, 1.5, 2.5, 3.5, 4.5, 8.5, 12.5, *np.arange(16.5, 50, 4)]
    assert due.wants(52.5, is_shot=True)


MISBEHAVING = """import os, sys, time
sys.path[:0] = sys.argv.pop(1).split(":")
import numpy as np
from cairn.fingerprints.sandbox.nursery import begin
from cairn.fingerprints.video_listener import Ending
from cairn.frames import VideoFacts, VideoMode
from fingerprints.sandbox.test_videos import some_frames

def watch(source, listener):
    word = source.read()[4:].decode()
    if word == "unbegun":
        listener.goes_on(some_frames(2))
    listener.begins(VideoFacts("mov", "h264", 64, 64), VideoMode.EVEN)
    listener.goes_on(some_frames(3))
    if word == "again":
        listener.goes_on(some_frames(3))
    if word == "abort":
        os.abort()
    if word == "hang":
        time.sleep(30)
    if word == "compute":
        while True: pass
    if word == "fill-memory":
        bytearray(1 << 32)
    while word == "for-ever":
        listener.goes_on(some_frames(0))
        time.sleep(0.05)
    return Ending(9.0, None)

begin(sys.argv[1:], lambda data: None, watch=watch)"""

ROOTS = f"{Path(__file__).parents[2]}:{Path(videos.__file__).parents[2]}"
HASTY = Limits(cpu_s=1, wall_s=1.5, file_bytes=0, files_per_worker=9, watch_s=1)


@pytest.mark.parametrize(
    ("word", "reason", "frames"),
    [
        ("abort", Reason.DECODER_CRASHED, 3),
        ("hang", Reason.TIMED_OUT, 3),
        ("compute", Reason.TIMED_OUT, 3),
        ("for-ever", Reason.TIMED_OUT, 3),
        ("fill-memory", Reason.TOO_LARGE, 3),
        ("again", Reason.DECODER_CRASHED, 3),
        ("unbegun", Reason.DECODER_CRASHED, None),
        ("well", None, 3),
    ],
)
def test_what_was_seen_before_a_decoder_failed_remains(
    tmp_path: Path, word: str, reason: Reason | None, frames: int | None
) -> None:
    path = tmp_path / "film"
    path.write_bytes(b"FLV\x01" + word.encode())
    command = (sys.executable, "-c", MISBEHAVING, ROOTS)
    with DecoderPool(
        workers=1, mode=PdqMode.FAST, video=VideoMode.EVEN, limits=HASTY, command=command
    ) as pool:
        picture = measured(pool, path)[0].picture
    if frames is None:
        assert picture.video is None
        assert isinstance(picture.comparison, NotComparable)
        assert picture.comparison.reason is reason
        return
    assert picture.video is not None
    assert len(picture.video.frames) == frames
    assert picture.video.covered_s == (9 if reason is None else 2)
    assert (picture.video.stopped and picture.video.stopped.reason) is reason


def test_a_video_that_nobody_asked_for_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(b"FLV\x01well")
    command = (sys.executable, "-c", MISBEHAVING, ROOTS)
    with DecoderPool(workers=1, mode=PdqMode.FAST, limits=HASTY, command=command) as pool:
        found = measured(pool, path)[0].picture.comparison
    assert isinstance(found, NotComparable)
    assert found.reason is Reason.DECODER_CRASHED
