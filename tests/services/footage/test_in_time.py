"""What is hidden is lined up only as far as its even time surely reaches; then its nearest frame tells."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from cairn.linking.clip import CLIP_3, ClipLink
from cairn.linking.footage import FrameNear
from cairn.services.footage import meeting
from cairn.services.footage.comparing import PAIRS_A_SECOND
from cairn.services.footage.deadline import Deadline
from cairn.services.footage.keeping import Kept
from cairn.services.footage.meeting import FramesMet, lined_up
from linking.clip.clip_frames import as_file, as_known, scenery

if TYPE_CHECKING:
    from collections.abc import Collection

SCENES = scenery(5, 12)
FILE, KNOWN = as_file(SCENES), as_known(SCENES)
LONGEST_S = len(FILE) * len(KNOWN) / PAIRS_A_SECOND


@pytest.mark.parametrize(
    ("time_left_s", "expected", "reads"),
    [(float("inf"), ClipLink, [10, 3]), (LONGEST_S / 2, FrameNear, [10, 3]), (-1.0, FrameNear, [])],
)
def test_a_candidate_that_might_outlast_the_step_is_met_by_its_nearest_frame(
    monkeypatch: pytest.MonkeyPatch, time_left_s: float, expected: type, reads: list[int]
) -> None:
    loaded: list[int] = []

    def kept(media: Collection[int]) -> dict[int, Kept]:
        loaded.append(len(media))
        return {number: Kept(KNOWN, 12.0) for number in media}

    monkeypatch.setattr(meeting, "kept_of", kept)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    met = [FramesMet(media, 12, 4, 0, 2.0) for media in range(1, 14)]
    deadline = Deadline(now + time_left_s, PAIRS_A_SECOND)
    links = lined_up(FILE, 12.0, met, CLIP_3, deadline=deadline)
    assert links.keys() == {each.media for each in met}
    assert {type(link) for link in links.values()} == {expected}
    assert loaded == reads
    assert deadline.was_met is (expected is FrameNear)
