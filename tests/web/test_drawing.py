"""Only shapes and numbers of a drawing become a part of a page."""

from __future__ import annotations

import pytest

from cairn.linking.drawing import as_svg
from cairn.web.compare.drawing import as_part_of_a_page
from services.answers import COPY, PLACE


def test_what_the_project_draws_passes_as_it_is() -> None:
    for evidence in (COPY, PLACE):
        drawn = as_svg(evidence)
        assert as_part_of_a_page(drawn) == drawn
    assert as_part_of_a_page(None) is None


@pytest.mark.parametrize(
    "slipped_in",
    [
        '<svg onload="x">',
        "<script>x</script>",
        '<a href="/sign-out/">x</a>',
        '<rect style="x"/>',
        "<rect fill=x/>",
        '<image href="x"/>',
        '<text x="1" onclick="x">y</text>',
        "<style>x</style>",
        "a < b",
        "<!-- x -->",
        '<rect x="1"onclick="x"/>',
        "<svg/onload=x>",
    ],
)
def test_a_drawing_that_is_more_than_shapes_is_not_shown(slipped_in: str) -> None:
    assert as_part_of_a_page(as_svg(COPY).replace("</svg>", f"{slipped_in}</svg>")) is None
