"""How the first stage of the detailed comparison grows: time, bytes and recall at some sizes.

The originals of the altered copies that are asked for are true pictures, and so are others that the codebook
is trained on, with every description moved a little some times over. Those that fill the index are made, cell
by cell, of the quantised features of these others: each quarter of a code is another feature's, and its
geometry is its own. Time and bytes are the product's own; recall among true pictures may be another.

The indexes are kept in ``CAIRN_BENCH_FOLDER``, where it is set, for a later run of as many cells: a million
pictures take some 15 minutes and 13 GB. What they were made of is not looked at again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Final

import faiss
import numpy as np

from benchmarks.altering import OTHERS, ROWS, Case
from benchmarks.collection import drawn, photos
from benchmarks.tables import print_table
from cairn.fingerprints.local import local_features, working_picture
from cairn.index import codebook as codebooks
from cairn.index.codebook_training import LEAST_A_CELL, train
from cairn.index.local import IVFPQ_VOTES, open_local
from cairn.index.local_rows import KEPT_FEATURES, Described, described
from cairn.index.local_writing import SLOT_SHIFT, SortedRows, Stretch, sorted_rows, write_sources
from cairn.index.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.index.codebook import Codebook
    from cairn.index.local import LocalIndex
    from cairn.types import LocalFeatures

SIZES = tuple(int(size) for size in os.environ.get("CAIRN_BENCH_SIZES", "10000,30000,100000").split(","))
CELLS = int(os.environ.get("CAIRN_BENCH_CELLS", "65536"))
DRAWN = int(os.environ.get("CAIRN_BENCH_DRAWN", "300"))
ASKED = int(os.environ.get("CAIRN_BENCH_ASKED", "12"))
THREADS = int(os.environ.get("CAIRN_BENCH_THREADS", "1"))
WARMING = 9
"""Every so manieth copy asks once before the clock runs: a page of the file is slow when it is first met."""
FIRST_MADE = 1_000_000
AT_ONCE = 1 << 16
NOISE = 8.0
"""By so much every number of a description is moved, of 255."""
CORES = os.cpu_count() or 1
_NOBODY: Final = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Pictures that never were, as a source of features.

    Attributes:
        true: What they are made of.
        media: ``(pictures,) uint64``.
        sizes: ``(cells,) uint32``, in proportion to the true features.
    """

    true: SortedRows
    media: NDArray[np.uint64]
    sizes: NDArray[np.uint32]

    def stretch(self, first: int, last: int) -> Stretch:
        """Answer made features of some cells, always the same."""
        random = np.random.default_rng(first)
        sizes = self.sizes[first:last].astype(np.int64)
        cell = np.repeat(np.arange(first, last), sizes)
        low = np.searchsorted(self.true.features.cell, np.arange(first, last))
        start, among = np.repeat(low, sizes), np.repeat(self.true.sizes[first:last].astype(np.int64), sizes)
        quarters = np.ascontiguousarray(self.true.features.code).view(np.uint32)
        code = np.empty((len(cell), 4), np.uint32)
        for quarter in range(4):
            code[:, quarter] = quarters[start + random.integers(0, among), quarter]
        slot = random.integers(0, len(self.media), len(cell)).astype(np.uint64)
        entry = (slot << SLOT_SHIFT) | random.integers(0, 1 << 32, len(cell)).astype(np.uint64)
        return Stretch(cell, code.view(np.uint8), entry).select(np.lexsort((entry, cell)))


def main() -> None:
    """Measure, and print a line for each size."""
    faiss.omp_set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as fresh, ProcessPoolExecutor(CORES) as workers:
        folder = Path(os.environ.get("CAIRN_BENCH_FOLDER", fresh))
        pictures = _pictures()
        cases = [(number, row) for number in range(min(ASKED, len(pictures))) for row in ROWS]
        copies = list(workers.map(_altered, *zip(*cases, strict=True), chunksize=4))
        asked = [(*case, copy) for case, copy in zip(cases, copies, strict=True)]
        if missing := [size for size in SIZES if not (folder / str(size)).exists()]:
            _build(folder, missing, workers)
        lines = []
        for size in SIZES:
            with open_local(folder / str(size)) as index:
                lines.append((f"{size:,}", *_line(index, asked, size)))
    print_table(
        f"The first stage, {CELLS:,} cells, {len(cases)} altered copies, threads: {THREADS}",
        (
            "pictures",
            "cells looked at",
            "bytes each",
            "one group, ms",
            "a quarter hidden, ms",
            "busy ms",
            "p95 ms",
            "first",
            "among 20",
        ),
        lines,
    )


def _build(folder: Path, sizes: list[int], workers: ProcessPoolExecutor) -> None:
    """Train a codebook, and make an index of each size with it."""
    features = list(workers.map(_features, _pictures()))
    others = [*features[ASKED:], *workers.map(_drawn, range(DRAWN))]
    examples = _moved(np.concatenate([described(each).descriptions for each in others]))
    started = perf_counter()
    codebook = train(examples, cells=CELLS)
    print(f"{CELLS:,} cells trained in {perf_counter() - started:.0f} s")
    true = _quantised(codebook, examples)
    for size in sizes:
        half = folder / f"half-{size}"
        shutil.rmtree(half, ignore_errors=True)
        codebooks.save(half, codebook)
        with open_local(half, writable=True) as index:
            index.add(enumerate(features[:ASKED]))
            index.compact()
            started = perf_counter()
            _add_made(index, true, size)
            print(f"{size:,} pictures written in {perf_counter() - started:.0f} s")
        half.rename(folder / str(size))


def _moved(true: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer descriptions, and each moved a little as often as a codebook needs more to learn from."""
    times = -(-LEAST_A_CELL * CELLS // len(true))
    examples = np.tile(true, (times, 1))
    random = np.random.default_rng(5)
    for start in range(len(true), len(examples), AT_ONCE):
        some = examples[start : start + AT_ONCE]
        some += random.normal(0, NOISE, some.shape).astype(np.float32)
    return np.clip(examples, 0, 255, out=examples)


def _quantised(codebook: Codebook, examples: NDArray[np.float32]) -> SortedRows:
    """Answer what the made pictures are made of."""
    coarse = codebooks.coarse(codebook)
    nowhere = np.zeros((len(examples), 4), np.uint8)
    values = np.concatenate(
        [
            codebooks.encode(coarse, Described(examples[start:end], nowhere[start:end]))
            for start in range(0, len(examples), AT_ONCE)
            for end in (min(start + AT_ONCE, len(examples)),)
        ]
    )
    rows = Rows(np.zeros(len(values), np.uint64), np.zeros(len(values), np.uint32), values)
    return sorted_rows(rows, len(codebook.cells))


def _add_made(index: LocalIndex, true: SortedRows, size: int) -> None:
    """Add so many made pictures as one segment."""
    shares = true.sizes * (size * KEPT_FEATURES / int(true.sizes.sum()))
    media = np.arange(FIRST_MADE, FIRST_MADE + size, dtype=np.uint64)
    made = Made(true, media, np.round(shares).astype(np.uint32))
    catalogue = index._writer()._catalogue  # noqa: SLF001 - it goes in as a merge would
    part = catalogue._new_segment(lambda path: write_sources(path, [(made, _NOBODY)], _NOBODY))  # noqa: SLF001
    catalogue.swap((*catalogue.parts[:-1], part, catalogue.parts[-1]))


def _line(index: LocalIndex, asked: list[tuple[int, str, LocalFeatures]], size: int) -> tuple[str, ...]:
    """Answer what it takes to ask, and how often the original was found."""
    wall, busy, ranks, alone = [], [], [], []
    missed: Counter[str] = Counter()
    for _, _, copy in asked[::WARMING]:
        index.candidates(copy, stage=IVFPQ_VOTES)
    for number, row, copy in asked:
        at = perf_counter()
        index.candidates(copy, stage=IVFPQ_VOTES)
        alone.append(1000 * (perf_counter() - at))
        at, busy_at = perf_counter(), thread_time()
        visible, _ = index.grouped(copy, stage=IVFPQ_VOTES, groups=2, group_of=_hidden)
        found = visible.id.tolist()
        wall.append(1000 * (perf_counter() - at))
        busy.append(1000 * (thread_time() - busy_at))
        ranks.append(found.index(number) if number in found else len(found))
        missed[row] += number not in found
    print("not among 20:", ", ".join(f"{row} {count}" for row, count in missed.items() if count) or "none")
    figures = (median(alone), median(wall), median(busy), np.percentile(wall, 95))
    coverage = index.coverage().entries
    return (
        f"{IVFPQ_VOTES.probes_in(coverage, CELLS)}",
        f"{index.stats().size_bytes / size:,.0f}",
        *(f"{figure:.0f}" for figure in figures),
        *(f"{np.mean([rank < most for rank in ranks]):.3f}" for most in (1, 20)),
    )


def _hidden(media: NDArray[np.uint64]) -> NDArray[np.int8]:
    """Answer that a quarter of the made pictures belongs to somebody else."""
    return np.asarray((media >= FIRST_MADE) & (media % 4 == 0), np.int8)


def _altered(number: int, row: str) -> LocalFeatures:
    pictures = _pictures()
    others = [*pictures[number + 1 :], *pictures[:number]][:OTHERS]
    return _features(ROWS[row](Case(pictures[number], number, others)))


@cache
def _pictures() -> list[np.ndarray]:
    return photos() or [drawn(DRAWN + number) for number in range(ASKED)]


def _drawn(number: int) -> LocalFeatures:
    return _features(drawn(number))


def _features(pixels: np.ndarray) -> LocalFeatures:
    return local_features(working_picture(pixels))
