from __future__ import annotations

import numpy as np
import pytest

from cairn.errors import IntegrityError
from cairn.frames import FramePoints
from cairn.services.features.frames import (
    FIRST_FRAME_ID,
    MOST_FEATURES,
    MOST_FRAMES,
    as_bytes,
    frame_ids,
    from_bytes,
    media_of,
    number_of,
    worth_keeping,
)


def details(at_s: float, count: int) -> FramePoints:
    return FramePoints(at_s, 512, 288, bytes(range(8)) * count, bytes(range(128)) * count)


def test_the_strongest_points_of_frames_survive_the_way_through_bytes() -> None:
    found = from_bytes(as_bytes([details(0.5, 3), details(2.25, MOST_FEATURES + 7)]))
    assert [(at_s, len(features)) for at_s, features in found] == [(0.5, 3), (2.25, MOST_FEATURES)]
    assert found[0][1].descriptors == bytes(range(128)) * 3
    assert (found[0][1].width, found[0][1].height) == (512, 288)


@pytest.mark.parametrize("cut", [0, 1, 5, -1])
def test_bytes_that_end_early_or_late_are_refused(cut: int) -> None:
    whole = as_bytes([details(0.5, 3)])
    with pytest.raises(IntegrityError):
        from_bytes(whole[:cut])
    with pytest.raises(IntegrityError):
        from_bytes(whole + b"0")


def test_frames_are_kept_evenly_and_those_without_points_not_at_all() -> None:
    kept = worth_keeping([details(float(at), at % 2) for at in range(400)])
    assert len(kept) == MOST_FRAMES
    assert (kept[0].at_s, kept[-1].at_s) == (1.0, 399.0)
    assert worth_keeping([details(1.0, 0)]) == []


def test_the_id_of_a_frame_tells_its_media_and_is_no_media() -> None:
    ids = frame_ids(77, 3)
    assert min(ids) >= FIRST_FRAME_ID
    assert media_of(np.array(ids, np.uint64)).tolist() == [77, 77, 77]
    assert [number_of(each) for each in ids] == [0, 1, 2]
