"""What looking for local features costs, beside the rest of fingerprinting.

Processor time of one photo in one thread, so that a busy machine changes it little; the two sides take turns
on the same photos. Then photos a second through the decoder pool, with and without features.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time

from benchmarks.photos import jpegs
from benchmarks.tables import print_table
from cairn.fingerprints import measure
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.types import DESCRIPTOR_BYTES, POINT_BYTES, PdqMode

ROUNDS = 5
SIZES = ((500, 375, 8), (1600, 1200, 8), (4032, 3024, 4))
TARGET_MS = 60


def main() -> None:
    """Measure photos of three sizes."""
    lines = []
    for width, height, distinct in SIZES:
        files = jpegs(distinct, width=width, height=height, quality=88)
        plain, full = [], []
        for _ in range(ROUNDS):
            plain += [_busy_ms(data, with_features=False) for data in files]
            full += [_busy_ms(data, with_features=True) for data in files]
        features = [len(measure(data, with_features=True).picture.features or ()) for data in files]
        without, with_features = median(plain), median(full)
        lines.append(
            (
                f"{width}×{height}",
                f"{without:.1f}",
                f"{with_features:.1f}",
                f"{with_features - without:.1f}",
                f"{min(full) - min(plain):.1f}",
                f"{median(features):.0f}",
                f"{median(features) * (POINT_BYTES + DESCRIPTOR_BYTES) / 1000:.0f}",
            )
        )
    print_table(
        f"Local features: processor milliseconds a photo (wanted: at most {TARGET_MS} for the features)",
        ("photo", "hashes", "with features", "features alone", "of the quickest", "points", "kB stored"),
        lines,
    )
    _through_the_pool()


def _busy_ms(data: bytes, *, with_features: bool) -> float:
    start = thread_time()
    measure(data, with_features=with_features)
    return 1000 * (thread_time() - start)


def _through_the_pool() -> None:
    """Print the rate of one sandboxed process in both ways."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, data in enumerate(jpegs(30, width=1600, height=1200, quality=88)):
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
