from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.synthetic import photographs
from cairn.synthetic.cameras import MODELS, Camera
from cairn.synthetic.files import read_pixels
from cairn.synthetic.photographs import Shot, Subject, take, take_lively, taken_at, write_photograph

if TYPE_CHECKING:
    from pathlib import Path

CAMERA = Camera(MODELS[3], "OB100001")


@pytest.mark.parametrize("subject", Subject)
def test_a_shot_can_be_taken_again(subject: Subject) -> None:
    shot = Shot(subject, 5, 1, CAMERA)
    first = take(shot)
    assert first.shape == (600, 800, 3)
    assert np.array_equal(first, take(shot))
    assert not np.array_equal(first, take(Shot(subject, 5, 2, CAMERA)))


def test_shots_of_one_place_are_minutes_apart() -> None:
    first, second = (taken_at(Shot(Subject.ROOM, 5, number, CAMERA)) for number in (0, 1))
    assert (second - first).total_seconds() == 420


def test_a_photograph_is_written_as_it_was_taken(tmp_path: Path) -> None:
    pixels = write_photograph(tmp_path / "a.jpg", Shot(Subject.PATTERN, 5, 0, CAMERA))
    assert np.abs(read_pixels(tmp_path / "a.jpg").astype(int) - pixels).mean() < 8


def test_a_nearly_blank_photograph_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shows = iter([3.0, 50.0, 400.0])
    monkeypatch.setattr(photographs, "detail", lambda _: next(shows))
    taken, pixels = take_lively(Shot(Subject.PATTERN, 5, 1, CAMERA))
    assert taken.number == 201
    assert np.array_equal(pixels, take(taken))


def test_a_place_that_never_shows_anything_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photographs, "detail", lambda _: 0.0)
    monkeypatch.setattr(photographs, "MOST_RETAKES", 2)
    with pytest.raises(ValueError, match="nearly blank"):
        take_lively(Shot(Subject.PATTERN, 5, 1, CAMERA))
