"""Colours of things in houses: mostly muted, sometimes bright, never all alike."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.noise import chance

if TYPE_CHECKING:
    from numpy.typing import NDArray

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""

WHITE: Colour = (0.96, 0.96, 0.94)
BLACK: Colour = (0.05, 0.05, 0.06)


def muted(rng: np.random.Generator, *, value: tuple[float, float] = (0.35, 0.9)) -> Colour:
    """Answer a colour that a wall or a cloth could have."""
    return colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.08, 0.5), rng.uniform(*value))


def contrasting(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Answer a dark and a light colour, in either order, that even a grey picture tells apart."""
    dark, light = muted(rng, value=(0.15, 0.4)), muted(rng, value=(0.75, 0.95))
    return (dark, light) if chance(rng, 0.5) else (light, dark)


def bright(rng: np.random.Generator) -> Colour:
    """Answer a colour that a toy or a poster could have."""
    return colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.6, 0.95), rng.uniform(0.6, 0.95))


def woody(rng: np.random.Generator) -> Colour:
    """Answer a brown between beech and walnut."""
    return colorsys.hsv_to_rgb(rng.uniform(0.05, 0.11), rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.8))


def blend(first: Colour, second: Colour, amount: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix two colours pixel by pixel.

    Args:
        first: The colour where ``amount`` is 0.
        second: The colour where it is 1; values outside 0 to 1 go on along the same line.
        amount: ``(h, w)`` float32.

    Returns:
        ``(h, w, 3)`` float32.
    """
    low = np.array(first, dtype=np.float32)
    high = np.array(second, dtype=np.float32)
    return low + amount[..., np.newaxis] * (high - low)


def tint(first: Colour, second: Colour, amount: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Answer ``blend`` as 8-bit pixels, about eight times as fast, from a table of 256 mixtures.

    Args:
        first: The colour where ``amount`` is 0.
        second: The colour where it is 1.
        amount: ``(h, w)`` float32; what lies outside -0.5 to 1.5 is cut off.

    Returns:
        ``(h, w, 3)`` uint8.
    """
    steps = (np.arange(256, dtype=np.float32)[:, np.newaxis] - 64.0) / 127.0
    table = to_pixels(blend(first, second, steps))
    index = np.clip(amount * 127.0 + 64.5, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(cv2.merge([index, index, index]), table.reshape(1, 256, 3)), dtype=np.uint8)


def scaled(pixels: NDArray[np.uint8], factor: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Answer ``(h, w, 3)`` pixels, each times its ``(h, w)`` factor; what passes white stays white."""
    three = cv2.merge([factor, factor, factor])
    return np.asarray(cv2.multiply(pixels, three, dtype=cv2.CV_8U), dtype=np.uint8)


def darker(colour: Colour, share: float) -> Colour:
    """Answer the colour with every channel multiplied by ``share``."""
    return (colour[0] * share, colour[1] * share, colour[2] * share)


def to_pixels(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Answer 8-bit pixels from values of 0 to 1; what lies outside is cut off."""
    return np.asarray(np.clip(values * 255.0 + 0.5, 0, 255), dtype=np.uint8)


def to_bytes(colour: Colour) -> tuple[int, int, int]:
    """Answer the colour as three integers from 0 to 255, as the drawing functions want it."""
    return (round(colour[0] * 255), round(colour[1] * 255), round(colour[2] * 255))
