"""The pictures that links are measured on: drawn ones, and the harmless photos of the reference data."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks.reference_photos import FOLDER
from cairn.synthetic.pattern_scenes import pattern
from cairn.synthetic.rooms import room
from cairn.synthetic.scenes import render
from cairn.synthetic.still_life import still_life
from cairn.synthetic.structure import LEAST_DETAIL, detail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.synthetic.scenes import Scene

DRAWN_SIZE = (800, 600)
VIEW_SIZE = (1024, 768)
VIEWS_A_ROOM = 4
LONGEST_SIDE = 800
"""As large as photos are after a chat app or two."""

PHOTO_FOLDERS = ("photos/kodak", "dedup/idealo+imagededup/tests/data/base_images", "photos/wikimedia")
PHOTO_SIDE = 250
"""Smaller pictures are icons and thumbnails, not photos."""


def drawn(number: int, size: tuple[int, int] = DRAWN_SIZE) -> NDArray[np.uint8]:
    """Answer a drawn picture, RGB, of so many pixels across and down; every number is another place.

    The kinds take turns.
    """
    for retake in range(8):
        made = render(_scene(50_000 + number, number % 3, retake), size)
        if detail(made) >= LEAST_DETAIL:
            return made
    raise ValueError(f"picture {number} is nearly blank from everywhere")


def room_view(number: int) -> NDArray[np.uint8]:
    """Answer one view of a drawn room, ``(768, 1024, 3)`` RGB; every fourth number is another room.

    The furniture stands otherwise in every second pair of views.
    """
    place, view = divmod(number, VIEWS_A_ROOM)
    return render(room(80_000 + place, furnishing=view // 2, standing=view), VIEW_SIZE)


def _scene(seed: int, kind: int, retake: int) -> Scene:
    """Answer a room, a still life or a pattern."""
    if kind == 0:
        return room(seed, standing=retake)
    return still_life(seed, arrangement=retake) if kind == 1 else pattern(seed, variant=retake)


def photos(folders: tuple[str, ...] = PHOTO_FOLDERS) -> list[NDArray[np.uint8]]:
    """Answer the different photos of the reference data, RGB; an empty list where it is not at hand."""
    seen: set[bytes] = set()
    return [pixels for folder in folders for pixels in _in_folder(FOLDER / folder, seen)]


def _in_folder(folder: Path, seen: set[bytes]) -> Iterator[NDArray[np.uint8]]:
    """Answer the photos of one folder that were not seen before."""
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in {".jpg", ".jpeg", ".png"} and path.read_bytes() not in seen:
            seen.add(path.read_bytes())
            with Image.open(BytesIO(path.read_bytes())) as picture:
                small = picture.convert("RGB")
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if max(small.size) >= PHOTO_SIDE:
                yield np.asarray(small)
