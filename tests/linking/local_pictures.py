"""Pictures with local features, and points that lie as a test needs them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from cairn.fingerprints.local import frame_picture, local_features, working_picture
from cairn.linking.keypoints import Keypoints
from cairn.synthetic.noise import stream
from cairn.synthetic.pictures import poster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.types import LocalFeatures


@lru_cache(maxsize=16)
def busy(seed: int) -> NDArray[np.uint8]:
    """A picture full of corners, unlike that of any other seed: (480, 640, 3) RGB."""
    rng = stream(seed, 7)
    made = poster(rng, (480, 640)).astype(np.int64)
    blocks = rng.integers(-60, 60, (60, 80, 3))
    return np.clip(made + np.kron(blocks, np.ones((8, 8, 1), np.int64)), 0, 255).astype(np.uint8)


def screen(seed: int) -> NDArray[np.uint8]:
    """A screen of one app, which shows a part of ``busy(seed)`` between its bars: (400, 320, 3) RGB."""
    made = np.full((400, 320, 3), 245, np.uint8)
    bars = np.kron(stream(1, 8).integers(0, 200, (8, 40)), np.ones((8, 8), np.int64)).astype(np.uint8)
    made[:64], made[-64:] = bars[..., np.newaxis], bars[::-1, :, np.newaxis]
    made[80:320, 10:310] = busy(seed)[:240, :300]
    return made


def features(pixels: NDArray[np.uint8]) -> LocalFeatures:
    return local_features(working_picture(pixels))


def frame_features(pixels: NDArray[np.uint8]) -> LocalFeatures:
    """The same of a frame of a video, which is looked at at a size of its own."""
    return local_features(frame_picture(pixels))


@lru_cache(maxsize=32)
def features_of(seed: int) -> LocalFeatures:
    """The features of ``busy(seed)``."""
    return features(busy(seed))


def scattered(count: int, *, seed: int = 1, side: int = 500) -> Keypoints:
    """So many points at random places, each described like no other."""
    rng = np.random.default_rng(seed)
    return Keypoints(
        side,
        side,
        rng.uniform(0, side, (count, 2)),
        rng.uniform(2, 20, count),
        rng.uniform(0, 2 * np.pi, count),
        rng.integers(0, 90, (count, 128)).astype(np.float32),
    )
