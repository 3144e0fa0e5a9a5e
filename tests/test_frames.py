"""Frames are columns of one length."""

from __future__ import annotations

import numpy as np

from cairn.frames import Frames, no_frames


def test_some_of_the_frames_keep_every_column_together() -> None:
    turned = np.arange(3 * 8 * 32, dtype=np.uint16).astype(np.uint8).reshape(3, 8, 32)
    hashes = turned[:, 0]
    quality = np.array([90, 10, 80], np.uint8)
    frames = Frames(
        hashes, hashes, quality, quality, np.array([0.0, 1.0, 2.5]), np.array([True, False, True]), turned
    )
    some = frames.only(frames.quality >= 50)
    assert len(some) == 2
    assert some.at.tolist() == [0.0, 2.5]
    assert some.shot.all()
    assert some.turned is not None
    assert np.array_equal(some.turned[1], turned[2])
    assert some.inside_turned is None


def test_no_frames_are_none_in_every_column() -> None:
    frames = no_frames()
    assert len(frames) == 0
    assert frames.hashes.shape == frames.inside.shape == (0, 32)
    assert frames.at.dtype == np.float64
