from __future__ import annotations

import numpy as np

from cairn.fingerprints.borders import inside

PICTURE = np.random.default_rng(1).uniform(30, 220, (90, 120)).astype(np.float32)


def test_a_picture_without_borders_is_left_alone() -> None:
    assert inside(PICTURE) is None


def test_bars_above_and_beside_are_left_out() -> None:
    framed = np.pad(PICTURE, ((20, 20), (10, 30)), constant_values=16)
    found = inside(framed)
    assert found is not None
    assert np.array_equal(found, PICTURE)


def test_a_line_at_the_edge_is_no_border() -> None:
    assert inside(np.pad(PICTURE, ((1, 0), (0, 0)))) is None


def test_a_title_on_black_is_not_a_picture_in_a_frame() -> None:
    title = np.full((100, 100), 16, np.float32)
    title[45:55, 20:80] = PICTURE[:10, :60]
    assert inside(title) is None
    assert inside(np.full((100, 100), 16, np.float32)) is None
