from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cairn.fingerprints.operator import cells, sampled
from cairn.fingerprints.pdq import PDQ_METHOD, coefficients, hashes, pdq, quality
from cairn.fingerprints.pillow import rgb_luma
from cairn.types import ORIENTATIONS, Orientation, PdqMode
from fingerprints.drawn import distance_bits, pixels
from fingerprints.plain_pdq import bits_in_doubt, plain_cells, plain_hash, plain_pdq, plain_quality

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

TURNS: dict[Orientation, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    Orientation.ORIGINAL: lambda picture: picture,
    Orientation.ROTATED_90: lambda picture: np.rot90(picture, 1),
    Orientation.ROTATED_180: lambda picture: np.rot90(picture, 2),
    Orientation.ROTATED_270: lambda picture: np.rot90(picture, 3),
    Orientation.FLIPPED_TOP_BOTTOM: np.flipud,
    Orientation.FLIPPED_LEFT_RIGHT: np.fliplr,
    Orientation.TRANSPOSED: np.transpose,
    Orientation.TRANSVERSED: lambda picture: np.rot90(picture, 2).T,
}


def quick(rgb: NDArray[np.uint8]) -> tuple[bytes, int]:
    found = pdq(cells(rgb_luma(sampled(rgb))), mode=PdqMode.EXACT)
    return found.hashes[0], found.quality


def test_the_method_has_a_version() -> None:
    assert PDQ_METHOD == "pdq/1"


@settings(max_examples=12)
@given(height=st.integers(5, 300), width=st.integers(5, 300), seed=st.integers(0, 99))
@example(height=5, width=8, seed=0)
def test_hash_and_quality_are_those_of_the_slow_way(height: int, width: int, seed: int) -> None:
    rgb = pixels(seed, width=width, height=height)
    found, plain = quick(rgb), plain_pdq(rgb)

    differing = int.from_bytes(found[0]) ^ int.from_bytes(plain[0])
    assert differing & ~bits_in_doubt(plain_cells(rgb)) == 0
    assert found[1] == plain[1]


def test_few_bits_are_ever_in_doubt() -> None:
    doubtful = [bits_in_doubt(plain_cells(pixels(seed, width=90, height=70))) for seed in range(10)]
    assert [bits.bit_count() for bits in doubtful] == [1] * 10  # The median itself.


@pytest.mark.parametrize(("height", "width"), [(700, 520), (520, 40), (513, 513)])
def test_large_pictures_are_hashed_as_the_slow_way_does(height: int, width: int) -> None:
    rgb = pixels(7, width=width, height=height)

    assert quick(rgb) == plain_pdq(rgb)


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_the_eight_hashes_are_those_of_the_turned_cells(seed: int) -> None:
    grid = np.random.default_rng(seed).uniform(0, 255, (64, 64)).astype(np.float32)
    found = hashes(coefficients(grid))

    for orientation, one in zip(ORIENTATIONS, found, strict=True):
        turned = np.ascontiguousarray(TURNS[orientation](grid))
        assert one == plain_hash(turned.astype(np.float64)), orientation


def test_a_really_turned_picture_is_found_by_one_of_the_eight() -> None:
    rgb = pixels(11, width=300, height=200)
    stored, _ = quick(rgb)
    turned = pdq(cells(rgb_luma(np.ascontiguousarray(np.rot90(rgb, 3)))), mode=PdqMode.EXACT)

    nearest = min(turned.hashes, key=lambda one: distance_bits(one, stored))

    assert turned.hashes.index(nearest) == ORIENTATIONS.index(Orientation.ROTATED_90)
    assert distance_bits(nearest, stored) <= 31


def test_the_quality_is_that_of_the_slow_way_and_ends_at_100() -> None:
    random = np.random.default_rng(5)
    soft = (random.uniform(0, 6, (64, 64)) + 100).astype(np.float32)
    rough = random.uniform(0, 255, (64, 64)).astype(np.float32)

    assert quality(soft) == plain_quality(soft.astype(np.float64)) < 100
    assert quality(rough) == 100
    assert quality(np.zeros((64, 64), np.float32)) == 0


def test_the_hexadecimal_form_reads_from_bit_255_down() -> None:
    coefficient = np.zeros((16, 16))
    coefficient[0, 0] = 1

    one = hashes(coefficient)[0]

    assert one.hex() == "0" * 63 + "1"
