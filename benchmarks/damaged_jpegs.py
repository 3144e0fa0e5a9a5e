"""What becomes of a JPEG that ends early, and how far a hash moves when rows are missing."""

from __future__ import annotations

import numpy as np
from PIL import Image

from benchmarks.photos import as_file, picture
from benchmarks.reference_photos import reference_jpegs
from benchmarks.tables import distance_bits, print_table, summary
from cairn.errors import NotComparable
from cairn.fingerprints import examine, jpeg, operator
from cairn.fingerprints.measure import MINIMUM_QUALITY
from cairn.fingerprints.pdq import coefficients, hashes, quality
from cairn.types import PdqMode

BYTES_LEFT = (0.1, 0.2, 0.4, 0.8, 0.95, 0.99, 0.999)
ROWS_MISSING = (jpeg.MAXIMUM_MISSING_SHARE, 0.03, 0.05, 0.1, 0.2)
MATCH_BITS = 31
FILLER = 128
SMALLEST_SIDE = 200
"""Below, a share of the rows is not a whole number of them."""


def print_damaged() -> None:
    """Print both tables."""
    _print_truncated()
    _print_missing_rows()


def _print_truncated() -> None:
    """Print what Cairn answers to one picture cut at several places."""
    image = Image.fromarray(picture(3, width=1600, height=1200))
    lines = []
    for kind, progressive in (("baseline", False), ("progressive", True)):
        whole = as_file(image, "JPEG", {"quality": 90, "progressive": progressive})
        stored = examine(whole, mode=PdqMode.FAST).comparison
        for share in BYTES_LEFT:
            found = examine(whole[: int(len(whole) * share)], mode=PdqMode.FAST).comparison
            if isinstance(found, NotComparable) or isinstance(stored, NotComparable):
                answer = "not comparable"
            else:
                answer = f"compared, {distance_bits(found.hashes[0], stored.hashes[0])} bits away"
            lines.append((kind, f"{share:.1%}", answer))
    print_table("One JPEG of 1600×1200 that ends early", ("kind", "bytes left", "answer"), lines)


def _print_missing_rows() -> None:
    """Print how far hashes move when the lower rows are the decoder's grey."""
    moved: dict[float, list[int]] = {share: [] for share in ROWS_MISSING}
    for data in reference_jpegs():
        luma = _brightness(data)
        if luma is None or quality(operator.cells(luma)) < MINIMUM_QUALITY:
            continue
        whole = hashes(coefficients(operator.cells(luma)))[0]
        for share, distances in moved.items():
            cut = luma.copy()
            cut[round(len(cut) * (1 - share)) :] = FILLER
            distances.append(distance_bits(hashes(coefficients(operator.cells(cut)))[0], whole))
    print_table(
        f"Photos whose lower rows are missing, bits from the whole; a match is {MATCH_BITS} bits or less",
        ("missing", "photos", "mean", "most", "still a match"),
        [
            (f"{share:.1%}", len(found), *summary(found), _share_of_matches(found))
            for share, found in moved.items()
        ],
    )


def _share_of_matches(distances: list[int]) -> str:
    """Answer which share of the distances is still a match."""
    matches = sum(distance <= MATCH_BITS for distance in distances)
    return f"{matches / len(distances):.1%}" if distances else "–"


def _brightness(data: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]] | None:
    """Answer the sampled brightness of a JPEG, or ``None`` where it is small or cannot be decoded."""
    try:
        pixels = jpeg.pixels(data, jpeg.header(data), exact=False)
    except ValueError:
        return None
    if isinstance(pixels, NotComparable) or min(pixels.shape[:2]) < SMALLEST_SIDE:
        return None
    return np.array(operator.sampled(pixels)[:, :, 0])
