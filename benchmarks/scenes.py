"""How often two views of one place are linked, and two places are taken for one.

The places of the reference data, where it lies beside the checkout, and drawn rooms whose furniture is
moved after every second view.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks.collection import VIEWS_A_ROOM, room_view
from benchmarks.reference_photos import FOLDER
from benchmarks.tables import print_table
from cairn.fingerprints.local import local_features, working_picture
from cairn.linking.keypoints import keypoints
from cairn.linking.policy import SCENE_1
from cairn.linking.scene import evidence_weight, scene_agreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.types import LocalFeatures

ROOMS = 20
STRANGE_PAIRS = 2000
WEIGHTS = (6, 8, 10, 12, 15, 20, 30)
CORES = os.cpu_count() or 1

View = tuple[str, "LocalFeatures"]


def main() -> None:
    """Measure, and print the share of pairs at each weight of evidence."""
    with ProcessPoolExecutor(CORES) as workers:
        rooms = list(workers.map(_room, range(ROOMS * VIEWS_A_ROOM)))
        views: list[View] = [(f"room {number // VIEWS_A_ROOM}", found) for number, found in enumerate(rooms)]
        views += list(_photographed())
        same = [pair for pair in combinations(views, 2) if pair[0][0] == pair[1][0]]
        strange = [pair for pair in combinations(views, 2) if pair[0][0] != pair[1][0]]
        chosen = np.random.default_rng(1).permutation(len(strange))[:STRANGE_PAIRS]
        lines = []
        kinds = dict.fromkeys(_kind(pair[0]) for pair in same)
        for kind in kinds:
            mine = [pair for pair in same if _kind(pair[0]) == kind]
            lines.append(_line(f"same place: {kind}", list(workers.map(_weight, mine, chunksize=4))))
        others = list(workers.map(_weight, [strange[at] for at in chosen], chunksize=16))
        lines.append(_line("different places", others))
    print_table(
        f"Share of pairs with at least so much evidence ({SCENE_1.name})",
        ("pairs", "count", *map(str, WEIGHTS), "most"),
        lines,
    )


def _room(number: int) -> LocalFeatures:
    return local_features(working_picture(room_view(number)))


def _photographed() -> Iterator[View]:
    """Answer the photographed places of the reference data."""
    for path in sorted((FOLDER / "scenes").glob("*/*.*")):
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        yield path.parent.name, local_features(working_picture(pixels))


def _kind(view: View) -> str:
    return "drawn rooms" if view[0].startswith("room ") else view[0]


def _weight(pair: tuple[View, View]) -> int:
    found = scene_agreement(keypoints(pair[0][1]), keypoints(pair[1][1]), policy=SCENE_1)
    return evidence_weight(found.on_planes, found.in_motion)


def _line(what: str, weights: list[int]) -> tuple[object, ...]:
    found = np.array(weights)
    shares = (f"{(found >= weight).mean():.3f}" for weight in WEIGHTS)
    return (what, len(found), *shares, found.max())
