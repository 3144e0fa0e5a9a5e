from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import examine
from cairn.fingerprints.source import Source
from cairn.fingerprints.video import fingerprint_video, watch
from cairn.fingerprints.video_listener import Bounds, Collected
from cairn.fingerprints.vpdq import vpdq_lines
from cairn.frames import VideoFingerprint, VideoMode, clock
from cairn.types import Pdq, PdqMode
from pictures import drawn
from reference import reference_folder
from tiny_videos import encoded, frames_of, held, sound_alone, turned, video

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TWO_SHOTS = ((1, 2.6), (2, 2.4))
WHOLE = video((1, 12), container="matroska")
CUT_OFF = WHOLE[: len(WHOLE) // 2]


def followed(data: bytes, **how: object) -> VideoFingerprint | NotComparable:
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        return fingerprint_video(Source(stream.fileno(), len(data)), **how)  # type: ignore[arg-type]


def seen(data: bytes, **how: object) -> VideoFingerprint:
    found = followed(data, **how)
    assert isinstance(found, VideoFingerprint), found
    return found


def bits(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    return int(np.unpackbits(one ^ other).sum())


@pytest.fixture(scope="module")
def two_shots() -> bytes:
    return video(*TWO_SHOTS, tags={"creation_time": "2024-05-06T07:08:09Z", "encoder": "ignored"})


def test_a_frame_is_taken_every_second_and_at_every_change_of_shot(two_shots: bytes) -> None:
    found = seen(two_shots)
    frames = found.frames
    assert frames.at.round(3).tolist() == [0, 1, 2, 2.625, 3, 4]
    assert frames.at[frames.shot].round(3).tolist() == [0, 2.625]
    assert found.is_whole
    assert found.covered_s == pytest.approx(4.875)
    assert (frames.quality >= 50).all()
    assert frames.turned is not None
    assert np.array_equal(frames.turned[:, 0], frames.hashes)


def test_a_frame_has_the_hash_of_the_picture_that_it_shows(two_shots: bytes) -> None:
    frames = seen(two_shots).frames
    pixels = list(frames_of(TWO_SHOTS))
    for row, at in enumerate(frames.at):
        stream = BytesIO()
        Image.fromarray(pixels[round(at * 8)]).save(stream, "PNG")
        comparison = examine(stream.getvalue(), mode=PdqMode.FAST).comparison
        assert isinstance(comparison, Pdq)
        assert bits(np.frombuffer(comparison.hashes[0], np.uint8), frames.hashes[row]) <= 10


def test_what_the_container_says_is_kept() -> None:
    data = video((1, 1), container="mov", tags={"creation_time": "2024-05-06T07:08:09Z"}, with_sound=True)
    facts = seen(data).facts
    assert (facts.codec, facts.width, facts.height, facts.frame_rate) == ("mpeg4", 160, 120, 8)
    assert facts.duration_s == pytest.approx(1)
    assert facts.created_at == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert facts.encoder.startswith("Lavf")
    assert [(stream.kind, stream.codec) for stream in facts.streams] == [("video", "mpeg4"), ("audio", "aac")]


@pytest.mark.parametrize(
    ("container", "codec", "pixels"),
    [
        ("matroska", "libx264", "yuv420p"),
        ("mov", "libx264", "yuv420p10le"),
        ("avi", "mjpeg", "yuvj422p"),
        ("mpegts", "mpeg2video", "yuv420p"),
        ("mpeg", "mpeg1video", "yuv420p"),
        ("webm", "libvpx", "yuv420p"),
        ("flv", "flv", "yuv420p"),
        ("asf", "wmv2", "yuv420p"),
        ("mov", "qtrle", "rgb24"),
    ],
)
def test_every_common_container_and_codec_gives_the_same_hashes(
    container: str, codec: str, pixels: str
) -> None:
    found = seen(video((5, 2), container=container, codec=codec, pixels=pixels, rate=25)).frames
    plain = seen(video((5, 2), rate=25)).frames
    assert len(found) == len(plain) == 2
    assert max(map(bits, found.hashes, plain.hashes)) <= 20


def test_key_frames_alone_are_fewer_and_say_so() -> None:
    found = seen(video((1, 6), gop=24), mode=VideoMode.KEY_FRAMES)
    assert found.mode is VideoMode.KEY_FRAMES
    assert found.frames.at.tolist() == [0, 3]
    assert found.is_whole


def test_a_rotated_video_is_hashed_as_it_is_shown() -> None:
    upright = seen(video((3, 1)))
    data = turned(video((3, 1)), 1)
    found = seen(data)
    plain = np.stack([np.rot90(frame, -1) for frame in frames_of([(3, 1)])])
    shown = seen(encoded(iter(np.ascontiguousarray(plain))))
    assert (found.facts.rotation, upright.facts.rotation) == (270, 0)
    assert bits(found.frames.hashes[0], shown.frames.hashes[0]) <= 16
    assert bits(found.frames.hashes[0], upright.frames.hashes[0]) > 60


def test_borders_are_left_out_of_the_second_hash() -> None:
    def boxed() -> Iterator[NDArray[np.uint8]]:
        for frame in frames_of([(4, 1)]):
            yield np.pad(frame, ((40, 40), (0, 0), (0, 0)))

    plain, found = seen(video((4, 1))), seen(encoded(boxed()))
    assert bits(found.frames.hashes[0], plain.frames.hashes[0]) > 31
    assert bits(found.frames.inside[0], plain.frames.hashes[0]) <= 16
    assert np.array_equal(plain.frames.inside, plain.frames.hashes)


def test_an_animated_picture_is_a_video() -> None:
    pictures = [drawn(seed) for seed in (1, 2, 3)]
    for name in ("GIF", "WEBP", "PNG", "AVIF"):
        stream = BytesIO()
        pictures[0].save(stream, name, save_all=True, append_images=pictures[1:], duration=700)
        assert examine(stream.getvalue(), mode=PdqMode.FAST).moves, name
        found = seen(stream.getvalue())
        assert found.frames.at.round(1).tolist() == [0, 0.7, 1.4], name
        assert found.is_whole


def test_a_picture_of_one_frame_does_not_move() -> None:
    stream = BytesIO()
    drawn(1).save(stream, "GIF")
    assert followed(stream.getvalue()) == NotComparable(Reason.UNSUPPORTED, "The picture does not move.")


def test_a_motion_photo_holds_a_video() -> None:
    stream = BytesIO()
    drawn(1).save(stream, "JPEG", comment=b'GCamera:MotionPhoto="1"')
    still = stream.getvalue()
    assert not examine(still, mode=PdqMode.FAST).moves
    both = still + video((2, 2))
    assert examine(both, mode=PdqMode.FAST).moves
    assert len(seen(both).frames) == 2
    assert followed(still) == NotComparable(Reason.UNSUPPORTED, "The content is no video.")


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (sound_alone(), Reason.UNSUPPORTED, "sound and no pictures"),
        (CUT_OFF, Reason.UNDECODABLE, "cut off or damaged"),
    ],
)
def test_what_is_missing_is_said(data: bytes, reason: Reason, words: str) -> None:
    stopped = seen(data).stopped
    assert stopped is not None
    assert stopped.reason is reason
    assert words in stopped.sentence


@pytest.mark.parametrize(("share", "is_whole"), [(1.0, True), (0.5, False)])
def test_a_short_video_that_is_cut_off_is_not_told_as_whole(share: float, *, is_whole: bool) -> None:
    whole = video((1, 1.7), rate=30, container="matroska")
    found = seen(whole[: int(share * len(whole))])
    assert found.is_whole is is_whole
    if found.stopped is not None:
        assert found.stopped.sentence.startswith("The video ends at 00:00:00.")
        assert "though it states 00:00:01.7: it is cut off" in found.stopped.sentence


def test_a_video_whose_last_frame_is_held_or_whose_sound_is_longer_is_whole() -> None:
    assert seen(held(video((1, 2)), seconds=6)).is_whole
    assert seen(video((1, 0.2), rate=30, container="matroska", with_sound=True)).is_whole


def test_a_whole_video_that_begins_after_a_while_is_whole() -> None:
    assert seen(held(video((1, 2), rate=30), seconds=0, after_s=1)).is_whole


def test_a_file_that_only_begins_as_a_video_is_not_comparable() -> None:
    found = followed(video((1, 1))[:40])
    assert isinstance(found, NotComparable)
    assert found.reason is Reason.UNDECODABLE


def test_a_video_is_followed_no_further_than_its_bounds() -> None:
    data = video((1, 6))
    found = seen(data, bounds=Bounds(frames=3))
    assert found.stopped is not None
    assert found.stopped.reason is Reason.TOO_LARGE
    assert "00:00:02" in found.stopped.sentence
    assert len(found.frames) == 3
    assert len(seen(data, bounds=Bounds(work_s=0)).frames) == 1


def test_flipped_bytes_never_end_in_an_error(two_shots: bytes) -> None:
    generator = np.random.default_rng(5)
    for _ in range(60):
        data = bytearray(two_shots)
        for at in generator.integers(0, len(data), 12):
            data[at] = generator.integers(0, 256)
        found = followed(bytes(data[: generator.integers(20, len(data))]))
        assert isinstance(found, NotComparable | VideoFingerprint)


def test_no_other_file_is_opened_though_a_container_names_one() -> None:
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    assert followed(playlist) == NotComparable(Reason.UNSUPPORTED, "The content is no video.")


def test_the_frames_come_in_parts_while_the_video_goes_on(two_shots: bytes) -> None:
    collected = Collected()
    with tempfile.TemporaryFile() as stream:
        stream.write(video((1, 40), rate=2))
        stream.flush()
        watch(Source(stream.fileno(), stream.tell()), collected)
    assert [len(part) for part in collected.parts] == [32, 8]


def test_vpdq_takes_frames_by_number() -> None:
    found = seen(video((1, 2)), mode=VideoMode.VPDQ)
    lines = [line.split(",") for line in vpdq_lines(found)]
    assert [(line[0], line[3]) for line in lines] == [("0", "0.000"), ("8", "1.000")]
    assert len(seen(video((1, 2)), mode=VideoMode.VPDQ, every_s=0).frames) == 16


@pytest.mark.reference
def test_vpdq_agrees_with_the_reference() -> None:
    folder = reference_folder("vpdq")
    for path in sorted((folder / "sample-videos").glob("pattern-sd-*.mp4"))[:2]:
        text = (folder / "sample-hashes" / f"{path.stem}.txt").read_text(encoding="ascii")
        expected = [line.split(",") for line in text.split()]
        found = [
            line.split(",") for line in vpdq_lines(seen(path.read_bytes(), mode=VideoMode.VPDQ, every_s=0))
        ]
        assert [(line[0], line[3]) for line in found] == [(line[0], line[3]) for line in expected]
        near = [
            (int(one[2], 16) ^ int(other[2], 16)).bit_count() <= 2
            for one, other in zip(expected, found, strict=True)
            if int(one[1]) >= 50
        ]
        assert sum(near) >= 0.95 * len(near), path.name


def test_a_clock_reads_hours_minutes_seconds() -> None:
    assert clock(3 * 3600 + 4 * 60 + 5.9) == "03:04:05"
