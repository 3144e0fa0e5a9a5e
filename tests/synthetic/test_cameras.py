from __future__ import annotations

import numpy as np
import pytest

from cairn.synthetic.cameras import MODELS, Camera, Exposure, expose, fleet, sensor_pattern

MODEL = MODELS[3]
FIRST, SECOND = Camera(MODEL, "OB100001"), Camera(MODEL, "OB100002")


def grey(level: int = 140) -> np.ndarray:
    return np.full((MODEL.height, MODEL.width, 3), level, dtype=np.uint8)


def residual(camera: Camera, noise_seed: int) -> np.ndarray:
    photo = expose(camera, grey(), Exposure(noise_seed=noise_seed))[..., 1].astype(float)
    middle = photo[240:360, 320:480]
    return np.asarray(middle - middle.mean())


def test_one_body_leaves_one_pattern_in_all_its_photos() -> None:
    same = np.corrcoef(residual(FIRST, 1).ravel(), residual(FIRST, 2).ravel())[0, 1]
    strange = np.corrcoef(residual(FIRST, 1).ravel(), residual(SECOND, 2).ravel())[0, 1]
    assert same > 0.1
    assert abs(strange) < 0.03


def test_the_pattern_belongs_to_the_serial_and_is_as_strong_as_the_model_says() -> None:
    assert not np.array_equal(sensor_pattern(FIRST), sensor_pattern(SECOND))
    assert float(sensor_pattern(FIRST).std()) == pytest.approx(MODEL.pattern, rel=0.02)


def test_noise_differs_from_photo_to_photo_and_repeats_with_its_seed() -> None:
    photos = [expose(FIRST, grey(), Exposure(noise_seed=seed)) for seed in (1, 1, 2)]
    assert np.array_equal(photos[0], photos[1])
    assert not np.array_equal(photos[0], photos[2])


def test_corners_are_darker_and_stops_and_warmth_do_what_they_say() -> None:
    plain = expose(FIRST, grey(), Exposure()).astype(float)
    assert plain[:40, :40].mean() < 0.85 * plain[350:410, 480:540].mean()
    assert expose(FIRST, grey(), Exposure(stops=0.5)).mean() > plain.mean() + 10
    warm = expose(FIRST, grey(), Exposure(warmth=0.2)).astype(float)
    assert warm[..., 0].mean() > warm[..., 1].mean() > warm[..., 2].mean()


def test_colours_keep_their_channels() -> None:
    red = grey(40)
    red[..., 0] = 200
    photo = expose(FIRST, red, Exposure())[300:400, 400:500].astype(float)
    assert photo[..., 0].mean() > photo[..., 1].mean() + 100
    assert photo[..., 1].mean() == pytest.approx(photo[..., 2].mean(), abs=6)


def test_a_lens_bends_straight_lines() -> None:
    lined = grey(0)
    lined[40:44] = 255
    photo = expose(FIRST, lined, Exposure())[..., 1].astype(int)
    at_middle, at_edge = (int(photo[:200, column].argmax()) for column in (MODEL.width // 2, 10))
    assert abs(at_middle - at_edge) > 8


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="800×600"):
        expose(FIRST, np.zeros((10, 10, 3), np.uint8), Exposure())


def test_a_fleet_has_bodies_of_every_model_with_serials_of_their_own() -> None:
    cameras = fleet(1, 14)
    assert len({camera.serial for camera in cameras}) == 14
    assert {camera.model for camera in cameras} == set(MODELS)
    assert fleet(1, 14) == cameras
    assert all(model.width % 2 == 0 and model.height % 2 == 0 for model in MODELS)
