"""How much a photograph shows, and how firmly: what the story asks of a picture before it relies on it.

A photo can come out nearly blank (a carton close to the lens), or vary along its rows and columns only (a
wall seen straight); then no perceptual hash can be expected to know its copies again. The story takes another
photo instead of the first kind, and turns copies of the firmest only. Both measures are the generator's own:
they look at the 64×64 thumbnail that every perceptual hash starts from, and ask no part of Cairn for its
opinion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 512
THUMBNAIL = 64
FREQUENCIES = slice(1, 17)
"""The slow half-waves across and down, without the mean."""
TURNING_SHIFT = 3
"""A hash that samples a 512-pixel side beside its middle moves by this many pixels in a turned picture."""
LEAST_DETAIL = 100.0
"""Percent of full contrast, summed over neighbours of the thumbnail and divided by 90: the scale of PDQ
quality. A copy darkened to 60 % keeps 60 of it, above the 50 that PDQ asks for."""


def _square(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Answer the grey picture as a square of ``SIDE`` pixels, float32."""
    small = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.float32)


def _thumbnail(square: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer the square brought down to ``THUMBNAIL`` pixels a side."""
    small = cv2.resize(square, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def detail(pixels: NDArray[np.uint8]) -> float:
    """Answer how much a picture shows: 0 is blank, 100 and above is plenty.

    Args:
        pixels: ``(h, w, 3)`` uint8 RGB.
    """
    thumb = _thumbnail(_square(pixels)) * np.float32(100 / 255)
    return float((np.abs(np.diff(thumb, axis=0)).sum() + np.abs(np.diff(thumb, axis=1)).sum()) / 90)


def _signs(thumb: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Answer which of the 256 slow half-waves of a thumbnail are stronger than their median."""
    waves = np.asarray(cv2.dct(thumb), dtype=np.float32)[FREQUENCIES, FREQUENCIES]
    return np.asarray(waves > np.median(waves), dtype=np.bool_)


def fragility(pixels: NDArray[np.uint8]) -> int:
    """Answer how many of its 256 slow half-waves change side when a picture moves by ``TURNING_SHIFT``.

    Args:
        pixels: ``(h, w, 3)`` uint8 RGB.

    Returns:
        0 to 256; the worse of moving across, down, and both.
    """
    square = _square(pixels)
    first = _signs(_thumbnail(square))
    moves = ((0, TURNING_SHIFT), (TURNING_SHIFT, 0), (TURNING_SHIFT, TURNING_SHIFT))
    return max(int((_signs(_thumbnail(np.roll(square, move, axis=(0, 1)))) != first).sum()) for move in moves)
