"""What many different pictures carry is left out; what copies, views and series share is not."""

from __future__ import annotations

import pytest

from cairn.linking.altered import altered_copy
from cairn.linking.keypoints import keypoints
from cairn.linking.over_common import LEAST_PICTURES, OverCommon, Pattern, as_array, descriptions, frame_of
from cairn.linking.places import MOST_LINES
from cairn.linking.policy import ALTERED_10_11
from linking.local_pictures import busy, features, screen


@pytest.fixture(scope="module")
def learnt() -> OverCommon:
    """What eight screens of one app teach."""
    frame = frame_of([keypoints(features(screen(seed))) for seed in range(LEAST_PICTURES)])
    assert frame is not None
    assert frame.stands_in == tuple(range(LEAST_PICTURES))
    return OverCommon([Pattern("app", LEAST_PICTURES, as_array(frame.descriptors))])


def test_screens_of_one_app_link_by_its_frame_alone(learnt: OverCommon) -> None:
    one, other = features(screen(101)), features(screen(102))
    assert altered_copy(one, other, policy=ALTERED_10_11) is not None
    cut, (left_out,) = learnt.out_of(one)
    assert (left_out.name, left_out.pictures, left_out.in_known) == ("app", LEAST_PICTURES, False)
    assert len(cut) == len(one) - left_out.points
    assert 10 <= len(left_out.places) <= min(left_out.points, MOST_LINES)
    in_bars = [abs(down - 0.5) > 0.3 for _, down in left_out.places]
    assert sum(in_bars) > 0.6 * len(in_bars), "they lie above and below"
    assert altered_copy(cut, other, policy=ALTERED_10_11) is None


def test_a_part_of_a_screen_is_still_linked_to_it(learnt: OverCommon) -> None:
    whole = features(screen(103))
    part, _ = learnt.out_of(features(screen(103)[40:300, 30:290]))
    assert altered_copy(part, whole, policy=ALTERED_10_11) is not None


def test_other_pictures_keep_nearly_all_of_their_points(learnt: OverCommon) -> None:
    whole = features(busy(104))
    assert len(learnt.out_of(whole)[0]) >= 0.95 * len(whole), "both are full of squares of 8 pixels"


def test_too_few_pictures_and_copies_of_one_picture_teach_nothing() -> None:
    screens = [keypoints(features(screen(seed))) for seed in range(LEAST_PICTURES - 1)]
    assert frame_of(screens) is None
    one = keypoints(features(busy(105)[:200, :300]))
    assert frame_of([one] * (LEAST_PICTURES + 1)) is None


def test_what_lies_elsewhere_in_each_picture_teaches_nothing() -> None:
    """A poster on the wall of a room, taken from where somebody stands."""
    views = []
    for seed in range(LEAST_PICTURES):
        view = busy(200 + seed)[:300, :400].copy()
        at = 30 + 30 * seed
        view[80:220, at : at + 140] = busy(106)[:140, :140]
        views.append(keypoints(features(view)))
    assert frame_of(views) is None


def test_nothing_on_the_list_leaves_everything() -> None:
    whole = features(busy(104))
    assert OverCommon([]).out_of(whole) == (whole, ())
    assert len(descriptions(whole)) == len(whole)
