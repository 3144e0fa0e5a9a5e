from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.synthetic import materials, pictures
from cairn.synthetic.noise import stream

if TYPE_CHECKING:
    from collections.abc import Callable

PAINTS = [
    materials.wood, materials.plaster, materials.tiles, materials.wallpaper, materials.fabric,
    materials.curtain, materials.carpet, materials.books, materials.cupboard,
    pictures.clouds, pictures.foliage, pictures.mosaic, pictures.pebbles, pictures.landscape, pictures.poster,
]  # fmt: skip


@pytest.mark.parametrize("paint", PAINTS)
def test_every_material_fills_its_shape_varies_and_follows_its_seed(
    paint: Callable[[np.random.Generator, tuple[int, int]], np.ndarray],
) -> None:
    first, again, other = (paint(stream(seed), (150, 210)) for seed in (1, 1, 2))
    assert first.shape == (150, 210, 3)
    assert first.dtype == np.uint8
    assert first.std(axis=(0, 1)).max() > 3, "nothing is flat"
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("paint", PAINTS)
def test_every_material_can_be_small(
    paint: Callable[[np.random.Generator, tuple[int, int]], np.ndarray],
) -> None:
    assert paint(stream(3), (48, 60)).shape == (48, 60, 3)
