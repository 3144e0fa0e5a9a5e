from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cairn.synthetic.noise import soft_noise, stream
from cairn.synthetic.oddities import flat_photo, tiny_picture, truncated_jpeg


def test_a_flat_photo_varies_by_a_few_values_only() -> None:
    flat = flat_photo(1, (320, 240))
    assert flat.shape == (240, 320, 3)
    assert 0 < flat.std(axis=(0, 1)).max() < 3
    assert not np.array_equal(flat, flat_photo(2, (320, 240)))


def test_a_tiny_picture_has_fewer_than_five_pixels_a_side() -> None:
    assert tiny_picture(1).shape == (3, 4, 3)


def test_a_truncated_jpeg_begins_like_one_and_cannot_be_decoded() -> None:
    grey = (soft_noise(stream(1), (300, 400)) * 100 + 128).astype(np.uint8)
    cut = truncated_jpeg(np.repeat(grey[..., np.newaxis], 3, axis=2))
    assert cut[:3] == b"\xff\xd8\xff"
    with Image.open(BytesIO(cut)) as image, pytest.raises(OSError, match="truncated"):
        image.load()
