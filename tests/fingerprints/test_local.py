from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image

from cairn.fingerprints import measure
from cairn.fingerprints.local import (
    MOST_FEATURES,
    MOST_FEATURES_OF_A_COLLAGE,
    WORKING_SIDE,
    evenly,
    frame_picture,
    local_features,
    root,
    working_picture,
)
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.synthetic.noise import stream
from cairn.synthetic.pictures import mosaic
from cairn.types import Fingerprints, LocalFeatures, PdqMode
from fingerprints.drawn import as_file

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def lively(seed: int = 1, *, width: int = 400, height: int = 300) -> NDArray[np.uint8]:
    """Pixels with many corners."""
    return mosaic(stream(seed), (height, width))


def blotched(seed: int) -> NDArray[np.uint8]:
    """Pixels with a soft blotch every ten."""
    cells = np.random.default_rng(seed).integers(0, 256, (30, 40), np.uint8)
    return np.asarray(Image.fromarray(cells).resize((400, 300), Image.Resampling.BICUBIC))


def points(features: LocalFeatures) -> NDArray[np.uint16]:
    return np.frombuffer(features.points, "<u2").reshape(-1, 4)


def test_a_picture_with_much_detail_has_many_features_and_a_flat_one_none() -> None:
    assert len(local_features(working_picture(lively()))) > 300
    empty = local_features(np.full((200, 300), 90, np.uint8))
    assert (empty.width, empty.height, len(empty)) == (300, 200, 0)


def test_there_are_never_more_features_than_agreed_and_all_lie_in_the_picture() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (150, 200), np.uint8)
    noise = np.asarray(Image.fromarray(noise).resize((1600, 1200)))
    features = local_features(working_picture(noise))
    assert len(features) == MOST_FEATURES
    assert (features.width, features.height) == (WORKING_SIDE, WORKING_SIDE * 3 // 4)
    assert points(features)[:, 0].max() <= 64 * features.width
    assert points(features)[:, 1].max() <= 64 * features.height
    assert len(features.descriptors) == 128 * MOST_FEATURES


def test_the_same_pixels_have_the_same_features() -> None:
    grey = working_picture(lively(3))
    assert local_features(grey) == local_features(grey.copy())


def test_the_working_picture_of_a_small_one_is_itself() -> None:
    assert working_picture(lively(width=100, height=80)).shape == (80, 100)


def test_a_large_picture_is_brought_to_size_from_what_was_averaged(monkeypatch: pytest.MonkeyPatch) -> None:
    resized = []

    def watched(pixels: NDArray[np.uint8], *rest: object, **named: object) -> object:
        resized.append(pixels.shape[1])
        return cv2_resize(pixels, *rest, **named)  # type: ignore[call-overload]

    cv2_resize = cv2.resize
    monkeypatch.setattr(cv2, "resize", watched)
    assert working_picture(np.zeros((1500, 2000, 3), np.uint8)).shape == (WORKING_SIDE * 3 // 4, WORKING_SIDE)
    assert resized == [2000, 1000]


def test_a_frame_of_a_video_keeps_the_size_with_which_clips_were_measured() -> None:
    assert frame_picture(np.zeros((1200, 1600), np.uint8)).shape == (384, 512)


def test_a_very_long_picture_keeps_a_row() -> None:
    assert working_picture(np.zeros((2, 9000, 3), np.uint8)).shape == (1, WORKING_SIDE)


@pytest.mark.parametrize("shape", [(30, 40), (30, 40, 1)])
def test_brightness_alone_is_taken_as_it_is(shape: tuple[int, ...]) -> None:
    grey = np.arange(1200, dtype=np.uint8).reshape(shape)
    assert np.array_equal(working_picture(grey), grey.reshape(30, 40))


def test_a_busy_corner_does_not_crowd_out_the_rest() -> None:
    """2,000 strong points in one cell, then 100 weak ones elsewhere: all of the weak ones are kept."""
    busy = np.full((2000, 4), 10, np.uint16)
    quiet = np.stack([np.linspace(5000, 32000, 100)] * 2 + [np.zeros(100)] * 2, axis=1).astype(np.uint16)
    kept = evenly(np.concatenate([busy, quiet]), width=512, height=512)
    assert len(kept) == MOST_FEATURES
    assert (kept >= 2000).sum() == 100
    assert (np.diff(kept) > 0).all()


def test_a_collage_keeps_more_points_since_each_of_its_pictures_has_few() -> None:
    rows = [np.hstack([blotched(2 * row), blotched(2 * row + 1)]) for row in range(2)]
    many = local_features(working_picture(np.vstack(rows)))
    assert len(local_features(working_picture(blotched(1)))) <= MOST_FEATURES
    assert MOST_FEATURES < len(many) <= MOST_FEATURES_OF_A_COLLAGE


def test_a_small_picture_is_looked_at_twice_as_large_and_in_dimmer_places() -> None:
    small = np.asarray(Image.fromarray(lively(5)).resize((160, 120), Image.Resampling.BOX))
    features = local_features(working_picture(small))
    assert (features.width, features.height) == (320, 240)
    assert len(features) > 200


def test_few_points_are_all_kept() -> None:
    assert evenly(np.zeros((7, 4), np.uint16), width=10, height=10).tolist() == list(range(7))


def test_rooted_descriptions_have_one_length() -> None:
    described = np.random.default_rng(1).uniform(0, 200, (50, 128)).astype(np.float32)
    length = np.linalg.norm(root(described).astype(np.float64), axis=1)
    assert np.allclose(length, 512, rtol=0.01)
    assert root(np.zeros((1, 128), np.float32)).max() == 0


def test_features_come_only_where_they_are_asked_for() -> None:
    data = as_file(Image.fromarray(lively()), "PNG")
    assert measure(data).picture.features is None
    assert measure(b"no picture", with_features=True).picture.features is None
    features = measure(data, with_features=True).picture.features
    assert features is not None
    assert len(features) == pytest.approx(len(local_features(working_picture(lively()))), rel=0.05)


@pytest.mark.parametrize(
    ("kind", "layout"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "I;16"),
        ("TIFF", "F"),
        ("WEBP", "RGB"),
    ],
)
def test_every_way_of_storing_pixels_gives_nearly_the_same_features(kind: str, layout: str) -> None:
    picture = Image.fromarray(lively(5, width=2400, height=1800))
    grey = picture.convert("L")
    if layout == "I;16":
        stored = Image.fromarray(np.asarray(grey).astype(np.uint16) * 256)
    else:
        stored = (grey if layout == "F" else picture).convert(layout)
    features = measure(as_file(stored, kind), with_features=True).picture.features
    plain = local_features(working_picture(lively(5, width=2400, height=1800)))
    assert features is not None
    assert (features.width, features.height) == (plain.width, plain.height)
    near = points(features)[:, np.newaxis, :2].astype(int) - points(plain)[np.newaxis, :, :2].astype(int)
    met = (np.abs(near).max(axis=2) <= 64).any(axis=1)
    # Colours of a palette are dithered, and rare modes are picked from, not averaged.
    assert met.mean() > 0.3


def test_the_sandbox_answers_the_features_that_this_process_finds(tmp_path: Path) -> None:
    data = as_file(Image.fromarray(lively(6, width=1200, height=900)), "JPEG", quality=90)
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(as_file(Image.fromarray(np.full((90, 90), 7, np.uint8)), "PNG"))
    jobs = [Job(number, partial(os.open, tmp_path / name, os.O_RDONLY)) for number, name in enumerate("ab")]
    with DecoderPool(workers=1, mode=PdqMode.FAST, with_features=True) as pool:
        found = {done.key: done.result for done in pool.measure_all(jobs)}
    lively_one, flat_one = found[0], found[1]
    assert isinstance(lively_one, Fingerprints)
    assert isinstance(flat_one, Fingerprints)
    assert lively_one.picture == measure(data, with_features=True).picture
    assert flat_one.picture.features == LocalFeatures(180, 180, b"", b"")
