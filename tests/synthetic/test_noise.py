from __future__ import annotations

import numpy as np

from cairn.synthetic.noise import chance, grain, soft_noise, spectral_noise, spread, stream, tile_shape


def test_equal_keys_give_equal_streams_and_other_keys_other_ones() -> None:
    assert stream(5, 1).integers(1 << 40) == stream(5, 1).integers(1 << 40)
    assert stream(5, 1).integers(1 << 40) != stream(5, 2).integers(1 << 40)


def test_amplitude_falls_with_frequency_as_the_exponent_says() -> None:
    noise = spectral_noise(stream(1), (256, 256), exponent=1.0)
    power = np.abs(np.fft.rfft2(noise)) ** 2
    fy, fx = np.fft.fftfreq(256)[:, np.newaxis], np.fft.rfftfreq(256)[np.newaxis, :]
    radius = np.hypot(fy, fx)
    slow = power[(radius > 0.02) & (radius < 0.04)].mean()
    fast = power[(radius > 0.2) & (radius < 0.4)].mean()
    assert 60 < slow / fast < 170, "ten times the frequency is a hundredth of the power"


def test_noise_is_standardised_and_periodic() -> None:
    noise = spectral_noise(stream(2), (128, 128), exponent=1.5)
    assert abs(float(noise.mean())) < 1e-3
    assert abs(float(noise.std()) - 1) < 1e-3
    seam = np.abs(noise[0] - noise[-1]).mean()
    inside = np.abs(noise[64] - noise[63]).mean()
    assert seam < 2 * inside


def test_spread_repeats_a_tile_and_cuts_it() -> None:
    tile = np.arange(6, dtype=np.float32).reshape(2, 3)
    wide = spread(tile, (3, 7))
    assert wide.shape == (3, 7)
    assert np.array_equal(wide[2], tile[0][[0, 1, 2, 0, 1, 2, 0]])


def test_tiles_are_as_large_as_needed_within_limits() -> None:
    assert tile_shape((10, 100)) == (64, 128)
    assert tile_shape((5000, 200)) == (384, 256)
    assert grain(stream(3), (50, 500)).shape == (50, 500)


def test_soft_noise_is_smooth() -> None:
    soft = soft_noise(stream(4), (200, 300))
    assert soft.shape == (200, 300)
    assert float(np.abs(np.diff(soft, axis=1)).max()) < 0.1 < float(np.ptp(soft))


def test_chance_is_true_in_its_share_of_draws() -> None:
    rng = stream(6)
    assert 250 < sum(chance(rng, 0.3) for _ in range(1000)) < 350
