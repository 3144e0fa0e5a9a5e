"""What the exact search by cosine costs: every vector of a learnt model is compared with every query.

The vectors are random, for the cost is the same for any; the slope is what a larger node pays.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time

import numpy as np

from benchmarks.tables import print_table
from cairn.index.cosine import open_cosine

SIZES = (10_000, 50_000, 200_000)
NUMBERS = 256
QUERIES = 64
ROUNDS = 5
LEAST = 0.75


def main() -> None:
    """Measure indexes of three sizes, asked for one vector and for many at once."""
    lines = []
    for count in SIZES:
        with tempfile.TemporaryDirectory() as name:
            lines.append(_line(Path(name), count))
    print_table(
        f"Exact search by cosine, vectors of {NUMBERS} numbers",
        ("vectors", "bytes each", "one query, ms", "busy ms", f"each of {QUERIES} queries, ms", "busy ms"),
        lines,
    )


def _line(folder: Path, count: int) -> tuple[str, ...]:
    random = np.random.default_rng(1)
    with open_cosine(folder, model="m", size=NUMBERS, writable=True) as index:
        for start in range(0, count, 10_000):
            some = random.standard_normal((min(10_000, count - start), NUMBERS), np.float32)
            index.add(np.arange(start, start + len(some), dtype=np.uint64), _unit(some))
        index.compact()
        size = sum(path.stat().st_size for path in folder.glob("segment-*"))
        asked = _unit(random.standard_normal((QUERIES, NUMBERS), np.float32))
        cells = [f"{count:,}", f"{size / count:,.0f}"]
        for queries in (asked[:1], asked):
            wall, busy = [], []
            for _ in range(ROUNDS):
                at, busy_at = perf_counter(), thread_time()
                index.search(queries, least=LEAST)
                wall.append(1000 * (perf_counter() - at) / len(queries))
                busy.append(1000 * (thread_time() - busy_at) / len(queries))
            cells += [f"{median(wall):.2f}", f"{median(busy):.2f}"]
    return tuple(cells)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
