"""What happens to a picture on its way from one person to the next.

Each alteration works on pixels, ``(h, w, 3)`` uint8 RGB, and answers new pixels; the first family keeps the
picture whole (PDQ in eight orientations meets it again), the second takes part of it away, adds to it or puts
it among others (PDQ mostly does not).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]


def resized(pixels: Pixels, factor: float) -> Pixels:
    """Answer the picture made smaller (factor below 1) or larger."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)


def mirrored(pixels: Pixels) -> Pixels:
    """Answer the picture with left and right exchanged."""
    return np.ascontiguousarray(pixels[:, ::-1])


def rotated(pixels: Pixels, quarter_turns: int) -> Pixels:
    """Answer the picture turned anticlockwise by so many quarter turns; its pixels turn, not its EXIF."""
    return np.ascontiguousarray(np.rot90(pixels, quarter_turns))


def brightened(pixels: Pixels, factor: float) -> Pixels:
    """Answer the picture with every value multiplied; what passes white stays white."""
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=factor), dtype=np.uint8)


def cropped(pixels: Pixels, share: float, *, at: tuple[float, float] = (0.5, 0.5)) -> Pixels:
    """Answer a part of the picture that has the same shape and ``share`` of its area.

    Args:
        pixels: The picture.
        share: More than 0, at most 1.
        at: Where the part lies, across and down: 0 is at the left or top edge, 1 at the right or bottom.
    """
    high, wide = (max(1, round(side * share**0.5)) for side in pixels.shape[:2])
    left = round((pixels.shape[1] - wide) * at[0])
    top = round((pixels.shape[0] - high) * at[1])
    return np.ascontiguousarray(pixels[top : top + high, left : left + wide])


def bordered(pixels: Pixels, share: float, *, grey: int = 255) -> Pixels:
    """Answer the picture in a frame as wide as ``share`` of its longer side."""
    edge = max(1, round(max(pixels.shape[:2]) * share))
    framed = cv2.copyMakeBorder(pixels, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(grey, grey, grey))
    return np.asarray(framed, dtype=np.uint8)


def captioned(pixels: Pixels, text: str, *, share: float = 0.1) -> Pixels:
    """Answer the picture with a line of white text over its lower edge, ``share`` of its height tall."""
    made = pixels.copy()
    scale = pixels.shape[0] * share / 30.0
    at = (round(pixels.shape[1] * 0.04), round(pixels.shape[0] * 0.96))
    for colour, weight in (((0, 0, 0), 5.0), ((255, 255, 255), 2.0)):
        thickness = max(1, round(weight * scale))
        cv2.putText(made, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thickness, cv2.LINE_AA)
    return made


def stickered(pixels: Pixels, share: float, *, at: tuple[float, float] = (0.6, 0.4)) -> Pixels:
    """Answer the picture with a bright disc over ``share`` of its area, its middle ``at`` across and down."""
    made = pixels.copy()
    radius = max(1, round((share * pixels.shape[0] * pixels.shape[1] / np.pi) ** 0.5))
    middle = (round(pixels.shape[1] * at[0]), round(pixels.shape[0] * at[1]))
    cv2.circle(made, middle, radius, (250, 200, 30), -1, cv2.LINE_AA)
    cv2.circle(made, middle, radius, (60, 40, 10), max(1, radius // 12), cv2.LINE_AA)
    return made


def collage(pictures: Sequence[Pixels], *, columns: int, cell: tuple[int, int]) -> Pixels:
    """Answer pictures side by side, each brought to one size; missing ones at the end are black.

    Args:
        pictures: At least one.
        columns: How many lie in a row.
        cell: Width and height of each, in pixels.
    """
    rows = -(-len(pictures) // columns)
    made = np.zeros((rows * cell[1], columns * cell[0], 3), dtype=np.uint8)
    for number, pixels in enumerate(pictures):
        top, left = number // columns * cell[1], number % columns * cell[0]
        made[top : top + cell[1], left : left + cell[0]] = cv2.resize(
            pixels, cell, interpolation=cv2.INTER_AREA
        )
    return made
