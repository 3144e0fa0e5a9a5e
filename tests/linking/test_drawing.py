"""The drawing shows where points agree, and holds no picture, no script and nothing from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.linking.drawing import as_svg
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


def test_an_outline_beyond_the_horizon_stays_in_the_drawing() -> None:
    far = as_svg(replace(COPY, outline=((-1e9, 0.0), (1e9, 0.0), (1.0, 1.0), (0.0, 1.0))))
    numbers = [float(each) for each in re.findall(r'points="([^"]*)"', far)[0].replace(" ", ",").split(",")]
    assert max(map(abs, numbers)) < 1000
