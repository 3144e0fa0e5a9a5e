"""PDQ as its description reads, one step after the other and slowly: the oracle of the quick one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def plain_pdq(rgb: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Answer the hash and the quality of (height, width, 3) pixels."""
    cells = plain_cells(rgb)
    return plain_hash(cells), plain_quality(cells)


def plain_cells(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Answer the 64×64 picture that is hashed."""
    height, width = rgb.shape[:2]
    if height > 512 or width > 512:
        rgb = np.stack(
            [np.stack([rgb[k * height // 512, m * width // 512] for m in range(512)]) for k in range(512)]
        )
    red, green, blue = (rgb[:, :, channel].astype(np.float64) for channel in range(3))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    height, width = luma.shape
    if (height, width) == (64, 64):
        return luma
    for _ in range(2):
        luma = _box_along_rows(luma)
        luma = _box_along_rows(luma.T).T
    down = [int((i + 0.5) * height / 64) for i in range(64)]
    across = [int((j + 0.5) * width / 64) for j in range(64)]
    return luma[np.ix_(down, across)]


def _box_along_rows(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    count = luma.shape[1]
    window = (count + 127) // 128
    half = (window + 2) // 2
    smooth = np.empty_like(luma)
    for i in range(count):
        first, last = max(0, i - (window - half)), min(count - 1, i + half - 1)
        smooth[:, i] = luma[:, first : last + 1].mean(axis=1)
    return smooth


def plain_coefficients(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Answer the 16×16 cosine coefficients."""
    cosine = np.array(
        [
            [math.sqrt(2 / 64) * math.cos(math.pi / 128 * (k + 1) * (2 * j + 1)) for j in range(64)]
            for k in range(16)
        ]
    )
    coefficients: NDArray[np.float64] = cosine.dot(cells).dot(cosine.T)
    return coefficients


def plain_hash(cells: NDArray[np.float64]) -> bytes:
    """Answer the hash as its 64 hexadecimal digits read as bytes."""
    values = [float(value) for value in plain_coefficients(cells).flatten()]
    median = sorted(values)[127]
    number = sum(1 << k for k, value in enumerate(values) if value > median)
    return number.to_bytes(32)


def bits_in_doubt(cells: NDArray[np.float64]) -> int:
    """Answer a number whose ones are the bits of coefficients that equal the median but for rounding.

    Tiny pictures are stretched over the cells, so that some of their coefficients are exactly equal. Which of
    these lies above the others is a matter of the last digit, and so of the order in which one adds.
    """
    values = plain_coefficients(cells).flatten()
    median = np.sort(values)[127]
    near = np.abs(values - median) < 1e-5 * np.abs(values).max()
    return sum(1 << int(k) for k in np.flatnonzero(near))


def plain_quality(cells: NDArray[np.float64]) -> int:
    """Answer the quality."""
    total = 0
    for i in range(64):
        for j in range(64):
            if i < 63:
                total += abs(math.trunc((cells[i, j] - cells[i + 1, j]) * 100 / 255))
            if j < 63:
                total += abs(math.trunc((cells[i, j] - cells[i, j + 1]) * 100 / 255))
    return min(100, total // 90)
