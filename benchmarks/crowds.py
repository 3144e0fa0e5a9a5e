"""How often different pictures are linked because all carry the same caption, frame or bars of an app.

And what leaving over-common points out of the comparison would buy: points that many pictures of a sample
share are learnt on one part of the crowd, and taken away from the others before these are compared. A crop of
each picture must still be linked to it.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.collection import drawn, photos
from benchmarks.tables import print_table
from cairn.fingerprints.local import local_features, working_picture
from cairn.linking.altered import best_agreement, is_enough
from cairn.linking.keypoints import keypoints
from cairn.linking.policy import ALTERED_10_11
from cairn.synthetic import alterations as alter
from cairn.synthetic import distortions as distort

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cairn.linking.keypoints import Keypoints

    Pixels = NDArray[np.uint8]

LEARNT_ON = 20
LEAST_PICTURES = 8
"""A point is over-common where so many of the others that are learnt on have one like it."""
ALIKE = 180.0
"""Descriptions nearer than this show the same thing; unlike things are about 614 apart."""
LEFT_BY_CROP = 0.6
CORES = os.cpu_count() or 1

CROWDS: dict[str, Callable[[Pixels], Pixels]] = {
    "small caption": partial(alter.captioned, text="see you soon", share=0.06),
    "big caption": partial(alter.captioned, text="LOOK AT THIS", share=0.2),
    "caption in a frame": lambda pixels: alter.bordered(
        alter.captioned(pixels, "see you soon dear friends", share=0.12), 0.05
    ),
    "the same app": lambda pixels: distort.screenshot(pixels, seed=1),
}


def main() -> None:
    """Measure, and print how many pairs are linked with and without over-common points."""
    pictures = photos() or [drawn(number) for number in range(44)]
    order = np.random.default_rng(3).permutation(len(pictures))
    lines = []
    with ProcessPoolExecutor(CORES) as workers:
        for name, carry in CROWDS.items():
            crowd = [carry(pictures[at]) for at in order]
            points = list(workers.map(_points, crowd))
            crops = list(
                workers.map(_points, [alter.cropped(each, LEFT_BY_CROP) for each in crowd[LEARNT_ON:]])
            )
            common = over_common(points[:LEARNT_ON])
            others = points[LEARNT_ON:]
            for words, cut in (("as it is", None), ("without over-common points", common)):
                kept = [_without(each, cut) for each in others]
                pairs = list(combinations(kept, 2))
                linked = sum(workers.map(_is_linked, pairs, chunksize=16))
                copies = [(_without(crop, cut), whole) for crop, whole in zip(crops, kept, strict=True)]
                found = sum(workers.map(_is_linked, copies))
                lines.append((name, words, f"{linked} of {len(pairs)}", f"{found} of {len(copies)}"))
    print_table(
        f"Links between different pictures that carry the same, and of crops, {len(pictures)} pictures",
        ("all carry", "compared", "different, linked", "crops, linked"),
        lines,
    )


def over_common(sample: Sequence[Keypoints]) -> NDArray[np.float32]:
    """Answer the descriptions that at least ``LEAST_PICTURES`` other pictures of a sample have too."""
    found = [np.empty((0, 128), np.float32)]
    for mine in sample:
        met = np.zeros(len(mine), np.int64)
        for other in sample:
            if other is not mine:
                met += _are_alike(mine.descriptors, other.descriptors)
        found.append(mine.descriptors[met >= LEAST_PICTURES])
    return np.concatenate(found)


def _points(pixels: Pixels) -> Keypoints:
    return keypoints(local_features(working_picture(pixels)))


def _without(points: Keypoints, common: NDArray[np.float32] | None) -> Keypoints:
    if common is None or not len(common):
        return points
    kept = ~_are_alike(points.descriptors, common)
    return replace(
        points,
        positions=points.positions[kept],
        sizes=points.sizes[kept],
        angles=points.angles[kept],
        descriptors=points.descriptors[kept],
    )


def _are_alike(mine: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Answer which of mine have one alike among the others."""
    length = np.einsum("ij,ij->i", mine, mine)[:, np.newaxis] + np.einsum("ij,ij->i", others, others)
    return np.asarray(((length - 2 * mine @ others.T) < ALIKE**2).any(axis=1), np.bool_)


def _is_linked(pair: tuple[Keypoints, Keypoints]) -> bool:
    found = best_agreement(*pair, policy=ALTERED_10_11)
    return found is not None and is_enough(found, ALTERED_10_11)


if __name__ == "__main__":
    main()
