from __future__ import annotations

from numpy import concatenate

from cairn.linking.clip.policy import CLIP_3
from cairn.linking.clip.still import still_in
from cairn.types import ORIENTATIONS, Orientation, Pdq, PdqMode
from linking.clip.clip_frames import as_file, as_known, noisy, scenery, standing


def still(hash_of_it: bytes, *, orientation: int = 0) -> Pdq:
    others = [bytes([at]) * 32 for at in range(len(ORIENTATIONS))]
    others[orientation] = hash_of_it
    return Pdq(tuple(others), 90, PdqMode.EXACT)


def test_a_still_is_found_at_its_second() -> None:
    quarters = scenery(1, 60)
    taken = noisy(quarters[4 * 41 : 4 * 41 + 1], bits=20)[0].tobytes()
    found = still_in(still(taken, orientation=5), as_known(quarters), policy=CLIP_3)
    assert found is not None
    assert found.at_s == 41.5
    assert found.distance_bits == 20
    assert found.orientation is Orientation.FLIPPED_LEFT_RIGHT
    assert found.others_s == ()


def test_of_a_shot_that_stands_still_every_second_is_told() -> None:
    quarters = concatenate([scenery(1, 5), standing(2, 6), scenery(3, 5)])
    found = still_in(still(standing(2, 6)[0].tobytes()), as_known(quarters), policy=CLIP_3)
    assert found is not None
    assert sorted((found.at_s, *found.others_s)) == [5.5, 6.5, 7.5, 8.5, 9.5, 10.5]


def test_another_picture_is_in_no_second() -> None:
    assert still_in(still(scenery(9, 1)[0].tobytes()), as_known(scenery(1, 60)), policy=CLIP_3) is None
    assert len(as_file(scenery(1, 2))) == 8
