"""The index of sounds: found again by parts, removed, reopened, and kept apart by groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.fingerprints.audio import RATE, sound_points
from cairn.index.sound_rows import AS_IT_IS, Speed
from cairn.index.sounds import open_sounds
from cairn.synthetic import sounds

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.types import SoundPoints

HEARD = {number: sounds.voice(number, seconds=20, rate=RATE) for number in range(1, 7)}
POINTS = {number: sound_points([heard]) for number, heard in HEARD.items()}
ONLY = (AS_IT_IS,)


def part(number: int) -> SoundPoints:
    return sound_points([HEARD[number][7 * RATE : 12 * RATE]])


@pytest.mark.parametrize("is_compact", [False, True])
def test_parts_are_found_with_their_shift(tmp_path: Path, is_compact: bool) -> None:
    with open_sounds(tmp_path / "sounds", writable=True) as index:
        index.add(POINTS.items())
        if is_compact:
            index.compact()
    with open_sounds(tmp_path / "sounds") as index:
        for number in POINTS:
            found = index.candidates(part(number), speeds=ONLY)
            best = next(iter(found.places))
            assert best == number
            assert abs(found.places[best][0].shift_ms - 7000) <= 100
            assert found.coverage.is_complete


def test_a_removed_sound_is_not_found(tmp_path: Path) -> None:
    with open_sounds(tmp_path / "sounds", writable=True) as index:
        index.add(POINTS.items())
        index.remove(np.array([3], np.uint64))
        assert 3 not in index.candidates(part(3), speeds=ONLY).places
        index.add([(3, POINTS[3])])
        assert next(iter(index.candidates(part(3), speeds=ONLY).places)) == 3
        assert index.verify().damaged == {}


def test_a_group_takes_no_places_of_another(tmp_path: Path) -> None:
    def group_of(media: NDArray[np.uint64]) -> NDArray[np.int8]:
        return np.where(media < 4, np.int8(0), np.where(media == 4, np.int8(-1), np.int8(1)))

    with open_sounds(tmp_path / "sounds", writable=True) as index:
        index.add(POINTS.items())
        first, second = index.grouped(part(5), speeds=ONLY, groups=2, group_of=group_of)
        assert set(first.places) <= {1, 2, 3}
        assert next(iter(second.places)) == 5


def test_another_speed_is_asked_only_where_it_is_named(tmp_path: Path) -> None:
    at = np.arange(0, len(HEARD[2]) - 1, 1.03)
    faster = sound_points([np.interp(at, np.arange(len(HEARD[2])), HEARD[2]).astype(np.float32)])
    speed = Speed(1.03, keeps_pitch=False)
    with open_sounds(tmp_path / "sounds", writable=True) as index:
        index.add(POINTS.items())
        found = index.candidates(faster, speeds=(AS_IT_IS, speed))
        best = found.places[2][0]
        assert best.speed == speed
        assert best.votes > 20


def test_silence_and_an_empty_index_have_no_candidates(tmp_path: Path) -> None:
    silent = sound_points([sounds.silence(1, seconds=5, rate=RATE)])
    with open_sounds(tmp_path / "sounds", writable=True) as index:
        assert index.candidates(part(1), speeds=ONLY).places == {}
        index.add([(1, silent), (2, POINTS[2])])
        assert index.candidates(silent, speeds=ONLY).places == {}
