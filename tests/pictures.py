"""Small harmless pictures, drawn from a seed: soft random shapes, all unlike each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


def drawn(seed: int, *, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Answer a picture of soft random shapes; another seed is another picture."""
    cells = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    return Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC)


def save(picture: Image.Image, path: Path, *, quality: int = 90) -> Path:
    """Write the picture as the file's name says, making its folder where needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=quality)
    return path
