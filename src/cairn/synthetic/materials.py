"""Materials of a house, as textures: wood, wallpaper, tiles, fabric, plaster, books.

Each is a function ``(rng, shape) -> (h, w, 3) uint8 RGB``. All take their fine structure from 1/f noise and
their coarse structure from how the thing is made (planks, tiles, threads), so no two seeds look alike and no
material is flat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.colours import (
    WHITE,
    bright,
    contrasting,
    darker,
    muted,
    scaled,
    tint,
    to_bytes,
    to_pixels,
    woody,
)
from cairn.synthetic.noise import chance, grain, soft_noise, spectral_noise, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Shape = tuple[int, int]
GROUT_PIXELS = 3
THREAD_PIXELS = 4


def wood(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw planks that run along the height, each with its own tone and a shared grain."""
    base = woody(rng)
    width = int(rng.integers(36, 110))
    columns = (np.arange(shape[1]) + int(rng.integers(width))) // width
    tones = rng.normal(0, 0.22, columns[-1] + 1).astype(np.float32)[columns]
    fibre = grain(rng, shape, exponent=1.1, stretch=9.0)
    amount = 0.5 + 0.16 * fibre + tones + 0.12 * soft_noise(rng, shape)
    seams = np.diff(columns, prepend=columns[0]) != 0
    amount[:, seams] -= 0.9
    return tint(darker(base, 0.55), base, amount)


def plaster(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a painted wall with brush marks, stains and slow unevenness."""
    base = muted(rng, value=(0.6, 0.95))
    amount = 0.8 + 0.05 * grain(rng, shape, exponent=1.0) + 0.14 * soft_noise(rng, shape)
    return tint(darker(base, 0.6), base, amount)


def tiles(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw square tiles with grout between them; some seeds lay a chessboard."""
    side = int(rng.integers(40, 110))
    rows = (np.arange(shape[0]) // side)[:, np.newaxis]
    columns = (np.arange(shape[1]) // side)[np.newaxis, :]
    tones = rng.normal(0.7, 0.14, (rows[-1, 0] + 1, columns[0, -1] + 1)).astype(np.float32)
    if chance(rng, 0.5):
        tones -= 0.5 * ((np.indices(tones.shape).sum(axis=0)) % 2)
    amount = tones[rows, columns] + 0.07 * grain(rng, shape, exponent=1.2)
    seam_y, seam_x = (np.arange(length) % side < GROUT_PIXELS for length in shape)
    grout = seam_y[:, np.newaxis] | seam_x[np.newaxis, :]
    amount[grout] = rng.uniform(0.1, 1.2)
    base = muted(rng)
    return tint(darker(base, 0.4), base, amount)


def _motif(rng: np.random.Generator, side: int) -> NDArray[np.float32]:
    """Draw the figure that a wallpaper repeats: petals round a centre, a lozenge or rings."""
    figure = np.zeros((side, side), dtype=np.uint8)
    middle = (side // 2, side // 2)
    petals = int(rng.integers(3, 8))
    reach = float(rng.uniform(0.18, 0.3)) * side
    for number in range(petals):
        angle = 360.0 * number / petals
        offset = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))]) * reach
        at = (int(middle[0] + offset[0]), int(middle[1] + offset[1]))
        cv2.ellipse(figure, at, (int(reach * 0.8), int(reach * 0.35)), angle, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.circle(figure, middle, int(reach * rng.uniform(0.2, 0.6)), 120, -1, cv2.LINE_AA)
    cv2.rectangle(figure, (0, 0), (side - 1, side - 1), int(rng.integers(0, 160)), 1)
    return np.asarray(figure, dtype=np.float32) / 255.0


def wallpaper(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a wallpaper: a repeated figure, sometimes over stripes, on paper that has aged unevenly."""
    motif = _motif(rng, int(rng.integers(48, 140)))
    amount = spread(motif, shape) * rng.uniform(0.5, 1.0)
    if chance(rng, 0.5):
        stripe = int(rng.integers(12, 60))
        amount += 0.3 * ((np.arange(shape[1]) // stripe) % 2).astype(np.float32)
    amount += 0.05 * grain(rng, shape) + 0.15 * soft_noise(rng, shape)
    return tint(muted(rng, value=(0.65, 0.95)), muted(rng, value=(0.25, 0.6)), amount)


def fabric(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a woven cloth: checks in both directions, threads, and soft folds."""
    across = spread(spectral_noise(rng, (1, 512), exponent=1.0), (1, shape[1]))
    along = spread(spectral_noise(rng, (512, 1), exponent=1.0), (shape[0], 1))
    checks = np.round(across * 1.5) * 0.16 + np.round(along * 1.5) * 0.16
    diagonal = np.arange(shape[0])[:, np.newaxis] + np.arange(shape[1])[np.newaxis, :]
    weave = 0.05 * np.sin(diagonal * (2 * np.pi / THREAD_PIXELS))
    amount = (0.5 + checks + weave + 0.1 * grain(rng, shape, exponent=0.6)).astype(np.float32)
    return scaled(tint(*contrasting(rng), amount), 1.0 + 0.16 * soft_noise(rng, shape, cells=7))


def curtain(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a hanging cloth with vertical folds."""
    cloth = fabric(rng, shape)
    phase = np.linspace(0, rng.uniform(4, 9) * 2 * np.pi, shape[1], dtype=np.float32)
    folds = 0.78 + 0.22 * np.sin(phase + 1.5 * np.sin(phase * 0.37))
    return scaled(cloth, np.broadcast_to(folds, shape).astype(np.float32))


def carpet(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a rug with nested borders and a field of figures."""
    base = wallpaper(rng, shape)
    for inset in range(3):
        margin = int(min(shape) * (0.02 + 0.06 * inset))
        corner = (shape[1] - 1 - margin, shape[0] - 1 - margin)
        colour = to_bytes(muted(rng, value=(0.2, 0.8)))
        cv2.rectangle(base, (margin, margin), corner, colour, max(2, min(shape) // 40))
    return scaled(base, 1.0 + 0.1 * grain(rng, shape, exponent=0.3))


def books(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a shelf front: boards with rows of book spines of different colours and heights."""
    picture = wood(rng, shape)
    shelves = int(rng.integers(3, 6))
    step = shape[0] // shelves
    for shelf in range(shelves):
        floor = (shelf + 1) * step - 6
        picture[shelf * step + 6 : floor, 6:-6] //= 4
        left = 8
        while left < shape[1] - 30:
            width = int(rng.integers(6, 26))
            top = floor - int(step * rng.uniform(0.45, 0.85))
            colour = np.array(bright(rng) if chance(rng, 0.4) else muted(rng), dtype=np.float32)
            spine = 1.0 - 0.5 * np.abs(np.linspace(-1, 1, width, dtype=np.float32)) ** 3
            picture[top:floor, left : left + width] = to_pixels(
                (spine[np.newaxis, :, np.newaxis] * colour).astype(np.float32)
            )
            picture[top + 6 : top + 9, left + 1 : left + width - 1] = to_bytes(WHITE)
            left += width + int(rng.integers(1, 4)) + (20 if chance(rng, 0.08) else 0)
    return picture


def cupboard(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a cupboard front: wooden doors or drawers with handles."""
    picture = wood(rng, shape)
    rows, columns = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    high, wide = shape[0] // rows, shape[1] // columns
    for row in range(rows):
        for column in range(columns):
            corner = (column * wide + 5, row * high + 5)
            opposite = (corner[0] + wide - 10, corner[1] + high - 10)
            cv2.rectangle(picture, corner, opposite, (35, 28, 22), 3, cv2.LINE_AA)
            handle = (corner[0] + wide // 2, corner[1] + high // 5)
            cv2.circle(picture, handle, 6, (210, 200, 170), -1, cv2.LINE_AA)
    return picture


FLOORS: tuple[Callable[[np.random.Generator, Shape], NDArray[np.uint8]], ...] = (wood, tiles, fabric)
WALLS: tuple[Callable[[np.random.Generator, Shape], NDArray[np.uint8]], ...] = (
    wallpaper,
    plaster,
    tiles,
    wallpaper,
    wood,
)
