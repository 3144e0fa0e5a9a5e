"""What looking for local features costs, beside the rest of fingerprinting.

Processor time of one picture in one thread, so that a busy machine changes it less; the sides take turns on
the same pictures: hashes alone, with features, and with features at the working sizes of ``rootsift-512/1``.
Then where the time goes, and what the decoder pool takes for a photo, with and without features.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
from PIL import Image

from benchmarks.photos import jpegs
from benchmarks.tables import print_table
from cairn.fingerprints import jpeg, local, measure
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.fingerprints.sandbox.link import ENVIRONMENT
from cairn.fingerprints.seams import has_seams
from cairn.synthetic import alterations as alter
from cairn.synthetic import distortions as distort
from cairn.types import DESCRIPTOR_BYTES, POINT_BYTES, PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

ROUNDS = int(os.environ.get("CAIRN_BENCH_ROUNDS", "5"))
SIZES = ((500, 375, 8), (1600, 1200, 8), (4032, 3024, 4))
THROUGH_THE_POOL = 30
TARGET_MS = 60


def main() -> None:
    """Measure photos of three sizes, collages and screenshots, in such surroundings as decoders have."""
    if not ENVIRONMENT.items() <= os.environ.items():
        subprocess.run(
            [sys.executable, "-m", "benchmarks.local_features"], env={**os.environ, **ENVIRONMENT}, check=True
        )
        return
    lines = []
    for what, files in _kinds():
        plain, full, before = (np.empty((ROUNDS, len(files))) for _ in range(3))
        for turn in range(ROUNDS):
            plain[turn] = [_busy_ms(data, with_features=False) for data in files]
            full[turn] = [_busy_ms(data, with_features=True) for data in files]
            with _before():
                before[turn] = [_busy_ms(data, with_features=True) for data in files]
        features = median(len(measure(data, with_features=True).picture.features or ()) for data in files)
        lines.append(
            (
                what,
                f"{median(plain.min(axis=0)):.1f}",
                _beyond(plain, before),
                _beyond(plain, full),
                f"{features:.0f}",
                f"{features * (POINT_BYTES + DESCRIPTOR_BYTES) / 1000:.0f}",
            )
        )
    print_table(
        f"Processor milliseconds a picture, median of the quickest of {ROUNDS} turns (of all turns); "
        f"wanted: {TARGET_MS} for the features",
        ("picture", "hashes", "features before", "features", "points", "kB stored"),
        lines,
    )
    _parts()
    _through_the_pool()


def _beyond(plain: np.ndarray, full: np.ndarray) -> str:
    """Answer what more than hashes alone is spent on a picture, in its quickest turns and in all."""
    quickest = median(full.min(axis=0) - plain.min(axis=0))
    return f"{quickest:.1f} ({median(full.ravel()) - median(plain.ravel()):.1f})"


def _kinds() -> Iterator[tuple[str, list[bytes]]]:
    for width, height, distinct in SIZES:
        yield f"photo {width}×{height}", jpegs(distinct, width=width, height=height, quality=88)
    photos = [_pixels(data) for data in jpegs(8, width=800, height=600, quality=88)]
    turned = [[*photos[at:], *photos[:at]][:4] for at in range(4)]
    yield "collage 2×2", [_jpeg(alter.collage(tiles, columns=2, cell=(400, 300))) for tiles in turned]
    yield "screenshot", [_jpeg(distort.screenshot(photos[at], seed=at)) for at in range(4)]


def _pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"))


def _jpeg(pixels: np.ndarray) -> bytes:
    target = BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=88)
    return target.getvalue()


def _busy_ms(data: bytes, *, with_features: bool) -> float:
    return _timed(lambda: measure(data, with_features=with_features))


def _timed(act: Callable[[], object]) -> float:
    start = thread_time()
    act()
    return 1000 * (thread_time() - start)


def _before() -> AbstractContextManager[object]:
    """Look at pictures at the working sizes of ``rootsift-512/1``, while this is entered."""
    return patch.multiple(local, WORKING_SIDE=512, COLLAGE_SIDE=768)


def _parts() -> None:
    """Print where the time goes for a large photo, at both sizes."""
    (data,) = jpegs(1, width=4032, height=3024, quality=88)
    head = jpeg.header(data)
    lines = []
    for what, sizes in (("before", _before()), ("now", nullcontext())):
        with sizes:
            pixels = jpeg.pixels(data, head, exact=False)
            grey = local.working_picture(np.asarray(pixels))
            parts: tuple[Callable[[], object], ...] = (
                lambda: jpeg.pixels(data, head, exact=False),
                partial(local.working_picture, np.asarray(pixels)),
                partial(has_seams, grey),
                partial(local.local_features, grey),
            )
            spent = [min(_timed(part) for _ in range(2 * ROUNDS)) for part in parts]
        lines.append((what, *(f"{each:.1f}" for each in spent)))
    print_table(
        "Parts of a photo of 12 megapixels, the quickest of several, processor milliseconds",
        ("sizes", "decoding", "to the working size", "looking for seams", "points and their description"),
        lines,
    )


def _through_the_pool() -> None:
    """Print the rate of one sandboxed process in both ways."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, data in enumerate(jpegs(THROUGH_THE_POOL, width=1600, height=1200, quality=88)):
            paths.append(Path(folder) / str(number))
            paths[-1].write_bytes(data)
        for with_features in (False, True):
            with DecoderPool(workers=1, mode=PdqMode.FAST, with_features=with_features) as pool:
                start = perf_counter()
                jobs = (Job(key, partial(os.open, path, os.O_RDONLY)) for key, path in enumerate(paths))
                answers = sum(1 for _ in pool.measure_all(jobs))
            rate = answers / (perf_counter() - start)
            what = "with local features" if with_features else "hashes only"
            print(f"One sandboxed process, {what}: {rate:.1f} photos of 1600×1200 a second")


if __name__ == "__main__":
    main()
