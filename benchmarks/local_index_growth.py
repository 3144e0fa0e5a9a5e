"""How the first stage of the detailed comparison grows: time, bytes and recall in indexes of some sizes.

The originals of the altered copies that are asked for are true pictures. The others are made of true
quantised features, dealt out anew: each made picture has features of many true ones, with a quarter of every
code changed and its geometry its own. The cells of the codebook are true descriptions that were drawn and not
trained, so that the benchmark ends the same day. Time and bytes are the product's own; recall among true
pictures may be another.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

import faiss
import numpy as np

from benchmarks.altering import OTHERS, ROWS, Case
from benchmarks.collection import drawn, photos
from benchmarks.tables import print_table
from cairn.fingerprints.local import local_features, working_picture
from cairn.index import codebook as codebooks
from cairn.index.local import IVFPQ_VOTES, open_local
from cairn.index.local_rows import CELL_BYTES, CODE_BYTES, KEPT_FEATURES, described
from cairn.index.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.index.local import LocalIndex
    from cairn.types import LocalFeatures

SIZES = tuple(int(size) for size in os.environ.get("CAIRN_BENCH_SIZES", "5000,20000,60000").split(","))
CELLS = int(os.environ.get("CAIRN_BENCH_CELLS", "16384"))
PICTURES = 60
ASKED = 6
ROWS_ASKED = ("crop 50 %", "screenshot", "big caption", "turned by 20°", "collage 2×2")
BATCH = 2000
FIRST_MADE = 1_000_000
CORES = os.cpu_count() or 1


def main() -> None:
    """Measure, and print a line for each size."""
    faiss.omp_set_num_threads(1)
    pictures = (photos() or [drawn(number) for number in range(PICTURES)])[:PICTURES]
    queries, asked = [], []
    for number in range(ASKED):
        others = [*pictures[number + 1 :], *pictures[:number]][:OTHERS]
        for row in ROWS_ASKED:
            queries.append(ROWS[row](Case(pictures[number], number, others)))
            asked.append(number)
    with ProcessPoolExecutor(CORES) as workers:
        features = list(workers.map(_features, pictures))
        copies = list(workers.map(_features, queries))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = _prepare(folder, features)
        lines = []
        with open_local(folder, writable=True) as index:
            index.add(enumerate(features))
            made = 0
            for size in SIZES:
                _fill(index, rows, made, size)
                made = size
                index.compact()
                index.settle()
                lines.append(_line(index, folder, size, list(zip(asked, copies, strict=True))))
    print_table(
        f"The first stage, {CELLS:,} cells, {IVFPQ_VOTES.probes} probes, {len(asked)} altered copies",
        ("pictures", "bytes each", "a query, ms", "busy ms", "original first", "among 20"),
        lines,
    )


def _prepare(folder: Path, features: Sequence[LocalFeatures]) -> np.ndarray:
    """Put a codebook of drawn cells into the folder, and answer the true rows that others are made of."""
    random = np.random.default_rng(5)
    descriptions = np.concatenate([described(each).descriptions for each in features])
    words = codebooks.train(descriptions, cells=64).words
    cells = descriptions[random.integers(0, len(descriptions), CELLS)]
    cells = np.clip(cells + random.normal(0, 8, cells.shape), 0, 255).astype(np.float32)
    codebook = codebooks.Codebook(cells, words)
    codebooks.save(folder, codebook)
    coarse = codebooks.coarse(codebook)
    engine = codebooks.engine(codebook, coarse)
    return np.concatenate([codebooks.encode(engine, described(each)) for each in features])


def _fill(index: LocalIndex, rows: np.ndarray, made: int, size: int) -> None:
    random = np.random.default_rng(made + 1)
    for start in range(made, size, BATCH):
        count = min(BATCH, size - start)
        values = rows[random.integers(0, len(rows), count * KEPT_FEATURES)]
        for _ in range(CODE_BYTES // 4):
            at = CELL_BYTES + random.integers(0, CODE_BYTES)
            values[:, at] = random.integers(0, 256, len(values), np.uint8)
        values[:, CELL_BYTES + CODE_BYTES :] = random.integers(0, 256, (len(values), 4), np.uint8)
        ids = np.repeat(
            np.arange(start, start + count, dtype=np.uint64) + np.uint64(FIRST_MADE), KEPT_FEATURES
        )
        index._writer().add(Rows(ids, np.zeros(len(ids), np.uint32), values))  # noqa: SLF001 - as the index itself adds


def _line(
    index: LocalIndex, folder: Path, size: int, asked: list[tuple[int, LocalFeatures]]
) -> tuple[str, ...]:
    wall, busy, ranks = [], [], []
    for number, copy in asked:
        at, busy_at = perf_counter(), thread_time()
        found = index.candidates(copy, stage=IVFPQ_VOTES).id.tolist()
        wall.append(1000 * (perf_counter() - at))
        busy.append(1000 * (thread_time() - busy_at))
        ranks.append(found.index(number) if number in found else len(found))
    size_bytes = sum(path.stat().st_size for path in _segments(folder))
    shares = (f"{np.mean([rank < most for rank in ranks]):.3f}" for most in (1, 20))
    return (f"{size:,}", f"{size_bytes / size:,.0f}", f"{median(wall):.0f}", f"{median(busy):.0f}", *shares)


def _segments(folder: Path) -> Iterator[Path]:
    return folder.glob("segment-*")


def _features(pixels: np.ndarray) -> LocalFeatures:
    return local_features(working_picture(pixels))
