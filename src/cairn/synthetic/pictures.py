"""Flat pictures: views from a window, posters, foliage, clouds, mosaics, pebbles.

They hang in the rooms, and filling the frame they are pictures of their own. Each is a function
``(rng, shape) -> (h, w, 3) uint8 RGB``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.colours import (
    BLACK,
    WHITE,
    Colour,
    blend,
    bright,
    contrasting,
    darker,
    muted,
    scaled,
    tint,
    to_bytes,
    to_pixels,
)
from cairn.synthetic.noise import chance, grain, soft_noise, spectral_noise, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

Shape = tuple[int, int]


def clouds(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a sky: darker above, with clouds whose edges follow 1/f noise."""
    soft = cv2.resize(spectral_noise(rng, (256, 256), exponent=1.45), (shape[1], shape[0]))
    cover = 1.0 / (1.0 + np.exp(-4.0 * (np.asarray(soft) + rng.uniform(-0.5, 0.5))))
    height = np.linspace(0, 1, shape[0], dtype=np.float32)[:, np.newaxis]
    blue: Colour = (rng.uniform(0.05, 0.3), rng.uniform(0.2, 0.45), rng.uniform(0.5, 0.75))
    sky = blend(blue, WHITE, np.broadcast_to(height * 0.5, shape).astype(np.float32))
    white = blend((0.4, 0.4, 0.45), WHITE, (0.55 + 0.3 * soft).astype(np.float32))
    mixed = sky + (cover[..., np.newaxis] * (white - sky)).astype(np.float32)
    return to_pixels(mixed)


def foliage(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw overlapping leaves, the far ones dark, the near ones light, each with a middle rib."""
    picture = tint((0.03, 0.06, 0.02), (0.1, 0.2, 0.06), 0.5 + 0.3 * grain(rng, shape))
    leaves = 320
    hue = rng.uniform(-0.1, 0.15)
    density = soft_noise(rng, shape, cells=4)
    for number in range(leaves):
        depth = number / leaves
        at = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
        long = int(shape[1] * rng.uniform(0.02, 0.05) * (0.6 + depth))
        light = (0.25 + 0.6 * depth) * (1.0 + 0.4 * float(density[at[1], at[0]])) * rng.uniform(0.7, 1.2)
        leaf = (min(1.0, (0.45 + hue) * light), min(1.0, 0.8 * light), min(1.0, 0.25 * light))
        angle = float(rng.uniform(0, 360))
        size = (long, int(long * rng.uniform(0.25, 0.5)))
        cv2.ellipse(picture, at, size, angle, 0, 360, to_bytes(leaf), -1, cv2.LINE_AA)
        tip = (int(at[0] + long * np.cos(np.radians(angle))), int(at[1] + long * np.sin(np.radians(angle))))
        cv2.line(picture, at, tip, to_bytes(darker(leaf, 0.6)), 2, cv2.LINE_AA)
    return picture


def _cells(
    rng: np.random.Generator, shape: Shape, count: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Answer for every pixel its nearest random seed point (a number from 1) and the distance to it."""
    seeds = np.full(shape, 255, dtype=np.uint8)
    seeds[rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)] = 0
    distance, label = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    return np.asarray(label, dtype=np.int32), np.asarray(distance, dtype=np.float32)


def mosaic(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a mosaic: irregular stones in mortar whose colours follow a large hidden design."""
    label, _ = _cells(rng, shape, int(rng.integers(500, 1600)))
    design = soft_noise(rng, shape, cells=int(rng.integers(4, 8)))
    count = int(label.max()) + 1
    mean = np.bincount(label.ravel(), design.ravel(), count) / np.maximum(1, np.bincount(label.ravel()))
    tone = (0.5 + 0.5 * mean + rng.normal(0, 0.12, count)).astype(np.float32)
    picture = tint(muted(rng, value=(0.15, 0.5)), bright(rng), tone[label])
    edges = cv2.morphologyEx(label.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    picture[edges] = to_bytes(muted(rng))
    return scaled(picture, 1.0 + 0.08 * grain(rng, shape))


def pebbles(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw pebbles: cells that are light in the middle and dark where they touch."""
    label, distance = _cells(rng, shape, int(rng.integers(120, 500)))
    count = int(label.max()) + 1
    tone = rng.uniform(0.0, 1.0, count).astype(np.float32)[label]
    reach = np.zeros(count, dtype=np.float32)
    np.maximum.at(reach, label.ravel(), distance.ravel())
    dome = np.sqrt(np.clip(1.0 - (distance / np.maximum(reach[label], 1.0)) ** 2, 0.0, 1.0))
    light = (0.2 + 0.8 * dome) * (1.0 + 0.25 * soft_noise(rng, shape, cells=4))
    return scaled(tint(*contrasting(rng), tone + 0.1 * grain(rng, shape)), light.astype(np.float32))


def landscape(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a sky over two or three ridges of hills, the nearest with trees and houses."""
    picture = clouds(rng, shape)
    ridges = int(rng.integers(2, 4))
    columns = np.arange(shape[1])
    rows = np.arange(shape[0])[:, np.newaxis]
    for ridge in range(ridges):
        near = (ridge + 1) / ridges
        line = spread(spectral_noise(rng, (1, 256), exponent=1.8), (1, 256))[0]
        outline = np.interp(columns, np.linspace(0, shape[1], 256), line)
        top = shape[0] * (0.4 + 0.3 * near + 0.08 * outline)
        far_green: Colour = (0.35 - 0.15 * near, 0.42 - 0.1 * near, 0.5 - 0.35 * near)
        hill = tint(BLACK, far_green, 1.0 + 0.2 * grain(rng, shape))
        picture[rows >= top] = hill[rows >= top]
    _houses(rng, picture)
    return picture


def _houses(rng: np.random.Generator, picture: NDArray[np.uint8]) -> None:
    """Add a few houses with roofs and windows to a landscape."""
    high, wide = picture.shape[:2]
    for _ in range(int(rng.integers(1, 5))):
        width, height = int(wide * rng.uniform(0.08, 0.2)), int(high * rng.uniform(0.1, 0.25))
        left, foot = int(rng.integers(0, wide - width)), int(high * rng.uniform(0.78, 0.95))
        wall, roof = to_bytes(muted(rng, value=(0.5, 0.95))), to_bytes(muted(rng, value=(0.2, 0.5)))
        cv2.rectangle(picture, (left, foot - height), (left + width, foot), wall, -1)
        gable = [[left - 4, foot - height], [left + width + 4, foot - height]]
        peak = [left + width // 2, foot - height - width // 3]
        cv2.fillConvexPoly(picture, np.array([*gable, peak], np.int32), roof, cv2.LINE_AA)
        for number in range(2):
            at = (left + width // 6 + number * width // 2, foot - height * 2 // 3)
            cv2.rectangle(picture, at, (at[0] + width // 5, at[1] + height // 3), (60, 70, 90), -1)


def poster(rng: np.random.Generator, shape: Shape) -> NDArray[np.uint8]:
    """Draw a framed print: a landscape, or shapes over a colour that runs across the sheet."""
    if chance(rng, 0.3):
        picture = landscape(rng, shape)
    else:
        slope = np.linspace(0, 1, shape[0], dtype=np.float32)[:, np.newaxis]
        picture = tint(
            bright(rng), muted(rng), slope + 0.08 * grain(rng, shape) + 0.3 * soft_noise(rng, shape)
        )
        for _ in range(int(rng.integers(8, 20))):
            at = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
            _shape(rng, picture, at, int(min(shape) * rng.uniform(0.06, 0.3)))
    edge = max(3, min(shape) // 30)
    border = to_bytes(darker(muted(rng), 0.5))
    cv2.rectangle(picture, (0, 0), (shape[1] - 1, shape[0] - 1), border, edge)
    return picture


def _shape(rng: np.random.Generator, picture: NDArray[np.uint8], at: tuple[int, int], size: int) -> None:
    """Draw one disc, ring, triangle or bar of a bright colour."""
    colour = to_bytes(bright(rng))
    kind = int(rng.integers(4))
    if kind == 0:
        cv2.circle(picture, at, size, colour, -1, cv2.LINE_AA)
    elif kind == 1:
        cv2.circle(picture, at, size, colour, max(2, size // 5), cv2.LINE_AA)
    else:
        corners = 3 if kind == 2 else 4  # noqa: PLR2004 - the last two kinds are a triangle and a four-sided bar
        turn = float(rng.uniform(0, 2 * np.pi))
        angles = turn + np.arange(corners) * 2 * np.pi / corners
        points = np.stack([at[0] + size * np.cos(angles), at[1] + size * np.sin(angles)], axis=1)
        cv2.fillConvexPoly(picture, points.astype(np.int32), colour, cv2.LINE_AA)
