"""Alterations that move every point of a picture, or put it into another one.

They go on where ``alterations`` ends: turns by any angle, slants, stretches, a screenshot, a photo of a
screen, a picture in another picture, heavy compression. Each takes and answers ``(h, w, 3)`` uint8 RGB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.noise import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

GREY = (127, 127, 127)
BAR = (32, 33, 36)
"""The bars of a phone's screen, dark grey."""


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """Answer the picture turned anticlockwise by an angle, whole, on a grey ground."""
    high, wide = pixels.shape[:2]
    move = cv2.getRotationMatrix2D(((wide - 1) / 2, (high - 1) / 2), degrees, 1.0)
    cosine, sine = abs(move[0, 0]), abs(move[0, 1])
    size = (round(high * sine + wide * cosine), round(high * cosine + wide * sine))
    move[:, 2] += ((size[0] - wide) / 2, (size[1] - high) / 2)
    made = cv2.warpAffine(pixels, move, size, flags=cv2.INTER_LINEAR, borderValue=GREY)
    return np.asarray(made, dtype=np.uint8)


def slanted(pixels: Pixels, share: float, *, seed: int) -> Pixels:
    """Answer the picture as if looked at from the side.

    Args:
        pixels: The picture.
        share: How far a corner moves inwards at most, as a share of each side; below 0.5.
        seed: Decides how far each corner moves.
    """
    high, wide = pixels.shape[:2]
    whole = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    moved = stream(seed, 31).uniform(0, share, (4, 2)) * (wide, high)
    return _warped(pixels, whole, whole + inwards * moved.astype(np.float32), (wide, high), GREY)


def stretched(pixels: Pixels, factor: float) -> Pixels:
    """Answer the picture with its width multiplied and its height as it was."""
    size = (max(1, round(pixels.shape[1] * factor)), pixels.shape[0])
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def recompressed(pixels: Pixels, quality: int) -> Pixels:
    """Answer the picture as it is after JPEG compression; ``quality`` is 1 to 100."""
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    found = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(found, dtype=np.uint8)[..., ::-1])


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Answer the picture out of focus; ``sigma`` in pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)


def inset(pixels: Pixels, host: Pixels, share: float, *, at: tuple[float, float] = (0.9, 0.85)) -> Pixels:
    """Answer ``host`` with the whole picture in it, as wide as ``share`` of the host's width."""
    made = host.copy()
    wide = round(host.shape[1] * share)
    high = min(round(wide * pixels.shape[0] / pixels.shape[1]), host.shape[0])
    left, top = round((host.shape[1] - wide) * at[0]), round((host.shape[0] - high) * at[1])
    made[top : top + high, left : left + wide] = cv2.resize(
        pixels, (wide, high), interpolation=cv2.INTER_AREA
    )
    return made


def screenshot(pixels: Pixels, *, seed: int) -> Pixels:
    """Answer what a phone shows of the picture: its width fills the screen, with bars and text around it."""
    rng = stream(seed, 32)
    wide = 540
    high = round(wide * pixels.shape[0] / pixels.shape[1])
    tall = max(1100, high + 360)
    made = np.full((tall, wide, 3), 250 if rng.random() < 0.5 else 18, dtype=np.uint8)  # noqa: PLR2004 - half of them
    made[:60], made[-110:] = BAR, BAR
    top = (tall - high) // 2
    for row in (42, top - 24, top + high + 40, top + high + 80):
        text = "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz      "), 26))
        cv2.putText(made, text, (14, row), cv2.FONT_HERSHEY_SIMPLEX, 0.75, GREY, 2, cv2.LINE_AA)
    made[top : top + high] = cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_AREA)
    return made


def photo_of_a_screen(pixels: Pixels, *, seed: int) -> Pixels:
    """Answer a photo of a monitor that shows the picture: slanted, dimmed, with stripes, glare and noise."""
    rng = stream(seed, 33)
    high, wide = pixels.shape[:2]
    whole = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    frame = (round(wide * 1.25), round(high * 1.25))
    corners = (whole * 0.94 + (wide * 0.155, high * 0.155)).astype(np.float32)
    corners += rng.uniform(-0.06, 0.06, (4, 2)).astype(np.float32) * (wide, high)
    shown = _warped(pixels, whole, corners, frame, (28, 26, 30)).astype(np.float32)
    rows, columns = np.mgrid[: frame[1], : frame[0]].astype(np.float32)
    stripes = 1 + 0.06 * np.sin(rows * 2.1 + columns * 0.13) + 0.04 * np.sin(columns * 2.6)
    glare = np.exp(-(((columns - frame[0] * 0.7) / (frame[0] * 0.2)) ** 2 + (rows / (frame[1] * 0.4)) ** 2))
    shown = shown * (0.8 * stripes[..., np.newaxis]) + 45 * glare[..., np.newaxis]
    shown += rng.normal(0, 5, shown.shape).astype(np.float32)
    return blurred(np.clip(shown, 0, 255).astype(np.uint8), 0.7)


def _warped(
    pixels: Pixels,
    corners: NDArray[np.float32],
    moved: NDArray[np.float32],
    size: tuple[int, int],
    ground: tuple[int, int, int],
) -> Pixels:
    """Answer the picture with its corners moved, on a ground of one colour."""
    change = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    made = cv2.warpPerspective(pixels, change, size, flags=cv2.INTER_AREA, borderValue=ground)
    return np.asarray(made, dtype=np.uint8)
