"""How far Cairn's PDQ hashes lie from the reference's, and from each other; makes the tables of the docs.

``docs/method/pdq.md`` holds what this prints.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

from PIL import Image

from benchmarks.damaged_jpegs import print_damaged
from benchmarks.photos import as_file, picture
from benchmarks.photos import jpeg as drawn_jpeg
from benchmarks.reference_photos import FOLDER, reference_jpegs
from benchmarks.scaled_decode import brightness_cells, scaled_cells
from benchmarks.tables import distance_bits, distances_bits, print_table, summary
from cairn.errors import NotComparable
from cairn.fingerprints import examine, jpeg, measure
from cairn.fingerprints.pdq import coefficients, hashes
from cairn.types import Pdq, PdqMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

COLUMNS = ("original", "rotate90", "rotate180", "rotate270", "flipx", "flipy", "flipplus1", "flipminus1")
MEGAPIXEL_CLASSES = ((0, 0.13), (0.13, 0.5), (0.5, 2.1), (2.1, 6), (6, 12), (12, 1000))
LARGE_PIXELS = 2_100_000
GENERATED = (
    (1920, 1080, 1.6),
    (2592, 1944, 1.0),
    (3264, 2448, 1.3),
    (4000, 3000, 1.0),
    (3024, 4032, 1.6),
    (6000, 4000, 2.0),
)
"""Width, height and roughness of the large pictures that are drawn; 1.0 is far rougher than photos are."""

FORMATS: tuple[tuple[str, str, dict[str, int | bool]], ...] = (
    ("JPEG, quality 90", "JPEG", {"quality": 90}),
    ("JPEG, quality 90, progressive", "JPEG", {"quality": 90, "progressive": True}),
    ("PNG", "PNG", {}),
    ("GIF, 256 colours", "GIF", {}),
    ("BMP", "BMP", {}),
    ("TIFF", "TIFF", {}),
    ("WebP, quality 90", "WEBP", {"quality": 90}),
    ("AVIF, quality 80", "AVIF", {"quality": 80}),
    ("HEIC, quality 80", "HEIF", {"quality": 80}),
    ("JPEG 2000", "JPEG2000", {}),
)


def main() -> None:
    """Print every table."""
    if not (FOLDER / "pdq").is_dir():
        print("The reference data is not beside this checkout: only drawn pictures are measured.\n")
    else:
        _print_conformance()
        _print_turned()
    drawn = [drawn_jpeg(picture(7, width=w, height=h, detail=d), 90) for w, h, d in GENERATED]
    _print_fast_against_exact([*reference_jpegs(), *drawn])
    _print_formats()
    print_damaged()


def _print_conformance() -> None:
    """Print the distances to the hashes of the reference C++ build, a kind of file a line."""
    folder = FOLDER / "pdq"
    bits: dict[tuple[PdqMode, str], list[int]] = defaultdict(list)
    off_quality: dict[tuple[PdqMode, str], int] = defaultdict(int)
    files: dict[str, int] = defaultdict(int)
    with (folder / "expected_cpp_native.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        kind = f"{row['file'].rpartition('.')[2].upper()}, {row['pillow_mode']}"
        expected = [bytes.fromhex(row[name]) for name in COLUMNS]
        for mode in PdqMode:
            found = measure(folder / row["file"], mode=mode).picture.comparison
            if isinstance(found, Pdq):
                bits[mode, kind] += distances_bits(found.hashes, expected)
                off_quality[mode, kind] += found.quality != int(row["quality"])
            else:
                off_quality[mode, kind] += f"quality is {row['quality']}," not in found.sentence
        files[kind] += 1
    lines = [
        (kind, count, *summary(bits[PdqMode.EXACT, kind]), *summary(bits[PdqMode.FAST, kind]))
        for kind, count in sorted(files.items())
    ]
    print_table(
        f"Bits from the reference C++ build, {len(rows)} files, all eight orientations; "
        f"files with another quality: {sum(off_quality.values())}",
        ("file", "files", "exact: mean", "most", "fast: mean", "most"),
        lines,
    )


def _print_turned() -> None:
    """Print how far really turned files are from the stored original, by the best of eight hashes."""
    folder = FOLDER / "pdq" / "reg-test-input" / "dih"
    paths = sorted(folder.glob("*.jpg"))
    stored = _hashes(paths[0].read_bytes(), PdqMode.EXACT)[0]
    lines = []
    for path in paths:
        distances = [distance_bits(one, stored) for one in _hashes(path.read_bytes(), PdqMode.EXACT)]
        lines.append((path.stem.partition("-")[2], distances[0], min(distances)))
    print_table(
        "A really turned file against the stored original, in bits",
        ("file", "as it lies", "best of its eight hashes"),
        lines,
    )


def _print_fast_against_exact(files: Iterable[bytes]) -> None:
    """Print the distance between the modes by size, and that of the scaled decodes not taken."""
    original: dict[tuple[float, float], list[int]] = defaultdict(list)
    turned: dict[tuple[float, float], list[int]] = defaultdict(list)
    not_taken: dict[str, list[int]] = defaultdict(list)
    for data in files:
        exact, fast = (examine(data, mode=mode) for mode in PdqMode)
        if not isinstance(exact.comparison, Pdq) or not isinstance(fast.comparison, Pdq):
            continue
        pixels = (exact.width or 0) * (exact.height or 0)
        size = next(one for one in MEGAPIXEL_CLASSES if one[0] <= pixels / 1e6 < one[1])
        distances = distances_bits(exact.comparison.hashes, fast.comparison.hashes)
        original[size].append(distances[0])
        turned[size] += distances
        for way, other_cells in _ways_not_taken(data, pixels):
            other = hashes(coefficients(other_cells))[0]
            not_taken[way].append(distance_bits(other, exact.comparison.hashes[0]))
    lines = [
        (
            f"{low} to {high} MP" if high < 1000 else f"from {low} MP",
            len(original[low, high]),
            *summary(original[low, high]),
            *summary(turned[low, high]),
        )
        for low, high in MEGAPIXEL_CLASSES
    ]
    head = ("size", "JPEGs", "as it lies: mean", "most", "all eight: mean", "most")
    print_table("Fast mode, bits from exact mode", head, lines)
    print_table(
        "Ways not taken, bits from exact mode",
        ("brightness", "JPEGs", "mean", "most"),
        [(way, len(found), *summary(found)) for way, found in sorted(not_taken.items())],
    )


def _ways_not_taken(data: bytes, pixels: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Answer the cells of a JPEG as other ways of decoding it would give them."""
    if pixels <= jpeg.COLOUR_PIXELS:
        yield "of thumbnails, up to 0.13 MP", brightness_cells(data)
    if pixels > LARGE_PIXELS:
        for scale in (2, 4, 8):
            yield f"at 1/{scale} of the size, above 2.1 MP", scaled_cells(data, scale=scale)


def _print_formats() -> None:
    """Print the distances of one drawn picture in every format from its PNG."""
    image = Image.fromarray(picture(3, width=1600, height=1200))
    png = _hashes(as_file(image, "PNG", {}), PdqMode.FAST)[0]
    print_table(
        "One picture of 1600×1200 in each format, bits from its PNG",
        ("format", "bits"),
        [
            (title, distance_bits(_hashes(as_file(image, kind, options), PdqMode.FAST)[0], png))
            for title, kind, options in FORMATS
        ],
    )


def _hashes(data: bytes, mode: PdqMode) -> tuple[bytes, ...]:
    """Answer the eight hashes of a picture that is known to be comparable."""
    found = examine(data, mode=mode).comparison
    if isinstance(found, NotComparable):
        raise TypeError(found.sentence)
    return found.hashes


if __name__ == "__main__":
    main()
