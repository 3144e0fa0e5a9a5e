"""How often different pictures are linked because all carry the same caption, frame or bars of an app.

And what leaving over-common points out of the comparison buys: they are learnt on one part of the crowd, as a
node learns them, and left out of the others before these are compared. A crop of each picture must still be
linked to it.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.altering import OTHERS, ROWS, Case
from benchmarks.collection import drawn, photos
from benchmarks.tables import print_table
from cairn.fingerprints.local import local_features, working_picture
from cairn.linking.altered import altered_copy
from cairn.linking.keypoints import keypoints
from cairn.linking.over_common import OverCommon, Pattern, as_array, frame_of
from cairn.linking.policy import ALTERED_10_11
from cairn.synthetic import alterations as alter
from cairn.synthetic import distortions as distort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from cairn.types import LocalFeatures

    Pixels = NDArray[np.uint8]

LEARNT_ON = 20
LEFT_BY_CROP = 0.6
DRAWN = int(os.environ.get("CAIRN_BENCH_DRAWN", "16"))
CORES = os.cpu_count() or 1

ROWS_ASKED = ("screenshot", "crop 50 %", "big caption", "collage 2×2", "turned by 5°")

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
    pictures = [*photos(), *map(drawn, range(DRAWN))]
    order = np.random.default_rng(3).permutation(len(pictures))
    lines = []
    recall: list[tuple[str, str, str]] = []
    with ProcessPoolExecutor(CORES) as workers:
        for name, carry in CROWDS.items():
            crowd = [carry(pictures[at]) for at in order]
            points = list(workers.map(_points, crowd))
            crops = list(
                workers.map(_points, [alter.cropped(each, LEFT_BY_CROP) for each in crowd[LEARNT_ON:]])
            )
            common, others = _learnt(points[:LEARNT_ON]), points[LEARNT_ON:]
            for words, cut in (("as it is", OverCommon([])), ("without over-common points", common)):
                asked = [cut.out_of(each)[0] for each in others]
                pairs = [(asked[one], others[other]) for one, other in combinations(range(len(others)), 2)]
                linked = sum(workers.map(_is_linked, pairs, chunksize=16))
                copies = [(cut.out_of(crop)[0], whole) for crop, whole in zip(crops, others, strict=True)]
                found = sum(workers.map(_is_linked, copies))
                lines.append((name, words, f"{linked} of {len(pairs)}", f"{found} of {len(copies)}"))
            if name == "the same app":
                recall += _recall([pictures[at] for at in order[LEARNT_ON:]], common, workers)
    print_table(
        "Altered copies that are linked to their original, before and after the app's frame is left out",
        ("alteration", "as it is", "without over-common points"),
        recall,
    )
    print_table(
        f"Links between different pictures that carry the same, and of crops, {len(pictures)} pictures",
        ("all carry", "compared", "different, linked", "crops, linked"),
        lines,
    )


def _recall(
    pictures: Sequence[Pixels], common: OverCommon, workers: ProcessPoolExecutor
) -> Iterator[tuple[str, str, str]]:
    """Yield how many altered copies are linked to their original, with and without what a crowd taught."""
    wholes = list(workers.map(_points, pictures))
    for row in ROWS_ASKED:
        altered = [
            ROWS[row](Case(pixels, number, [*pictures[number + 1 :], *pictures[:number]][:OTHERS]))
            for number, pixels in enumerate(pictures)
        ]
        copies = list(zip(workers.map(_points, altered), wholes, strict=True))
        cut = [(common.out_of(copy)[0], whole) for copy, whole in copies]
        before, after = (sum(workers.map(_is_linked, each, chunksize=4)) for each in (copies, cut))
        yield row, f"{before} of {len(copies)}", f"{after} of {len(copies)}"


def _points(pixels: Pixels) -> LocalFeatures:
    return local_features(working_picture(pixels))


def _learnt(sample: Sequence[LocalFeatures]) -> OverCommon:
    """Answer what the node would learn from these, were they recorded in several cases."""
    frame = frame_of([keypoints(each) for each in sample])
    if frame is None:
        return OverCommon([])
    return OverCommon([Pattern("learnt", len(frame.stands_in), as_array(frame.descriptors))])


def _is_linked(pair: tuple[LocalFeatures, LocalFeatures]) -> bool:
    return altered_copy(*pair, policy=ALTERED_10_11) is not None


if __name__ == "__main__":
    main()
