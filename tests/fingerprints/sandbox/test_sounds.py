"""Sound in the sandbox: what comes out is what comes out without it, and what is told is not believed."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import listening
from cairn.fingerprints.listening import SOUND_COUNTS, listen
from cairn.fingerprints.media_type import media_type
from cairn.fingerprints.sandbox import DecoderPool, Job, sound_message
from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.message import Answer, pack, take
from cairn.fingerprints.source import Source
from cairn.synthetic import sounds
from cairn.types import Fingerprints, PdqMode, Picture, SoundPoints
from tiny_sounds import RATE, sound_file

if TYPE_CHECKING:
    from pathlib import Path

VOICE = sounds.voice(5, seconds=6, rate=RATE)

FILES = {
    "film.mp4": sound_file(VOICE, shade=90),
    "song.mp3": sound_file(VOICE, container="mp3", codec="libmp3lame"),
    "call.amr": sound_file(VOICE, container="amr", codec="libopencore_amrnb", rate=8000),
    "note.ogg": sound_file(VOICE, container="ogg", codec="libopus"),
    "bare.aac": sound_file(VOICE, container="adts"),
    "take.flac": sound_file(VOICE, container="flac", codec="flac"),
    "tape.wav": sound_file(VOICE, container="wav", codec="pcm_s16le"),
}
TYPES = ["video/mp4", "audio/mpeg", "audio/amr", "application/ogg", "audio/aac", "audio/flac", "audio/wav"]


def heard(path: Path) -> Picture:
    with path.open("rb") as stream:
        return listen(Source(stream.fileno(), path.stat().st_size))


def test_the_sandbox_hears_what_is_heard_without_it(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in FILES]
    for path, data in zip(paths, FILES.values(), strict=True):
        path.write_bytes(data)
    jobs = [Job(key, lambda path=path: os.open(path, os.O_RDONLY)) for key, path in enumerate(paths)]  # type: ignore[misc]
    with DecoderPool(workers=1, mode=PdqMode.FAST, with_sound=True) as pool:
        found = {done.key: done.result for done in pool.measure_all(jobs)}
    for key, path in enumerate(paths):
        result = found[key]
        assert isinstance(result, Fingerprints)
        sound = result.picture.sound
        assert result.picture == heard(path)
        assert result.picture.comparison == SOUND_COUNTS
        assert sound is not None
        assert 5900 <= sound.duration_ms <= 6300
        assert len(sound) > 60
    assert [media_type(data[:512]) for data in FILES.values()] == TYPES


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_off_is_heard_as_far_as_it_goes(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    for share in (0.001, 0.5, 0.9):
        path.write_bytes(FILES[name][: int(share * len(FILES[name]))])
        found = heard(path)
        assert isinstance(found.comparison, NotComparable)
        assert found.sound is not None or found.comparison.reason in {Reason.UNDECODABLE, Reason.UNSUPPORTED}


def test_what_has_no_sound_says_so(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"no sound")
    assert heard(path).comparison == NotComparable(Reason.UNSUPPORTED, "The content holds no sound.")


def test_a_sound_is_followed_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(FILES["tape.wav"])
    monkeypatch.setattr(listening, "MOST_S", 2)
    found = heard(path)
    assert found.sound is not None
    assert found.sound.duration_ms < 3000
    assert "no further" in str(found.comparison)


def answer(points: bytes, duration_ms: int = 1000) -> bytearray:
    picture = Picture("audio/wav", None, None, SOUND_COUNTS, sound=SoundPoints(duration_ms, points))
    return bytearray(pack(Answer(1, picture)))


def at(*times: int) -> bytes:
    return b"".join(struct.pack("<IH", time, 77) for time in times)


def test_a_sound_survives_the_way_through_bytes() -> None:
    found = take(answer(at(5, 5, 1000)))
    assert isinstance(found, Answer)
    assert found.picture.sound == SoundPoints(1000, at(5, 5, 1000))


@pytest.mark.parametrize(
    "lie", [answer(at(1001)), answer(at(9, 5)), answer(b"", duration_ms=1 << 31), answer(at(5))[:-1] + b""]
)
def test_a_lie_about_a_sound_is_refused(lie: bytearray) -> None:
    if lie == answer(at(5))[:-1]:
        assert take(lie) is None
        return
    with pytest.raises(MessageError):
        take(lie)


def test_the_longest_sound_is_within_what_is_agreed() -> None:
    assert 1000 * (listening.MOST_S + 60) < sound_message._LONGEST_MS
    assert np.iinfo(np.uint32).max > sound_message.MAXIMUM_SOUND_BYTES
