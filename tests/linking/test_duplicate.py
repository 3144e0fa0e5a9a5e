"""Altered copies are found by their hashes, in whatever way they were turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.fingerprints import measure
from cairn.index import open_index
from cairn.linking import PDQ_31, DuplicatePolicy, neighbours
from cairn.types import Orientation, Pdq
from pictures import drawn, save

if TYPE_CHECKING:
    from pathlib import Path

TURNS = {
    Orientation.ROTATED_90: Image.Transpose.ROTATE_90,
    Orientation.ROTATED_180: Image.Transpose.ROTATE_180,
    Orientation.ROTATED_270: Image.Transpose.ROTATE_270,
    Orientation.FLIPPED_LEFT_RIGHT: Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation.FLIPPED_TOP_BOTTOM: Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation.TRANSPOSED: Image.Transpose.TRANSPOSE,
    Orientation.TRANSVERSED: Image.Transpose.TRANSVERSE,
}


def pdq_of(picture: Image.Image, folder: Path) -> Pdq:
    comparison = measure(save(picture, folder / "picture.png")).picture.comparison
    assert isinstance(comparison, Pdq)
    return comparison


@pytest.fixture
def holding(tmp_path: Path) -> Path:
    """An index of ten pictures, numbered from 1."""
    hashes = b"".join(pdq_of(drawn(seed), tmp_path).hashes[0] for seed in range(1, 11))
    with open_index(tmp_path / "index", writable=True) as index:
        index.add(np.arange(1, 11, dtype=np.uint64), np.frombuffer(hashes, np.uint8).reshape(-1, 32))
    return tmp_path / "index"


@pytest.mark.parametrize("turn", TURNS)
def test_the_evidence_says_how_the_recorded_picture_was_turned(
    holding: Path, tmp_path: Path, turn: Orientation
) -> None:
    asked = pdq_of(drawn(4).transpose(TURNS[turn]), tmp_path)
    with open_index(holding) as index:
        ((found,),) = neighbours(index, [asked], policy=PDQ_31)
    number, evidence = found
    assert (number, evidence.orientation) == (4, turn)
    assert evidence.distance_bits <= 31


def test_every_picture_gets_a_row_of_its_own_in_the_order_asked(holding: Path, tmp_path: Path) -> None:
    asked = [pdq_of(drawn(seed), tmp_path) for seed in (7, 99, 2)]
    with open_index(holding) as index:
        rows = neighbours(index, asked, policy=PDQ_31)
    assert [[number for number, _ in row] for row in rows] == [[7], [], [2]]


def test_neighbours_come_nearest_first(holding: Path, tmp_path: Path) -> None:
    everything = DuplicatePolicy("all/1", 256, "for this test")
    with open_index(holding) as index:
        (row,) = neighbours(index, [pdq_of(drawn(3), tmp_path)], policy=everything)
    distances = [evidence.distance_bits for _, evidence in row]
    assert row[0][0] == 3
    assert len(row) == 10
    assert distances == sorted(distances)


def test_no_question_has_no_answer(holding: Path) -> None:
    with open_index(holding) as index:
        assert neighbours(index, [], policy=PDQ_31) == ()
