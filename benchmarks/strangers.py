"""How often two unrelated pictures are linked, by the way that a node goes.

Drawn pictures, each of its own seed and so unlike all others, and the photos of the reference data are put
into an index. Some of them ask it, as a file of a check does: the best twenty candidates are compared point
by point, and nothing else can be linked. Every pair of an asking picture and another could have been linked.
Every eighth picture is a collage of four small ones, which is looked at at a larger size.

Points and answers are kept in ``CAIRN_BENCH_FOLDER``, where it is set: a run that was stopped goes on there,
and more pictures may ask in a later one; those of another method of points begin anew. With
``CAIRN_BENCH_ASKED=0`` it reports what there is.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import numpy as np

from benchmarks.collection import drawn, photos
from benchmarks.tables import print_table
from cairn.fingerprints.local import (
    COLLAGE_SIDE,
    FRAME_SIDE,
    WORKING_SIDE,
    local_features,
    working_picture,
)
from cairn.index.local import IVFPQ_VOTES, create_local, open_local
from cairn.linking.altered import altered_copy
from cairn.linking.policy import ALTERED_10_11
from cairn.services.features.codebook_size import cells_for
from cairn.synthetic.alterations import collage
from cairn.types import LOCAL_METHOD, LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURES = int(os.environ.get("CAIRN_BENCH_PICTURES", "400"))
ASKED = int(os.environ.get("CAIRN_BENCH_ASKED", "120"))
"""1,400 of 3,600 make four million pairs."""
CORES = os.cpu_count() or 1
BATCH = 60
FIRST = 100_000
"""Far from the numbers of pictures that other benchmarks draw."""
SIZE = (512, 384)
A_COLLAGE = 8
TILE = (400, 300)
MILLION = 1_000_000


def main() -> None:
    """Measure, and print the rate with its confidence interval."""
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as fresh, ProcessPoolExecutor(CORES) as workers:
        folder = Path(os.environ.get("CAIRN_BENCH_FOLDER", fresh)) / LOCAL_METHOD.replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        batches = range(0, PICTURES, BATCH)
        list(workers.map(partial(_keep, folder), batches))
        recorded = _recorded(folder)
        _index(folder, recorded)
        asking = _asking(len(recorded))
        if len(asking):
            list(workers.map(partial(_ask, folder), np.array_split(asking, 8 * CORES)))
        _report(folder, recorded)


def picture(number: int) -> np.ndarray:
    """Answer a picture that no other number has anything to do with."""
    if number % A_COLLAGE:
        return drawn(FIRST + number, SIZE)
    tiles = [drawn(2 * FIRST + 4 * number + tile, TILE) for tile in range(4)]
    return collage(tiles, columns=2, cell=TILE)


def _features(pixels: np.ndarray) -> LocalFeatures:
    return local_features(working_picture(pixels))


def _asking(count: int) -> np.ndarray:
    """Answer which of so many pictures ask: evenly chosen, so that every kind does, always in one order."""
    return np.random.default_rng(7).permutation(count)[:ASKED]


def _keep(folder: Path, start: int) -> None:
    """Look for the points of one batch of pictures, where it is not kept already."""
    target = _points(folder, start)
    if target.exists():
        return
    columns: dict[str, np.ndarray] = {}
    for number in range(start, min(start + BATCH, PICTURES)):
        found = _features(picture(number))
        columns[f"{number}.size"] = np.array([found.width, found.height])
        columns[f"{number}.points"] = np.frombuffer(found.points, np.uint8)
        columns[f"{number}.descriptors"] = np.frombuffer(found.descriptors, np.uint8)
    half = folder / f"half-{start}.npz"
    np.savez(half, **columns)  # type: ignore[arg-type]
    half.replace(target)


def _points(folder: Path, start: int) -> Path:
    return folder / f"points-{start}-{min(start + BATCH, PICTURES)}.npz"


def _kept(folder: Path, start: int) -> Iterator[LocalFeatures]:
    with np.load(_points(folder, start)) as columns:
        for number in range(start, min(start + BATCH, PICTURES)):
            width, height = map(int, columns[f"{number}.size"])
            points, descriptors = columns[f"{number}.points"], columns[f"{number}.descriptors"]
            yield LocalFeatures(width, height, points.tobytes(), descriptors.tobytes())


@cache
def _recorded(folder: Path) -> list[LocalFeatures]:
    """Answer the points of all pictures; every process reads them once, too many to hand over."""
    drawn_ones = [found for start in range(0, PICTURES, BATCH) for found in _kept(folder, start)]
    return [*drawn_ones, *map(_features, photos())]


def _index(folder: Path, recorded: list[LocalFeatures]) -> None:
    """Make the index as a node does, where it is not there already."""
    place = folder / f"index-of-{len(recorded)}"
    if place.exists():
        return
    cells, examples = cells_for(len(recorded), most_cells=None)
    half = folder / "half-index"
    shutil.rmtree(half, ignore_errors=True)
    create_local(half, recorded[:examples], cells=cells)
    with open_local(half, writable=True) as index:
        index.add(enumerate(recorded))
        index.compact()
    half.rename(place)


def _ask(folder: Path, asking: np.ndarray) -> None:
    """Ask with some pictures, and write down of each what was compared and what linked."""
    recorded = _recorded(folder)
    faiss.omp_set_num_threads(1)
    with open_local(folder / f"index-of-{len(recorded)}") as index:
        for number in map(int, asking):
            answer = _answer(folder, recorded, number)
            if answer.exists():
                continue
            found = index.candidates(recorded[number], stage=IVFPQ_VOTES).id.tolist()
            compared = [other for other in found if other != number]
            links = [other for other in compared if _is_linked(recorded[number], recorded[other])]
            answer.write_text(json.dumps({"compared": compared, "links": links}))


def _answer(folder: Path, recorded: list[LocalFeatures], number: int) -> Path:
    return folder / f"answer-of-{len(recorded)}-{number}.json"


def _is_linked(one: LocalFeatures, other: LocalFeatures) -> bool:
    return altered_copy(one, other, policy=ALTERED_10_11) is not None


def _report(folder: Path, recorded: list[LocalFeatures]) -> None:
    """Print the links among the pairs that could have been linked, for each pair of working sizes."""
    sides = [_side(each) for each in recorded]
    pairs: Counter[str] = Counter()
    links: dict[str, set[tuple[int, int]]] = {}
    waiting = Counter(sides)
    compared = 0
    asking = [number for number in range(len(recorded)) if _answer(folder, recorded, number).exists()]
    for number in asking:
        waiting[sides[number]] -= 1  # A pair counts once, whichever of the two asks.
        for side, count in waiting.items():
            pairs[_sizes(sides[number], side)] += count
        answer = json.loads(_answer(folder, recorded, number).read_text())
        compared += len(answer["compared"])
        for other in answer["links"]:
            pair = (min(number, other), max(number, other))
            links.setdefault(_sizes(sides[number], sides[other]), set()).add(pair)
    found = sorted(set().union(*links.values()))
    lines = [_line(sizes, count, len(links.get(sizes, ()))) for sizes, count in sorted(pairs.items())]
    print_table(
        f"Links among unrelated pictures: {len(asking)} of {len(recorded)} asked, {compared:,} compared",
        ("working sizes, px", "pairs", "linked", "a million", "95 % confidence, a million"),
        [*lines, _line("all", pairs.total(), len(found))],
    )
    print("Linked:", found or "none")


def _side(features: LocalFeatures) -> int:
    return COLLAGE_SIDE if max(features.width, features.height) > FRAME_SIDE else WORKING_SIDE


def _sizes(one: int, other: int) -> str:
    return f"{min(one, other)} and {max(one, other)}"


def _line(what: str, pairs: int, links: int) -> tuple[str, ...]:
    low, high = interval(links)
    scale = MILLION / max(pairs, 1)
    return what, f"{pairs:,}", str(links), f"{links * scale:.2f}", f"{low * scale:.2f} to {high * scale:.2f}"


def interval(events: int, *, outside: float = 0.05) -> tuple[float, float]:
    """Answer between which means so many rare events are expected: exact, for the law of Poisson.

    Where there was none, the whole of ``outside`` lies above: the rule of three.

    Source: Garwood, "Fiducial limits for the Poisson distribution", 1936.
    """
    if not events:
        return 0.0, _mean_with(0, outside)
    return _mean_with(events - 1, 1 - outside / 2), _mean_with(events, outside / 2)


def _mean_with(most: int, chance: float) -> float:
    """Answer the mean with which at most so many events have this chance."""
    low, high = 0.0, 10.0 * (most + 10)
    for _ in range(80):
        middle = (low + high) / 2
        term = total = exp(-middle)
        for step in range(1, most + 1):
            term *= middle / step
            total += term
        low, high = (middle, high) if total > chance else (low, middle)
    return (low + high) / 2


if __name__ == "__main__":
    main()
