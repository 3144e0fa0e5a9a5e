"""The drawing shows where points agree, and holds no picture, no script and nothing from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.linking.drawing import as_svg
from cairn.linking.left_out import LeftOut
from services.answers import COPY, PLACE

if TYPE_CHECKING:
    from cairn.linking.points import PlaceAgrees, PointsAgree


@pytest.mark.parametrize("evidence", [COPY, PLACE])
def test_the_drawing_holds_frames_and_lines_and_no_picture(evidence: PointsAgree | PlaceAgrees) -> None:
    drawn = as_svg(evidence)
    tags = re.findall(r"<([a-z]+)", drawn)
    assert (tags.count("rect"), tags.count("path"), tags.count("circle")) == (2, 2, 4)
    assert set(tags) <= {"svg", "title", "rect", "path", "circle", "polygon", "text"}
    assert not re.search(r"href|style|script|data:|@import", drawn)
    assert "A lead that a person judges." in drawn


def test_the_outline_says_which_part_of_the_known_picture_the_file_shows() -> None:
    drawn = as_svg(COPY)
    assert "41 of 60 points" in drawn
    assert "62 % of the known picture" in drawn
    assert "mirrored, perspective: 41; similarity: 4" in drawn
    # The known frame is 225 wide and 300 high, and begins at 372 across and 12 down.
    assert 'points="394.5,72.0 574.5,72.0 574.5,282.0 394.5,282.0"' in drawn
    assert "polygon" not in as_svg(PLACE)


def test_what_was_left_out_is_drawn_hollow_in_its_own_picture_and_counted() -> None:
    ours = LeftOut("<b>app</b>", 1214, 12, ((0.5, 0.0), (0.5, 1.0)))
    drawn = as_svg(replace(COPY, left_out=(ours, LeftOut("app", 3, 0, ((1.0, 0.5),), in_known=True))))
    hollow = re.findall(r'<circle cx="([0-9.]+)" cy="([0-9.]+)" r="2.2" fill="none"', drawn)
    # The file's frame is 300 wide and 225 high, and begins at 12 and 12; the known one as above.
    assert hollow == [("162.0", "12.0"), ("162.0", "237.0"), ("597.0", "162.0")]
    assert "1,214 points of the file were left out as over-common; drawn, hollow and grey: 2." in drawn
    assert "3 points of the known picture were left out as over-common; drawn, hollow and grey: 1." in drawn
    assert "<b>" not in drawn
    assert drawn.index('fill="none" stroke="#868e96"') < drawn.index("<path"), "what agrees lies above"
    assert "214 points of the file were left out as over-common; drawn, hollow and grey: 0." in as_svg(COPY)


def test_an_outline_beyond_the_horizon_stays_in_the_drawing() -> None:
    far = as_svg(replace(COPY, outline=((-1e9, 0.0), (1e9, 0.0), (1.0, 1.0), (0.0, 1.0))))
    numbers = [float(each) for each in re.findall(r'points="([^"]*)"', far)[0].replace(" ", ",").split(",")]
    assert max(map(abs, numbers)) < 1000
