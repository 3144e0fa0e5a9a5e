"""Frames are kept as columns, and their times are read without the rest."""

from __future__ import annotations

import numpy as np
import pytest

from cairn.errors import IntegrityError
from cairn.frames import Frames
from cairn.services.footage.columns import as_columns, from_columns, times_of


def test_times_are_read_alone_as_with_all_the_rest() -> None:
    hashes = np.arange(96, dtype=np.uint8).reshape(3, 32)
    good, at = np.full(3, 90, dtype=np.uint8), np.array([0.0, 1.25, 7.003])
    data = as_columns(Frames(hashes, hashes, good, good, at, good > 0), in_all_turns=False)
    assert times_of(data) == from_columns(data).at.tolist() == at.tolist()
    with pytest.raises(IntegrityError):
        times_of(data[:20])
