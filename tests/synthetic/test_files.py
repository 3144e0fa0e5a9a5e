from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.synthetic.cameras import MODELS, Camera
from cairn.synthetic.files import (
    EXIF_SERIAL,
    EXIF_SUBFOLDER,
    EXIF_TAKEN,
    JpegSettings,
    camera_exif,
    read_pixels,
    write_jpeg,
    write_new,
    write_png,
    write_webp,
)
from cairn.synthetic.noise import soft_noise, stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def picture() -> np.ndarray:
    grey = (soft_noise(stream(1), (60, 80)) * 100 + 128).astype(np.uint8)
    return np.stack([grey, grey // 2, 255 - grey], axis=-1)


def test_a_jpeg_carries_what_its_camera_writes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "photo.jpg"
    taken = datetime(2024, 3, 1, 12, 30, 5, tzinfo=UTC)
    write_jpeg(path, picture(), JpegSettings(90, 0), exif=camera_exif(Camera(MODELS[0], "NO5"), taken))
    with Image.open(path) as image:
        exif = image.getexif()
        inner = exif.get_ifd(EXIF_SUBFOLDER)
    assert (exif[0x010F], exif[0x0110]) == ("Nordvik Optics", "N-20")
    assert inner[EXIF_TAKEN] == "2024:03:01 12:30:05"
    assert inner[EXIF_SERIAL] == "NO5"
    assert np.abs(read_pixels(path).astype(int) - picture()).mean() < 3


def test_quality_and_chroma_change_the_size(tmp_path: Path) -> None:
    for quality, chroma in ((95, 0), (95, 2), (30, 2)):
        write_jpeg(tmp_path / f"{quality}{chroma}.jpg", picture(), JpegSettings(quality, chroma))
    sizes = [(tmp_path / name).stat().st_size for name in ("950.jpg", "952.jpg", "302.jpg")]
    assert sizes == sorted(sizes, reverse=True)


def test_png_keeps_every_value_and_webp_nearly(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", picture())
    write_webp(tmp_path / "a.webp", picture())
    assert np.array_equal(read_pixels(tmp_path / "a.png"), picture())
    assert np.abs(read_pixels(tmp_path / "a.webp").astype(int) - picture()).mean() < 5


WRITERS: list[Callable[[Path], None]] = [
    lambda path: write_new(path, b"new"),
    lambda path: write_jpeg(path, picture(), JpegSettings()),
    lambda path: write_png(path, picture()),
    lambda path: write_webp(path, picture()),
]


@pytest.mark.parametrize("write", WRITERS)
def test_nothing_is_overwritten(tmp_path: Path, write: Callable[[Path], None]) -> None:
    path = tmp_path / "there"
    path.write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        write(path)
    assert path.read_bytes() == b"evidence"
