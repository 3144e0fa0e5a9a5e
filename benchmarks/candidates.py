"""How often the first stage finds the original of an altered copy, how quickly, and in how many bytes.

Photos of the reference data are indexed among views of drawn rooms; the codebook has seen the rooms only.
Each photo is altered and asked for. Without the reference data, drawn pictures take the photos' place.
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
from benchmarks.collection import VIEWS_A_ROOM, drawn, photos, room_view
from benchmarks.tables import print_table
from cairn.fingerprints.local import local_features, working_picture
from cairn.index.local import IVFPQ_VOTES, create_local, open_local

if TYPE_CHECKING:
    from cairn.types import LocalFeatures

ROOMS = 72
CELLS = 256
ROWS_ASKED = tuple(
    row for row in ROWS if any(word in row for word in ("crop", "coll", "capt", "scr", "any", "pict"))
)
CORES = os.cpu_count() or 1


def _room(number: int) -> LocalFeatures:
    return _features(room_view(number))


def main() -> None:
    """Measure, and print the share of originals found and the cost."""
    with ProcessPoolExecutor(CORES) as workers:
        views = list(workers.map(_room, range(ROOMS * VIEWS_A_ROOM), chunksize=4))
        pictures = photos() or list(workers.map(drawn, range(44)))
    measure(views, pictures)


def measure(views: list[LocalFeatures], pictures: list[np.ndarray]) -> None:
    """Index everything, ask for every altered copy, and print."""
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create_local(folder, views[::4], cells=CELLS)
        with open_local(folder, writable=True) as index:
            index.add(enumerate(map(_features, pictures)))
            index.add(enumerate(views, start=1_000_000))
            index.compact()
            size = sum(path.stat().st_size for path in folder.glob("segment-*"))
            print(f"{len(pictures)} pictures among {len(views)} views of rooms, {CELLS} cells")
            print(f"{size / (len(pictures) + len(views)):,.0f} bytes a picture\n")
            lines, wall_ms, busy_ms = [], [], []
            ranks: list[int] = []
            for row in ROWS_ASKED:
                mine = []
                for number, pixels in enumerate(pictures):
                    others = [pictures[(number + 3 + 7 * step) % len(pictures)] for step in range(OTHERS)]
                    query = _features(ROWS[row](Case(pixels, number, others)))
                    wall, busy = perf_counter(), thread_time()
                    found = index.candidates(query, stage=IVFPQ_VOTES).id.tolist()
                    wall_ms.append(1000 * (perf_counter() - wall))
                    busy_ms.append(1000 * (thread_time() - busy))
                    mine.append(found.index(number) if number in found else len(found))
                ranks += mine
                lines.append((row, *(_share(mine, most) for most in (1, 10, 20))))
            lines.append(("all", *(_share(ranks, most) for most in (1, 10, 20))))
    print_table("Originals among the first candidates", ("alteration", "1", "10", "20"), lines)
    print(f"A query takes {median(wall_ms):.0f} ms, {median(busy_ms):.0f} ms of it busy, on one core")


def _features(pixels: np.ndarray) -> LocalFeatures:
    return local_features(working_picture(pixels))


def _share(ranks: list[int], most: int) -> str:
    return f"{np.mean([rank < most for rank in ranks]):.3f}"
