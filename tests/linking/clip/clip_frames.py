"""Videos of which only the hashes exist: every second a random one, or one with a few bits changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.frames import Frames
from cairn.types import ORIENTATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

KNOWN_STEP_S = 1.0
FILE_STEP_S = 0.25


def scenery(seed: int, seconds: int) -> NDArray[np.uint8]:
    """The hash of every quarter of a second of something that moves: a new one every second."""
    every_second = np.random.default_rng(seed).integers(0, 256, (seconds, 32), dtype=np.uint8)
    return np.repeat(every_second, round(1 / FILE_STEP_S), axis=0)


def standing(seed: int, seconds: int) -> NDArray[np.uint8]:
    """The same of something that stands still, with a little noise."""
    one = np.random.default_rng(seed).integers(0, 256, (1, 32), dtype=np.uint8)
    return noisy(np.repeat(one, round(seconds / FILE_STEP_S), axis=0), bits=4, seed=seed + 1)


def noisy(hashes: NDArray[np.uint8], *, bits: int, seed: int = 0) -> NDArray[np.uint8]:
    """Hashes in each of which so many bits, others each time, are changed."""
    rng = np.random.default_rng(seed)
    unpacked = np.unpackbits(hashes, axis=1)
    for row in unpacked:
        row[rng.choice(256, bits, replace=False)] ^= 1
    return np.packbits(unpacked, axis=1)


def as_known(quarters: NDArray[np.uint8]) -> Frames:
    """What is recorded of a video: a frame a second, half a second into each."""
    hashes = quarters[2::4]
    return _frames(hashes, 0.5 + KNOWN_STEP_S * np.arange(len(hashes), dtype=np.float64), turned=None)


def as_file(quarters: NDArray[np.uint8], *, step_s: float = FILE_STEP_S, orientation: int = 0) -> Frames:
    """What is measured of a file: four frames a second, in all orientations, met in one of them."""
    rng = np.random.default_rng(99)
    turned = rng.integers(0, 256, (len(quarters), len(ORIENTATIONS), 32), dtype=np.uint8)
    turned[:, orientation] = quarters
    return _frames(turned[:, 0], step_s * np.arange(len(quarters), dtype=np.float64), turned=turned)


def _frames(
    hashes: NDArray[np.uint8], at: NDArray[np.float64], *, turned: NDArray[np.uint8] | None
) -> Frames:
    quality = np.full(len(hashes), 100, np.uint8)
    return Frames(
        hashes, hashes, quality, quality, at, np.arange(len(hashes)) == 0, turned=turned, inside_turned=turned
    )
