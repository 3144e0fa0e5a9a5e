from __future__ import annotations

import cv2
import numpy as np

from cairn.synthetic.noise import spectral_noise, stream
from cairn.synthetic.oddities import flat_photo
from cairn.synthetic.structure import LEAST_DETAIL, detail, fragility


def natural(seed: int) -> np.ndarray:
    grey = np.clip(128 + 40 * spectral_noise(stream(seed), (512, 512), exponent=1.0), 0, 255)
    return np.repeat(grey.astype(np.uint8)[..., np.newaxis], 3, axis=2)


def test_a_natural_picture_has_detail_and_a_flat_one_has_none() -> None:
    assert detail(natural(1)) > LEAST_DETAIL > 10 > detail(flat_photo(1, (640, 480)))


def test_detail_falls_with_contrast() -> None:
    halved = (natural(2) // 2).astype(np.uint8)
    assert 0.4 < detail(halved) / detail(natural(2)) < 0.6


def test_sand_is_fragile_and_strong_slow_waves_are_firm() -> None:
    sand = stream(3).integers(0, 256, (512, 512, 1), dtype=np.uint8).repeat(3, axis=2)
    waves = np.zeros((512, 512), dtype=np.float32)
    waves[1:17, 1:17] = stream(4).choice(np.array([-300, 300]), (16, 16))
    grey = np.clip(cv2.idct(waves) + 128, 0, 255).astype(np.uint8)
    assert fragility(sand) > 2 * fragility(np.repeat(grey[..., np.newaxis], 3, axis=2))
