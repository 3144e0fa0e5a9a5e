"""Simulated cameras: what lens, sensor and electronics do to the light before a file is written.

In the order in which it happens: the lens bends the picture and darkens its corners; the photosites, each a
little more or less sensitive than its neighbours (the sensor pattern, PRNU, fixed for life by the serial
number), count photons through a Bayer filter with shot and read noise; the electronics encode the
counts for a screen and interpolate the colours. Makers and models are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.noise import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_SCALE = 4095.0
"""The sensor counts to twelve bits."""


@dataclass(frozen=True, slots=True)
class Model:
    """What all cameras of one model have in common.

    Attributes:
        maker: As written in the EXIF field Make.
        name: As written in the EXIF field Model.
        width: Pixels of the picture; even.
        height: Pixels of the picture; even.
        bend: Radial distortion: negative is barrel, as a share at the corner.
        falloff: How much light the corners lose, 0 to 1.
        pattern: Standard deviation of the sensor pattern, as a share of the light.
        shot: Variance of the shot noise in counts, for one count of signal.
        read: Standard deviation of the read noise in counts.
        quality: JPEG quality, 1 to 95.
        subsampling: JPEG chroma: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0.
        file_pattern: Such as ``IMG_{:04d}.JPG``.
    """

    maker: str
    name: str
    width: int
    height: int
    bend: float
    falloff: float
    pattern: float
    shot: float
    read: float
    quality: int
    subsampling: int
    file_pattern: str


@dataclass(frozen=True, slots=True)
class Camera:
    """One body of a model.

    Attributes:
        model: What it is.
        serial: As written in the EXIF field BodySerialNumber; it fixes the sensor pattern.
    """

    model: Model
    serial: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """How one photo was taken.

    Attributes:
        stops: Brighter by this many powers of two.
        warmth: Positive is more red and less blue, as a share.
        noise_seed: Decides this photo's shot and read noise.
    """

    stops: float = 0.0
    warmth: float = 0.0
    noise_seed: int = 0


MODELS: tuple[Model, ...] = (
    Model("Nordvik Optics", "N-20", 1200, 900, -0.03, 0.35, 0.012, 0.9, 4.0, 92, 0, "DSC{:05d}.JPG"),
    Model("Tamarind", "Fone 3", 960, 720, 0.01, 0.25, 0.015, 2.2, 7.0, 85, 2, "IMG_{:04d}.JPG"),
    Model("Quellmann", "Q5 Compact", 1008, 756, -0.05, 0.45, 0.013, 1.5, 6.0, 88, 2, "QCAM{:04d}.JPG"),
    Model("Obrera", "Mini", 800, 600, -0.08, 0.5, 0.018, 3.0, 9.0, 80, 2, "PICT{:04d}.JPG"),
    Model("Lumo Works", "L1 Wide", 1024, 576, -0.06, 0.4, 0.012, 1.2, 5.0, 90, 1, "LW_{:06d}.JPG"),
    Model("Sefton", "S7", 1000, 750, 0.02, 0.2, 0.014, 1.8, 6.0, 86, 2, "P{:07d}.JPG"),
)
"""Invented makers and models, with the faults of cheap and of better cameras."""


def fleet(seed: int, count: int) -> tuple[Camera, ...]:
    """Answer ``count`` cameras with serial numbers of their own; the models take turns."""
    rng = stream(seed, 6)
    serials = rng.choice(900_000, size=count, replace=False) + 100_000
    return tuple(
        Camera(MODELS[number % len(MODELS)], f"{MODELS[number % len(MODELS)].maker[:2].upper()}{serial}")
        for number, serial in enumerate(serials)
    )


@lru_cache(maxsize=8)
def sensor_pattern(camera: Camera) -> NDArray[np.float32]:
    """Answer the fixed sensitivity of every photosite, ``(height, width)`` float32 around 1."""
    rng = stream(7, *camera.serial.encode())
    shape = (camera.model.height, camera.model.width)
    return 1.0 + np.float32(camera.model.pattern) * rng.standard_normal(shape, dtype=np.float32)


@lru_cache(maxsize=8)
def _lens(model: Model) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Answer where each pixel looks in an ideal picture (x and y), and the share of light that reaches it."""
    x, y = np.meshgrid(
        np.arange(model.width, dtype=np.float32) - (model.width - 1) / 2,
        np.arange(model.height, dtype=np.float32) - (model.height - 1) / 2,
    )
    radius = (x * x + y * y) / (model.width**2 / 4 + model.height**2 / 4)
    stretch = (1.0 + model.bend * radius) / (1.0 + max(0.0, model.bend))
    fall = 1.0 - model.falloff * radius * radius
    source_x = x * stretch + (model.width - 1) / 2
    source_y = y * stretch + (model.height - 1) / 2
    return source_x.astype(np.float32), source_y.astype(np.float32), fall.astype(np.float32)


_TO_LIGHT = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)
_TO_SCREEN = np.round(255.0 * (np.arange(FULL_SCALE + 1) / FULL_SCALE) ** (1 / 2.2)).astype(np.uint8)


def _count(
    camera: Camera, bent: NDArray[np.uint8], balance: NDArray[np.float32], noise_seed: int
) -> NDArray[np.uint16]:
    """Let a sensor count a picture through its Bayer filter (red, green over green, blue)."""
    raw = np.empty(bent.shape[:2], dtype=np.float32)
    for top, left, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        site = np.ascontiguousarray(bent[top::2, left::2, channel])
        raw[top::2, left::2] = cv2.LUT(site, _TO_LIGHT * balance[channel] * np.float32(FULL_SCALE))
    raw *= _lens(camera.model)[2]
    raw *= sensor_pattern(camera)
    noise = stream(8, noise_seed).standard_normal(raw.shape, dtype=np.float32)
    noise *= np.sqrt(np.float32(camera.model.shot) * raw + np.float32(camera.model.read**2))
    raw += noise
    return np.asarray(np.clip(raw + 0.5, 0, FULL_SCALE), dtype=np.uint16)


def expose(camera: Camera, ideal: NDArray[np.uint8], exposure: Exposure) -> NDArray[np.uint8]:
    """Answer the photo that a camera takes of an ideal picture.

    Args:
        camera: Its model's size must be the picture's size.
        ideal: ``(height, width, 3)`` uint8 RGB as ``render`` draws it.
        exposure: Brightness, white balance and the seed of the noise.

    Returns:
        ``(height, width, 3)`` uint8 RGB.

    Raises:
        ValueError: The picture does not have the camera's size.
    """
    model = camera.model
    if ideal.shape != (model.height, model.width, 3):
        raise ValueError(f"a {model.name} takes pictures of {model.width}×{model.height} pixels")
    x, y, _ = _lens(model)
    bent = cv2.remap(ideal, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    warmth = np.array([1 + exposure.warmth, 1.0, 1 - exposure.warmth], dtype=np.float32)
    balance = warmth * np.float32(2.0**exposure.stops)
    counts = _count(camera, np.asarray(bent, np.uint8), balance, exposure.noise_seed)
    return np.asarray(cv2.cvtColor(_TO_SCREEN.take(counts), cv2.COLOR_BayerRGGB2RGB), dtype=np.uint8)
