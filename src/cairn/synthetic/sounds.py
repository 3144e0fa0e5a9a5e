"""Harmless sounds of known truth: voices that say nothing, tunes that nobody wrote, noise, tones, silence.

A voice is a row of syllables: harmonics of a pitch that glides, shaped by three resonances that move from one
vowel to the next, hisses between them, and pauses. A tune is chords and notes with overtones that die away,
over a beat. Each seed is another voice or tune.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_LOUD: Final = 0.5
"""The highest value of a drawn sound, of a full scale of 1."""

_FORMANT_WIDTH: Final = 0.12
"""Of a resonance, as a share of its frequency."""

_HIGHEST_SHARE: Final = 0.45
"""Overtones above this share of the rate are left out: they would fold back."""


def voice(seed: int, *, seconds: float, rate: int) -> Sound:
    """Answer somebody's speech without words.

    Args:
        seed: Who speaks, and what.
        seconds: How long.
        rate: Samples a second.

    Returns:
        ``(n,) float32``, within -1 and 1, as are all sounds here.
    """
    dice = np.random.default_rng((seed, 1))
    pitch_hz = dice.uniform(90, 260)
    tract = dice.uniform(0.85, 1.2)
    vowel = _formants(dice, tract)
    pieces: list[Sound] = []
    length = 0
    while length < seconds * rate:
        following = _formants(dice, tract)
        pause_s = dice.uniform(0.1, 0.5) if dice.random() < 0.15 else 0  # noqa: PLR2004 - now and then a breath
        syllable = (
            _hiss(dice, dice.uniform(0.02, 0.09), rate),
            _vowel(dice, pitch_hz, (vowel, following), rate),
            np.zeros(int(pause_s * rate), np.float32),
        )
        pieces += syllable
        length += sum(map(len, syllable))
        vowel = following
    return _levelled(np.concatenate(pieces)[: int(seconds * rate)])


def tune(seed: int, *, seconds: float, rate: int) -> Sound:
    """Answer some music; arguments as for ``voice``."""
    dice = np.random.default_rng((seed, 2))
    beat_s = dice.uniform(0.28, 0.6)
    root_hz = dice.uniform(110, 220)
    overtones = dice.uniform(0.2, 1, 7) / np.arange(1, 8)
    steps = np.array([0, 2, 4, 5, 7, 9, 11]) if dice.random() < 0.5 else np.array([0, 2, 3, 5, 7, 8, 10])  # noqa: PLR2004 - major or minor
    sound = np.zeros(int(seconds * rate) + 4 * rate, np.float32)
    for beat in range(int(seconds / beat_s) + 1):
        at = int(beat * beat_s * rate)
        degrees = dice.integers(0, 14, 1 if beat % 4 else 3)
        for degree in degrees.tolist():
            pitch_hz = root_hz * 2 ** ((steps[degree % 7] + 12 * (degree // 7)) / 12)
            note = _note(pitch_hz, overtones, seconds=dice.uniform(0.3, 1.5), rate=rate)
            sound[at : at + len(note)] += note
        if beat % 2 == 0:
            drum = _hiss(dice, 0.08, rate)
            sound[at : at + len(drum)] += drum
    return _levelled(sound[: int(seconds * rate)])


def noise(seed: int, *, seconds: float, rate: int) -> Sound:
    """Answer white noise; arguments as for ``voice``."""
    dice = np.random.default_rng((seed, 3))
    return _levelled(dice.standard_normal(int(seconds * rate)).astype(np.float32))


def hum(seed: int, *, seconds: float, rate: int) -> Sound:
    """Answer a steady tone with overtones, as of a mains hum or a whistle; arguments as for ``voice``."""
    dice = np.random.default_rng((seed, 4))
    pitch_hz = float(dice.choice([50, 60, 440, 1000, dice.uniform(100, 2000)]))
    return _levelled(_harmonics(np.full(int(seconds * rate), pitch_hz), 1 / np.arange(1, 5), rate))


def silence(seed: int, *, seconds: float, rate: int) -> Sound:
    """Answer silence, as a converter gives it: the last bit flickers; arguments as for ``voice``."""
    dice = np.random.default_rng((seed, 5))
    return (dice.integers(-1, 2, int(seconds * rate)) / 32768).astype(np.float32)


KINDS: dict[str, Callable[..., Sound]] = {
    "voice": voice,
    "tune": tune,
    "noise": noise,
    "hum": hum,
    "silence": silence,
}


def _formants(dice: Generator, tract: float) -> NDArray[np.float64]:
    """Answer the three resonances of a vowel, in hertz."""
    return np.array([dice.uniform(250, 850), dice.uniform(850, 2300), dice.uniform(2300, 3300)]) * tract


def _vowel(
    dice: Generator, pitch_hz: float, vowels: tuple[NDArray[np.float64], NDArray[np.float64]], rate: int
) -> Sound:
    """Answer a voiced piece whose pitch and resonances glide."""
    many = int(dice.uniform(0.06, 0.22) * rate)
    way = np.linspace(0, 1, many)
    pitch = pitch_hz * (1 + dice.normal(0, 0.12) + dice.normal(0, 0.15) * way)
    count = int(_HIGHEST_SHARE * rate / pitch.max())
    middle = np.arange(1, count + 1)[:, np.newaxis] * pitch
    shape = np.full_like(middle, 0.01)
    for one, other, gain in zip(*vowels, (1.0, 0.6, 0.3), strict=True):
        centre = one + (other - one) * way
        shape += gain * np.exp(-(((middle - centre) / (_FORMANT_WIDTH * centre)) ** 2))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    voiced = (shape * np.sin(np.arange(1, count + 1)[:, np.newaxis] * phase)).sum(axis=0)
    return np.asarray(voiced * np.sin(np.pi * way) ** 0.5, np.float32)


def _hiss(dice: Generator, seconds: float, rate: int) -> Sound:
    """Answer a short burst of noise that dies away."""
    many = int(seconds * rate)
    burst = dice.standard_normal(many) * np.exp(-3 * np.linspace(0, 1, many))
    return np.asarray(0.3 * np.diff(burst, prepend=0), np.float32)


def _note(pitch_hz: float, overtones: NDArray[np.float64], *, seconds: float, rate: int) -> Sound:
    """Answer a note that is struck and dies away."""
    many = int(seconds * rate)
    struck = _harmonics(np.full(many, pitch_hz), overtones, rate)
    fade = np.exp(-4 * np.linspace(0, 1, many)) * np.minimum(1, np.arange(many) / (0.005 * rate))
    return np.asarray(struck * fade, np.float32)


def _harmonics(pitch: NDArray[np.float64], gains: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Answer a pitch with its overtones, those left out that the rate cannot hold."""
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    sound = np.zeros(len(pitch))
    for number, gain in enumerate(gains.tolist(), start=1):
        if pitch.max() * number < _HIGHEST_SHARE * rate:
            sound += gain * np.sin(number * phase)
    return sound


def _levelled(sound: NDArray[np.float64] | Sound) -> Sound:
    """Answer a sound at the usual loudness."""
    highest = float(np.abs(sound).max(initial=0))
    return np.asarray(sound * (_LOUD / highest if highest else 1), np.float32)
