"""How often an altered copy is linked to its original: PDQ and local features, one row an alteration.

Half of the pictures are drawn, the others are the harmless photos of the reference data, where that lies
beside the checkout. Every altered copy is compared with its original under the named policies.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.altering import OTHERS, ROWS, Case, wanted
from benchmarks.collection import drawn, photos
from benchmarks.tables import distance_bits, print_table
from cairn.fingerprints import operator
from cairn.fingerprints.local import local_features, working_picture
from cairn.fingerprints.pdq import pdq
from cairn.fingerprints.pillow import rgb_luma
from cairn.linking.altered import altered_copy
from cairn.linking.policy import ALTERED_10_11, PDQ_31
from cairn.types import PdqMode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.types import LocalFeatures, Pdq

    Pixels = NDArray[np.uint8]
    Scores = dict[str, tuple[bool, bool, bool]]

DRAWN = int(os.environ.get("CAIRN_BENCH_DRAWN", "36"))
"""More pictures make the figures finer, at about three seconds each on one core."""
CORES = os.cpu_count() or 1


def main() -> None:
    """Measure, and print a table for each kind of picture."""
    with ProcessPoolExecutor(CORES) as workers:
        _table("drawn pictures", list(workers.map(drawn, range(DRAWN))), workers)
        found = photos()
        if found:
            _table("photos of the reference data", found, workers)
        else:
            print("The reference data is not at hand, so photos were not measured.")


def _table(what: str, pictures: list[Pixels], workers: ProcessPoolExecutor) -> None:
    """Print how many of the pictures were recognised in each row."""
    work = partial(_scores, pictures)
    scores = list(workers.map(work, range(len(pictures)), chunksize=2))
    lines = []
    for row in ROWS:
        shares = np.mean([score[row] for score in scores], axis=0)
        mark = "" if shares[2] >= wanted(row) else " (below)"
        lines.append((row, *(f"{share:.3f}" for share in shares), f"{wanted(row):.2f}{mark}"))
    print_table(
        f"Share of altered copies that are linked to their original: {len(pictures)} {what}",
        ("alteration", "PDQ ≤ 31", "PDQ, 8 orientations", "local features", "wanted of these"),
        lines,
    )


def _scores(pictures: list[Pixels], number: int) -> Scores:
    """Answer for every row whether each way links the altered copy of one picture."""
    others = [pictures[(number + 3 + 7 * step) % len(pictures)] for step in range(2 * OTHERS)]
    kept = [other for other in others if other is not pictures[number]][:OTHERS]
    case = Case(pictures[number], number, kept)
    original, original_features = _fingerprints(case.pixels)
    scores = {}
    for row, alter in ROWS.items():
        copy, features = _fingerprints(alter(case))
        distances = [distance_bits(original.hashes[0], turned) for turned in copy.hashes]
        link = altered_copy(features, original_features, policy=ALTERED_10_11)
        near = PDQ_31.radius_bits
        scores[row] = (distances[0] <= near, min(distances) <= near, link is not None)
    return scores


def _fingerprints(pixels: Pixels) -> tuple[Pdq, LocalFeatures]:
    """Answer what is measured of a picture."""
    cells = operator.cells(rgb_luma(operator.sampled(pixels)))
    return pdq(cells, mode=PdqMode.EXACT), local_features(working_picture(pixels))
