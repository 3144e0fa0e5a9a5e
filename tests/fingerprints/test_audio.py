"""Points of sounds: what they depend on, and what has none."""

from __future__ import annotations

import numpy as np
import pytest

from cairn.fingerprints.audio import RATE, sound_points
from cairn.index.sound_rows import constellation
from cairn.synthetic import sounds


def test_points_do_not_depend_on_where_pieces_were_cut() -> None:
    heard = np.concatenate([sounds.tune(1, seconds=50, rate=RATE), sounds.voice(1, seconds=30, rate=RATE)])
    pieces = np.split(heard, [5, 6, 900, 70_000, 70_001, 300_000])
    whole = sound_points([heard])
    assert sound_points(pieces) == whole
    assert whole.duration_ms == 80_000
    times = constellation(whole).time_ms
    assert len(whole) > 600
    assert (np.diff(times) >= 0).all()
    assert times[-1] < 80_000


def test_points_do_not_depend_on_volume() -> None:
    heard = sounds.voice(2, seconds=8, rate=RATE)
    loud, soft = (constellation(sound_points([heard * volume])) for volume in (1.0, 0.3))
    same = sum(
        bool(((abs(soft.time_ms - at) <= 2) & (abs(soft.pitch - pitch) <= 2)).any())
        for at, pitch in zip(loud.time_ms, loud.pitch, strict=True)
    )
    assert same >= 0.85 * len(loud)


@pytest.mark.parametrize("kind", ["hum", "silence"])
def test_what_never_changes_has_no_points(kind: str) -> None:
    assert len(sound_points([sounds.KINDS[kind](1, seconds=10, rate=RATE)])) == 0


@pytest.mark.parametrize("samples", [0, 1, 511, 512, 700])
def test_a_moment_of_sound_has_an_answer(samples: int) -> None:
    found = sound_points([np.ones(samples, np.float32)])
    assert found.duration_ms == round(samples / 8)
    assert len(found) == 0


def test_pitches_are_kept_within_a_few_steps() -> None:
    at = np.arange(RATE // 4) / RATE
    beep = np.sin(2 * np.pi * 1000 * at).astype(np.float32) * np.hanning(len(at)).astype(np.float32)
    found = constellation(sound_points([np.pad(beep, RATE)]))
    assert abs(found.pitch[found.rank == 0][0] - 2 * 1024) <= 8
    assert abs(found.time_ms[found.rank == 0][0] + 32 - 1125) <= 20
