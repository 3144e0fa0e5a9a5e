"""Pictures with many points: views of drawn rooms, parts of them, and pictures full of points."""

from __future__ import annotations

import numpy as np
from PIL import Image

from cairn.synthetic.rooms import room
from cairn.synthetic.scenes import render


def view(place: int, *, standing: int = 0) -> Image.Image:
    """One view of a drawn room."""
    return Image.fromarray(render(room(80_000 + place, furnishing=standing, standing=standing), (640, 480)))


def cut(picture: Image.Image) -> Image.Image:
    """Half of the area, which no hash of the whole picture survives."""
    width, height = picture.size
    return picture.crop((width // 5, height // 6, width * 9 // 10, height * 9 // 10))


def busy(seed: int) -> Image.Image:
    """A picture with a point everywhere."""
    cells = np.random.default_rng(seed).integers(0, 256, (45, 60, 3), np.uint8)
    return Image.fromarray(cells).resize((360, 270))
