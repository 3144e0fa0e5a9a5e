"""Noise with the spectrum of natural pictures, from which every material is made.

Natural pictures have amplitudes that fall as about 1/f: strong slow variation, weak fine variation. White
noise shaped in the frequency domain has the same property, is periodic (so it tiles without a seam) and costs
a few milliseconds. Everything is drawn from a NumPy ``Generator``, so one seed gives one picture.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILE = 384
"""Side in pixels of a periodic noise tile: fine enough for a wall, small enough to be quick."""


def stream(*key: int) -> np.random.Generator:
    """Answer the random generator that belongs to these integers, the same on every machine.

    Args:
        key: One or more integers of at least 0, such as a seed and the number of a picture.

    Returns:
        A PCG64 generator; equal keys give equal streams and different keys independent ones.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def chance(rng: np.random.Generator, share: float) -> bool:
    """Answer True in ``share`` of all draws."""
    return bool(rng.random() < share)


@lru_cache(maxsize=64)
def _gain(shape: tuple[int, int], exponent: float, stretch: float) -> NDArray[np.float32]:
    """Answer the share that each frequency of a real picture of ``shape`` keeps; the mean keeps nothing."""
    fy = np.fft.fftfreq(shape[0])[:, np.newaxis] * stretch
    fx = np.fft.rfftfreq(shape[1])[np.newaxis, :]
    radius = np.sqrt(fx * fx + fy * fy)
    radius[0, 0] = 1.0
    gain = radius ** (-exponent)
    gain[0, 0] = 0.0
    return np.asarray(gain, dtype=np.float32)


def spectral_noise(
    rng: np.random.Generator,
    shape: tuple[int, int] = (TILE, TILE),
    *,
    exponent: float = 1.0,
    stretch: float = 1.0,
) -> NDArray[np.float32]:
    """Answer periodic noise whose amplitude falls as ``1/f**exponent``.

    Args:
        rng: Where the frequencies are drawn from.
        shape: Height and width in pixels; products of small primes are quick.
        exponent: 0 is white, 1 is like a photograph, 2 is like a soft cloud.
        stretch: Above 1 the noise is drawn out along the height, as grain in a plank.

    Returns:
        ``shape`` float32 with mean 0 and standard deviation 1.
    """
    gain = _gain(shape, exponent, stretch)
    drawn = rng.standard_normal((*gain.shape, 2), dtype=np.float32)
    spectrum = drawn.view(np.complex64)[..., 0] * gain
    shaped = np.fft.irfft2(spectrum, s=shape)
    return np.asarray(shaped / shaped.std(), dtype=np.float32)


def spread(tile: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Repeat a periodic tile until it fills ``shape``, and cut it to exactly that."""
    repeats = (-(-shape[0] // tile.shape[0]), -(-shape[1] // tile.shape[1]))
    return np.tile(tile, repeats)[: shape[0], : shape[1]]


def soft_noise(rng: np.random.Generator, shape: tuple[int, int], *, cells: int = 6) -> NDArray[np.float32]:
    """Answer slow, smooth variation over a whole surface, such as light, dust and wear.

    Args:
        rng: Where the values are drawn from.
        shape: Height and width in pixels.
        cells: How many independent values lie along a side.

    Returns:
        ``shape`` float32, about -1 to 1, without visible grid.
    """
    coarse = rng.uniform(-1.0, 1.0, (cells, cells)).astype(np.float32)
    wide = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wide, dtype=np.float32)


def tile_shape(shape: tuple[int, int]) -> tuple[int, int]:
    """Answer the periodic tile to draw for a surface of ``shape``: as large as it, up to ``TILE``."""
    high, wide = (min(TILE, max(64, 2 ** int(np.ceil(np.log2(side))))) for side in shape)
    return high, wide


def grain(
    rng: np.random.Generator, shape: tuple[int, int], *, exponent: float = 0.8, stretch: float = 1.0
) -> NDArray[np.float32]:
    """Answer fine noise over ``shape``, repeated from one periodic tile of standard deviation 1."""
    return spread(spectral_noise(rng, tile_shape(shape), exponent=exponent, stretch=stretch), shape)
