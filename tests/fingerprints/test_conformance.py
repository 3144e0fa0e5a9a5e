from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys

import pytest

from cairn.errors import NotComparable
from cairn.fingerprints import measure
from cairn.types import Pdq, PdqMode
from fingerprints.drawn import distance_bits
from reference import reference_folder

pytestmark = pytest.mark.reference

COLUMNS = ("original", "rotate90", "rotate180", "rotate270", "flipx", "flipy", "flipplus1", "flipminus1")

SURVEY = """
import sys, pathlib
from cairn.fingerprints import measure
count = 0
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        measure(path)
        count += 1
print(count)
"""


def test_exact_mode_gives_the_hashes_of_the_reference_build() -> None:
    folder = reference_folder("pdq")
    with (folder / "expected_cpp_native.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    for row in rows:
        found = measure(folder / row["file"], mode=PdqMode.EXACT).picture
        assert (found.width, found.height) == (int(row["width"]), int(row["height"])), row["file"]
        if isinstance(found.comparison, Pdq):
            assert found.comparison.quality == int(row["quality"]), row["file"]
            assert [one.hex() for one in found.comparison.hashes] == [row[name] for name in COLUMNS]
        else:
            assert f"quality is {row['quality']}," in found.comparison.sentence
    assert len(rows) == 49


def test_fast_mode_stays_within_four_bits_of_exact_on_large_photos() -> None:
    photos = sorted(reference_folder("camera").rglob("*.JPG"))[::4]
    distances: list[int] = []
    for path in photos:
        exact, fast = (measure(path, mode=mode).picture.comparison for mode in PdqMode)
        assert isinstance(exact, NotComparable) == isinstance(fast, NotComparable)
        if isinstance(exact, Pdq) and isinstance(fast, Pdq):
            distances += map(distance_bits, exact.hashes, fast.hashes)

    assert distances
    assert max(distances) <= 4
    assert sum(distances) / len(distances) <= 2


def test_every_malformed_file_ends_in_a_result_within_limits() -> None:
    folder = reference_folder("malformed")

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

    # In a process of its own: a decoder that crashes on one of them must not take the tests with it.
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", SURVEY, folder],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=limited,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) > 500
