from __future__ import annotations

import doctest
import hashlib
import importlib
import mmap
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cairn.errors import InputError, NotComparable, Reason
from cairn.fingerprints import examine, measure
from cairn.types import Pdq, PdqMode, Picture
from fingerprints.drawn import as_file, distance_bits, picture

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = [
    ("JPEG", {"quality": 95}, "image/jpeg"),
    ("JPEG", {"quality": 95, "progressive": True}, "image/jpeg"),
    ("PNG", {}, "image/png"),
    ("GIF", {}, "image/gif"),
    ("BMP", {}, "image/bmp"),
    ("TIFF", {}, "image/tiff"),
    ("WEBP", {"quality": 90}, "image/webp"),
    ("AVIF", {"quality": 90}, "image/avif"),
    ("HEIF", {"quality": 90}, "image/heic"),
    ("JPEG2000", {}, "image/jp2"),
]


def hash_of(found: Picture) -> Pdq:
    assert isinstance(found.comparison, Pdq), found
    return found.comparison


def reason_of(found: Picture) -> Reason:
    assert isinstance(found.comparison, NotComparable)
    return found.comparison.reason


@pytest.mark.parametrize(("kind", "options", "media_type"), FORMATS)
def test_one_picture_has_nearly_one_hash_in_every_format(
    kind: str, options: dict[str, int | bool], media_type: str
) -> None:
    image = picture(4, width=320, height=240)
    reference = hash_of(examine(as_file(image, "PNG"), mode=PdqMode.FAST))

    found = examine(as_file(image, kind, **options), mode=PdqMode.FAST)

    assert (found.media_type, found.width, found.height) == (media_type, 320, 240)
    assert distance_bits(hash_of(found).hashes[0], reference.hashes[0]) <= 16


def test_a_path_and_its_bytes_have_the_same_fingerprints(tmp_path: Path) -> None:
    data = as_file(picture(), "JPEG")
    path = tmp_path / "named.txt"
    path.write_bytes(data)

    found = measure(path)

    assert found == measure(data)
    assert found.size_bytes == len(data)
    assert found.digests.sha256 == hashlib.sha256(data).digest()
    assert found.picture.media_type == "image/jpeg"
    assert hash_of(found.picture).mode is PdqMode.FAST


def test_the_mode_is_kept_with_the_hash() -> None:
    assert hash_of(measure(as_file(picture(), "JPEG"), mode=PdqMode.EXACT).picture).mode is PdqMode.EXACT


def test_views_and_maps_are_examined(tmp_path: Path) -> None:
    data = as_file(picture(), "JPEG")
    path = tmp_path / "photo"
    path.write_bytes(data)
    expected = examine(data, mode=PdqMode.FAST)

    assert examine(memoryview(data), mode=PdqMode.FAST) == expected
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert examine(mapped, mode=PdqMode.FAST) == expected


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()

    found = measure(path)

    assert found.size_bytes == 0
    assert found.digests.md5 == hashlib.md5(b"", usedforsecurity=False).digest()
    assert reason_of(found.picture) is Reason.EMPTY
    assert found == measure(b"")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"only words", None), (b"%PDF-1.4 a document" * 100, "application/pdf")],
)
def test_other_content_is_unsupported_and_still_digested(
    data: bytes, media_type: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)

    found = measure(path)

    assert found.picture.media_type == media_type
    assert reason_of(found.picture) is Reason.UNSUPPORTED
    assert found.digests.sha1 == hashlib.sha1(data, usedforsecurity=False).digest()
    assert found == measure(data)


def test_a_flat_picture_is_blank_with_its_quality() -> None:
    found = examine(as_file(Image.new("RGB", (200, 100), (40, 90, 200)), "PNG"), mode=PdqMode.FAST)

    assert (found.width, found.height) == (200, 100)
    assert reason_of(found) is Reason.BLANK
    assert isinstance(found.comparison, NotComparable)
    assert "quality is 0" in found.comparison.sentence


@pytest.mark.parametrize(("step", "quality"), [(179, 49), (182, 50)])
def test_a_hash_below_quality_50_is_not_comparable(step: int, quality: int) -> None:
    grey = np.zeros((64, 64), np.uint8)
    grey[:, 32:] = step

    found = examine(as_file(Image.fromarray(grey), "PNG"), mode=PdqMode.FAST).comparison

    if quality < 50:
        assert isinstance(found, NotComparable)
        assert (found.reason, f"quality is {quality}," in found.sentence) == (Reason.BLANK, True)
    else:
        assert isinstance(found, Pdq)
        assert found.quality == quality


def test_a_truncated_photo_is_never_hashed_silently() -> None:
    data = as_file(picture(), "JPEG")

    found = examine(data[: len(data) * 4 // 10], mode=PdqMode.FAST)

    assert (found.width, found.height) == (240, 160)
    assert reason_of(found) is Reason.UNDECODABLE


def test_a_file_beyond_the_limit_is_digested_and_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package answers the function under this name, so the module has to be asked for.
    monkeypatch.setattr(importlib.import_module("cairn.fingerprints.measure"), "MAXIMUM_FILE_BYTES", 1000)
    data = as_file(picture(), "JPEG")
    path = tmp_path / "photo"
    path.write_bytes(data)

    found = measure(path)

    assert reason_of(found.picture) is Reason.TOO_LARGE
    assert found.digests.md5 == hashlib.md5(data, usedforsecurity=False).digest()
    assert found.size_bytes == len(data)


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        measure(tmp_path / "gone")


def test_a_file_is_neither_changed_nor_written_beside(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(as_file(picture(), "JPEG"))
    os.utime(path, ns=(1_000_000_000, 2_000_000_000))
    path.chmod(0o400)
    before = path.stat()

    measure(path)

    after = path.stat()
    assert (after.st_mtime_ns, after.st_ctime_ns, after.st_size) == (
        before.st_mtime_ns,
        before.st_ctime_ns,
        before.st_size,
    )
    assert list(tmp_path.iterdir()) == [path]


@settings(max_examples=60)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "JPEG2000"]),
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_changed_bytes_always_end_in_a_picture(kind: str, places: list[tuple[float, int]]) -> None:
    data = bytearray(as_file(picture(width=48, height=32), kind))
    for share, value in places:
        data[int(share * len(data))] = value

    assert isinstance(examine(bytes(data), mode=PdqMode.FAST), Picture)


def test_the_example_in_the_docstring_is_true() -> None:
    module = importlib.import_module("cairn.fingerprints.measure")

    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(module).attempted > 0


def test_measuring_works_without_django_and_imports_codecs_late() -> None:
    program = (
        "import sys; from cairn.fingerprints import measure; "
        "assert callable(measure); "
        "late = {'numpy', 'PIL', 'simplejpeg', 'numba', 'cv2'} & set(sys.modules); "
        "measure(b'words'); "
        "print(sorted(late), 'django' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "[] False"


def test_hashes_are_the_same_on_every_run() -> None:
    grey = np.add.outer(np.arange(128), np.arange(128)) % 97 * 2
    data = as_file(Image.fromarray(grey.astype(np.uint8)), "PNG")

    assert examine(data, mode=PdqMode.FAST) == examine(data, mode=PdqMode.FAST)
