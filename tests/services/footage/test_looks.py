from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cryptography.exceptions import InvalidTag

from cairn.frames import FramePoints, no_frames
from cairn.services.footage.looks import Looks

CELLS = np.random.default_rng(1).integers(0, 256, (3, 64, 64), np.uint8)
DETAILS = (FramePoints(0.5, 9, 7, bytes(range(16)), bytes(range(256))), FramePoints(1.5, 9, 7, b"", b""))


def test_what_is_held_is_given_back_and_never_lies_in_the_clear() -> None:
    frames = replace(no_frames(), cells=CELLS, details=DETAILS)
    with Looks() as looks:
        looks.hold(4, frames)
        looks.hold(5, replace(frames, cells=CELLS[:1], details=()))
        looks.hold(6, no_frames())
        back = looks.of(4, no_frames())
        assert back is not None
        assert back.cells is not None
        assert np.array_equal(back.cells, CELLS)
        assert back.details == DETAILS
        other = looks.of(5, no_frames())
        assert other is not None
        assert other.details == ()
        assert looks.of(6, no_frames()) is looks.of(7, no_frames()) is None
        looks._file.seek(0)
        written = looks._file.read()
        assert CELLS[0, 0].tobytes() not in written
        looks._file.seek(9)
        looks._file.write(b"changed")
        with pytest.raises(InvalidTag):
            looks.of(4, no_frames())
