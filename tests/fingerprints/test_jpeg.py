from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import examine, jpeg
from cairn.types import PdqMode
from fingerprints.drawn import as_file, picture


def decoded(data: bytes, *, exact: bool = True) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    found = jpeg.pixels(data, jpeg.header(data), exact=exact)
    assert not isinstance(found, NotComparable)
    return found


def test_the_header_says_size_and_colour_space() -> None:
    head = jpeg.header(as_file(picture(width=90, height=60), "JPEG"))

    assert head == jpeg.Header(width=90, height=60, space="YCbCr")
    assert head.is_supported


def test_cmyk_is_left_to_another_decoder() -> None:
    head = jpeg.header(as_file(picture().convert("CMYK"), "JPEG"))

    assert not head.is_supported


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": "4:4:4"}, {"quality": 30}])
def test_exact_pixels_are_those_of_the_reference_decoder(options: dict[str, str | int | bool]) -> None:
    data = as_file(picture(), "JPEG", **options)

    with Image.open(BytesIO(data)) as reference:
        assert np.array_equal(decoded(data), np.asarray(reference.convert("RGB")))


def test_grey_pictures_have_one_channel() -> None:
    data = as_file(picture().convert("L"), "JPEG")

    assert decoded(data).shape == (160, 240, 1)


def test_only_large_pictures_are_decoded_without_their_colours() -> None:
    small = as_file(picture(width=512, height=256), "JPEG")
    large = as_file(picture(width=512, height=257), "JPEG")

    assert decoded(small, exact=False).shape[2] == 3
    assert decoded(large, exact=False).shape[2] == 1
    assert decoded(large, exact=True).shape[2] == 3


def test_a_damaged_header_is_an_error() -> None:
    with pytest.raises(ValueError, match="Could not determine"):
        jpeg.header(b"\xff\xd8\xff and no more")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused_with_what_is_missing(share: float) -> None:
    data = as_file(picture(), "JPEG")
    cut = data[: int(len(data) * share)]

    found = jpeg.pixels(cut, jpeg.header(cut), exact=True)

    assert isinstance(found, NotComparable)
    assert found.reason is Reason.UNDECODABLE
    assert "truncated" in found.sentence
    assert "%" in found.sentence


def test_a_file_that_ends_with_its_header_is_refused() -> None:
    data = as_file(picture(), "JPEG")
    cut = data[: data.index(b"\xff\xda") + 14]

    found = jpeg.pixels(cut, jpeg.header(cut), exact=True)

    assert isinstance(found, NotComparable)
    assert found.reason is Reason.UNDECODABLE


def test_a_file_without_its_last_bytes_is_decoded() -> None:
    data = as_file(picture(), "JPEG")

    assert np.array_equal(decoded(data[:-2]), decoded(data))
    assert decoded(data[:-9]).shape == (160, 240, 3)


def test_half_of_a_progressive_file_shows_the_whole_picture_coarsely() -> None:
    data = as_file(picture(), "JPEG", progressive=True)
    coarse = decoded(data[: len(data) // 2]).astype(int)

    assert np.abs(coarse - decoded(data)).mean() < 12


@pytest.mark.parametrize(("place", "zeroed"), [(0.3, 4), (0.4, 40), (0.5, 16), (0.7, 4)])
def test_damage_in_the_middle_is_taken_as_every_viewer_shows_it(place: float, zeroed: int) -> None:
    data = as_file(picture(), "JPEG")
    start = int(len(data) * place)
    damaged = data[:start] + bytes(zeroed) + data[start + zeroed :]

    with Image.open(BytesIO(damaged)) as reference:
        assert np.array_equal(decoded(damaged), np.asarray(reference.convert("RGB")))


def given_up_half_way(data: bytes) -> bytes:
    """Damage the first scan of a progressive file, and let its third name a table that is not there.

    The first makes the decoder complain and go on; the second ends it before it has written a pixel.
    """
    scans = [found.start() for found in re.finditer(b"\xff\xda", data)]
    damaged = bytearray(data)
    damaged[scans[0] + 200 : scans[0] + 240] = bytes(40)
    damaged[scans[2] + 6] = 0x33
    return bytes(damaged)


@pytest.mark.parametrize("exact", [True, False])
def test_a_decoder_that_gives_up_never_answers_what_the_memory_held(*, exact: bool) -> None:
    data = given_up_half_way(as_file(picture(width=400, height=400), "JPEG", progressive=True))
    head = jpeg.header(data)

    with pytest.raises(ValueError, match="gave up before the last row"):
        jpeg.pixels(data, head, exact=exact)


def test_a_file_at_which_the_decoder_gives_up_is_undecodable() -> None:
    data = given_up_half_way(as_file(picture(), "JPEG", progressive=True))

    found = examine(data, mode=PdqMode.FAST).comparison

    assert isinstance(found, NotComparable)
    assert found.reason is Reason.UNDECODABLE
