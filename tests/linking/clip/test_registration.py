from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from cairn.fingerprints import operator, pdq
from cairn.frames import Frames
from cairn.linking.clip.link import Grade, clip_link
from cairn.linking.clip.policy import CLIP_3
from cairn.linking.clip.registered import registered
from cairn.linking.clip.registration import registered_link, registrations
from cairn.linking.clip.weighing import as_bits, said_of_bits, together
from cairn.linking.policy import ALTERED_10_11
from cairn.synthetic.noise import stream
from cairn.synthetic.pictures import poster
from linking.local_pictures import frame_features

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

STEPS = 12


@lru_cache(maxsize=2)
def shots(seed: int) -> tuple[Pixels, ...]:
    """Twelve seconds of a camera that moves over a wall of posters."""
    wall = poster(stream(seed, 7), (700, 1400))
    return tuple(wall[20 * at : 20 * at + 360, 70 * at : 70 * at + 480] for at in range(STEPS))


def measured(pictures: list[Pixels]) -> Frames:
    cells = [
        operator.cells(np.asarray(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), np.uint8)) for each in pictures
    ]
    turned = np.frombuffer(
        b"".join(b"".join(pdq.hashes(pdq.coefficients(each))) for each in cells), np.uint8
    ).reshape(len(cells), 8, 32)
    quality = np.array([pdq.quality(each) for each in cells], np.uint8)
    kept = np.stack([np.clip(np.rint(each), 0, 255).astype(np.uint8) for each in cells])
    return Frames(
        turned[:, 0],
        turned[:, 0],
        quality,
        quality,
        np.arange(len(cells), dtype=np.float64),
        np.arange(len(cells)) == 0,
        turned,
        turned,
        kept,
    )


def cropped(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[40:350, 30:440])


def inset(pixels: Pixels) -> Pixels:
    made = np.full((400, 640, 3), (60, 90, 120), np.uint8)
    made[150:390, 290:610] = cv2.resize(pixels, (320, 240), interpolation=cv2.INTER_AREA)
    return made


def mirrored_crop(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(cropped(pixels)[:, ::-1])


@pytest.mark.parametrize("edit", [cropped, inset, mirrored_crop])
def test_an_edit_that_hides_a_recording_is_undone(edit: Callable[[Pixels], Pixels]) -> None:
    known = measured(list(shots(3)))
    altered = [edit(each) for each in shots(3)]
    file = measured(altered)
    hidden = clip_link(file, known, file_s=STEPS, known_s=STEPS, policy=CLIP_3)
    assert hidden is None or hidden.grade is Grade.VIEW
    points = [(float(at), frame_features(altered[at])) for at in (2, 7)]
    theirs = [(float(at), frame_features(shots(3)[at])) for at in (1, 2, 7)]
    ways = registrations(points, theirs, policy=ALTERED_10_11)
    assert {(way.file_s, way.known_s) for way in ways} == {(2.0, 2.0), (7.0, 7.0)}
    assert {way.is_mirrored for way in ways} == {edit is mirrored_crop}
    found = registered_link(file, known, ways, file_s=STEPS, known_s=STEPS, policy=CLIP_3)
    assert found is not None
    assert found.grade is Grade.RECORDING
    assert found.moments >= STEPS - 2
    assert found.share_of_file > 0.8


def test_a_place_that_is_seen_again_is_not_the_same_recording() -> None:
    """One wall, filmed by two cameras that move in other ways."""
    known = measured(list(shots(3)))
    wall = poster(stream(3, 7), (700, 1400))
    other = [wall[220 - 10 * at :][:360, 40 * ((5 * at) % 12) :][:, :480] for at in range(STEPS)]
    file = measured(other)
    points = [(float(at), frame_features(other[at])) for at in (1, 6)]
    theirs = [(float(at), frame_features(shots(3)[at])) for at in (1, 4, 7)]
    ways = registrations(points, theirs, policy=ALTERED_10_11)
    assert ways
    found = registered_link(file, known, ways, file_s=STEPS, known_s=STEPS, policy=CLIP_3)
    assert found is None or found.grade is Grade.VIEW


def test_a_picture_in_a_picture_of_the_same_wall_is_found_beside_it() -> None:
    wall = poster(stream(3, 7), (700, 1400))
    host = wall[200:560, 300:780].copy()
    host[150:330, 220:460] = cv2.resize(shots(3)[0], (240, 180), interpolation=cv2.INTER_AREA)
    known = wall[0:480, 0:840]
    ways = registrations([(0.0, frame_features(host))], [(0.0, frame_features(known))], policy=ALTERED_10_11)
    scales = sorted(float(way.matrix[0, 0] / way.matrix[2, 2]) for way in ways)
    assert len(scales) == 2
    assert scales[1] / scales[0] == pytest.approx(2.0, rel=0.05)


def test_what_lies_where_it_was_keeps_its_hashes() -> None:
    file = measured(list(shots(3)))
    same = registered(file, np.eye(3), is_mirrored=False, file_frame=(480, 360), known_frame=(480, 360))
    differing = np.bitwise_count(same.hashes ^ file.hashes).sum(axis=1)
    # The cells were rounded.
    assert differing.max() <= 6
    with pytest.raises(ValueError, match="just measured"):
        registered(
            replace(file, cells=None),
            np.eye(3),
            is_mirrored=False,
            file_frame=(480, 360),
            known_frame=(480, 360),
        )


def test_of_a_file_that_was_laid_each_bit_says_how_sure_it_is() -> None:
    """Cropped frames, whose surest bits are those that the whole ones have, too."""
    whole, cut = measured(list(shots(3))), measured([cropped(each) for each in shots(3)])
    place = np.array([[1, 0, 30], [0, 1, 40], [0, 0, 1.0]])
    laid = registered(cut, place, is_mirrored=False, file_frame=(410, 310), known_frame=(480, 360))
    assert laid.leanings is not None
    assert np.abs(laid.leanings).max() <= 1
    own, theirs = (np.unpackbits(side.hashes, axis=1) for side in (laid, whole))
    assert ((laid.leanings > 0) == own)[np.abs(laid.leanings) > 0.01].all()
    sure = np.abs(laid.leanings) > 0.9
    assert (own != theirs)[sure].mean() < 0.5 * (own != theirs)[~sure].mean()
    rows = np.arange(len(laid))
    words = [np.ascontiguousarray(side.hashes).view(np.uint64) for side in (laid, whole)]
    plainly = together(as_bits(words[0]), as_bits(words[1]))
    assert together(said_of_bits(laid, rows, words[0]), as_bits(words[1])) > plainly
    assert np.array_equal(said_of_bits(cut, rows, words[0]), own)


def test_frames_that_share_no_points_say_nothing() -> None:
    strange = poster(stream(4, 7), (360, 480))
    assert not registrations(
        [(0.0, frame_features(strange))], [(0.0, frame_features(shots(3)[0]))], policy=ALTERED_10_11
    )
    file, known = measured(list(shots(3))), measured([strange])
    assert registered_link(file, known, (), file_s=STEPS, known_s=1, policy=CLIP_3) is None
