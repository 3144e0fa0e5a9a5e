from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.linking.altered import altered_copy, best_agreement, is_enough, shared
from cairn.linking.keypoints import keypoints
from cairn.linking.policy import ALTERED_10_11
from cairn.synthetic import alterations as alter
from cairn.synthetic import distortions as distort
from cairn.types import LocalFeatures
from linking.local_pictures import busy, features, features_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

ALTERATIONS: dict[str, Callable[[Pixels], Pixels]] = {
    "crop": lambda pixels: alter.cropped(pixels, 0.3, at=(0.2, 0.7)),
    "turn": lambda pixels: distort.turned(pixels, 37),
    "mirror and crop": lambda pixels: alter.mirrored(alter.cropped(pixels, 0.6)),
    "slant": lambda pixels: distort.slanted(pixels, 0.15, seed=2),
    "stretch": lambda pixels: distort.stretched(pixels, 0.7),
    "screenshot": lambda pixels: distort.screenshot(pixels, seed=1),
    "photo of a screen": lambda pixels: distort.photo_of_a_screen(pixels, seed=1),
    "collage": lambda pixels: alter.collage([busy(7), pixels, busy(8), busy(9)], columns=2, cell=(320, 240)),
    "caption": lambda pixels: alter.captioned(pixels, "LOOK AT THIS", share=0.2),
    "sticker": lambda pixels: alter.stickered(pixels, 0.12),
    "compression": lambda pixels: distort.recompressed(pixels, 15),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_copy_is_linked_to_its_original_and_to_no_other_picture(name: str) -> None:
    copy = features(ALTERATIONS[name](busy(1)))
    link = altered_copy(copy, features_of(1), policy=ALTERED_10_11)
    assert link is not None
    assert link.policy == "altered-10-11/1"
    assert link.agreement.is_mirrored == name.startswith("mirror")
    for seed in range(20, 22):
        assert altered_copy(copy, features_of(seed), policy=ALTERED_10_11) is None


def test_the_outline_says_where_a_crop_lies() -> None:
    crop = alter.cropped(busy(2), 0.25, at=(1.0, 0.0))
    link = altered_copy(features(crop), features_of(2), policy=ALTERED_10_11)
    assert link is not None
    assert np.array(link.agreement.outline) == pytest.approx(
        np.array([(0.5, 0), (1, 0), (1, 0.5), (0.5, 0.5)]), abs=0.02
    )
    assert link.agreement.shared == pytest.approx(0.25, abs=0.02)
    assert link.agreement.spanned_of_file > 0.7
    assert 0.17 < link.agreement.spanned_of_known <= 0.26
    assert link.agreement.enclosed > 0.7


def test_lines_join_the_same_spot_of_both_pictures_as_they_lie() -> None:
    copy = alter.mirrored(busy(3))
    link = altered_copy(features(copy), features_of(3), policy=ALTERED_10_11)
    assert link is not None
    assert link.agreement.is_mirrored
    for (ours, down), (theirs, also_down) in link.agreement.lines:
        assert ours == pytest.approx(1 - theirs, abs=0.02)
        assert down == pytest.approx(also_down, abs=0.02)
    assert np.array(link.agreement.outline) == pytest.approx(
        np.array([(1, 0), (0, 0), (0, 1), (1, 1)]), abs=0.02
    )


def test_the_same_caption_on_two_pictures_links_nothing() -> None:
    one, other = (features(alter.captioned(busy(seed), "LOOK AT THIS", share=0.2)) for seed in (4, 5))
    found = best_agreement(keypoints(one), keypoints(other), policy=ALTERED_10_11)
    assert found is not None
    assert found.places >= ALTERED_10_11.least_similarity, "else the test shows nothing"
    assert not is_enough(found, ALTERED_10_11)
    assert is_enough(found, replace(ALTERED_10_11, least_enclosed=0.0, least_share_of_alike=0.0))


@pytest.mark.parametrize(
    "stricter",
    [
        {"least_similarity": 5000, "least_perspective": 5000},
        {"least_span": 1.0},
        {"least_enclosed": 1.01},
        {"least_share_of_alike": 1.01},
    ],
)
def test_each_threshold_can_refuse(stricter: dict[str, float]) -> None:
    copy, original = features(alter.cropped(busy(6), 0.5)), features_of(6)
    assert altered_copy(copy, original, policy=ALTERED_10_11) is not None
    assert altered_copy(copy, original, policy=replace(ALTERED_10_11, **stricter)) is None  # type: ignore[arg-type]


def test_a_picture_without_points_agrees_with_nothing() -> None:
    flat = LocalFeatures(100, 100, b"", b"")
    assert altered_copy(flat, features_of(1), policy=ALTERED_10_11) is None
    assert altered_copy(features_of(1), flat, policy=ALTERED_10_11) is None


@pytest.mark.parametrize(
    ("outline", "area"),
    [
        ([(0, 0), (1, 0), (1, 1), (0, 1)], 1.0),
        ([(0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)], 0.25),
        ([(0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5)], 0.25),
        ([(-1, -1), (2, -1), (2, 2), (-1, 2)], 1.0),
        ([(2, 2), (3, 2), (3, 3), (2, 3)], 0.0),
        ([(0.5, -0.5), (1.5, 0.5), (0.5, 1.5), (-0.5, 0.5)], 1.0),
        ([(1, 0), (0, 0), (0, 1), (1, 1)], 1.0),
    ],
)
def test_the_shared_part_is_cut_to_the_known_picture(outline: list[tuple[float, float]], area: float) -> None:
    assert shared(np.array(outline, np.float64)) == pytest.approx(area)
