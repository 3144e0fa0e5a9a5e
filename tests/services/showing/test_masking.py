"""A masked picture holds no detail, and a revealed one names its viewer."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cairn.services.showing.masking import MASK_PIXELS, Look, Mask, masked, revealed
from cairn.types import Preview
from pictures import drawn


def of(picture: Image.Image, orientation: int = 1) -> Preview:
    return Preview(*picture.size, orientation, picture.tobytes(), *picture.size)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def chessboard(*, swapped: bool) -> Preview:
    """A picture of squares of 4 pixels: what a mask must not keep."""
    squares = np.indices((480, 640)).sum(axis=0) // 4 % 2
    grey = ((squares ^ swapped) * 255).astype(np.uint8)
    return of(Image.fromarray(grey).convert("RGB"))


@pytest.mark.parametrize("mask", Mask)
def test_two_pictures_that_differ_in_detail_alone_are_masked_alike(mask: Mask) -> None:
    one, other = (
        np.asarray(opened(masked(chessboard(swapped=each), mask)), np.int16) for each in (True, False)
    )
    assert np.abs(one - other).max() <= 24


@pytest.mark.parametrize("mask", [Mask.BLUR, Mask.GREY])
def test_a_blur_is_as_good_as_its_few_pixels(mask: Mask) -> None:
    picture = drawn(1, size=(640, 480))
    few = picture.resize((MASK_PIXELS[mask], MASK_PIXELS[mask] * 3 // 4), Image.Resampling.BOX)
    from_few = opened(masked(of(few), mask))
    assert from_few.size == opened(masked(of(picture), mask)).size
    apart = np.asarray(from_few, np.int16) - np.asarray(opened(masked(of(picture), mask)), np.int16)
    assert np.abs(apart).max() <= 16


def test_a_picture_that_asks_to_be_turned_is_turned_unless_it_is_compared() -> None:
    picture = drawn(2, size=(320, 160))
    assert opened(revealed(of(picture, 6), Look.COLOUR, mark="x")).size == (160, 320)
    assert opened(revealed(of(picture, 6), Look.COLOUR, mark="x", upright=False)).size == (320, 160)


def test_the_viewer_s_mark_is_in_every_part_of_a_revealed_picture() -> None:
    black = of(Image.new("RGB", (800, 600)))
    shown = np.asarray(opened(revealed(black, Look.COLOUR, mark="vera 2026-03-31 12:00 UTC")), np.int16)
    parts = [shown[y : y + 200, x : x + 400] for y in (0, 200, 400) for x in (0, 400)]
    assert all(part.max() > 60 for part in parts)
    assert not np.array_equal(shown, np.asarray(opened(revealed(black, Look.COLOUR, mark="someone else"))))


def test_of_a_revealed_part_the_rest_stays_masked() -> None:
    shown = opened(revealed(chessboard(swapped=False), Look.COLOUR, mark=" ", region=(0.5, 0.5, 0.25, 0.25)))
    pixels = np.asarray(shown.convert("L"), np.int16)
    assert pixels[250:350, 330:470].std() > 80
    assert pixels[20:200, 20:300].std() < 40


def test_grey_has_no_colour_and_small_is_small() -> None:
    picture = of(drawn(3, size=(640, 480)))
    grey = np.asarray(opened(revealed(picture, Look.GREY, mark="x")), np.int16)
    assert np.abs(grey[..., 0] - grey[..., 2]).max() <= 12
    assert max(opened(revealed(picture, Look.SMALL, mark="x")).size) == 320
