"""Which spans of two sounds are said to be one, and which are not."""

from __future__ import annotations

import numpy as np
import pytest

from cairn.fingerprints.audio import RATE, sound_points
from cairn.index.sound_rows import AS_IT_IS
from cairn.linking.audio import Heard
from cairn.linking.policy import SOUND_2
from cairn.linking.sound_spans import SoundAgrees, sound_from_stored, sound_in_words, stored_sound
from cairn.synthetic import sounds

VOICE = sounds.voice(11, seconds=30, rate=RATE)
OTHER = sounds.voice(12, seconds=30, rate=RATE)


def compared(file: np.ndarray, known: np.ndarray) -> SoundAgrees | None:
    return Heard(sound_points([file]), SOUND_2).with_known(sound_points([known]))


def test_a_cut_is_found_with_its_place() -> None:
    found = compared(VOICE[8 * RATE : 14 * RATE], VOICE)
    assert found is not None
    (span,) = found.spans
    assert abs(span.known_begin_ms - span.begin_ms - 8000) <= 20
    assert span.length_ms > 5000
    assert found.shared_of_file > 0.85
    assert found.speed == pytest.approx(1, abs=0.003)


def test_loud_noise_hides_little() -> None:
    cut = VOICE[5 * RATE : 15 * RATE]
    noise = np.random.default_rng(1).standard_normal(len(cut)).astype(np.float32)
    loud = noise * float(np.sqrt((cut**2).mean())) * 10 ** (-5 / 20)
    assert compared(cut + loud, VOICE) is not None


@pytest.mark.parametrize("factor", [0.97, 1.013, 1.03])
def test_a_little_faster_or_slower_is_the_same_sound(factor: float) -> None:
    at = np.arange(0, len(VOICE) - 1, factor)
    found = compared(np.interp(at, np.arange(len(VOICE)), VOICE).astype(np.float32), VOICE)
    assert found is not None
    assert found.speed == pytest.approx(factor, abs=0.002)
    assert not found.keeps_pitch
    assert f"{abs(factor - 1) * 100:.1f} % {'faster' if factor > 1 else 'slower'}" in sound_in_words(found)


def test_pieces_of_a_compilation_are_spans_of_their_own() -> None:
    made = np.concatenate([VOICE[20 * RATE : 25 * RATE], OTHER[: 6 * RATE], VOICE[3 * RATE : 9 * RATE]])
    found = compared(made, VOICE)
    assert found is not None
    places = [(span.begin_ms, span.known_begin_ms) for span in found.spans]
    assert len(places) == 2
    assert abs(places[0][1] - places[0][0] - 20_000) <= 20
    assert abs(places[1][1] - places[1][0] + 8_000) <= 20
    assert "00:00:2" in sound_in_words(found)


@pytest.mark.parametrize("one", list(sounds.KINDS))
@pytest.mark.parametrize("other", list(sounds.KINDS))
def test_different_sounds_are_not_linked(one: str, other: str) -> None:
    heard, known = (sounds.KINDS[kind](seed, seconds=12, rate=RATE) for kind, seed in ((one, 1), (other, 2)))
    assert compared(heard, known) is None


def test_two_tunes_of_one_tempo_and_one_key_are_two_sounds() -> None:
    one, other = (sounds.tune(seed, seconds=20, rate=RATE) for seed in (5016, 5028))
    assert compared(one, other) is None
    assert compared(one[4 * RATE : 12 * RATE], one) is not None


def test_what_was_stored_can_be_read_again() -> None:
    found = compared(VOICE[8 * RATE : 14 * RATE], VOICE)
    assert found is not None
    again = sound_from_stored(stored_sound(found))
    assert again is not None
    assert again.spans[0].known_begin_ms == found.spans[0].known_begin_ms
    assert sound_in_words(again) == sound_in_words(found)
    assert sound_from_stored({"kind": "pdq-near"}) is None


def test_speeds_begin_with_the_sound_as_it_is() -> None:
    assert SOUND_2.speeds[0] == AS_IT_IS
