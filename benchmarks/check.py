"""What a whole check costs beside the fingerprinting alone: rows, questions, index and answer included.

The same files are fingerprinted by the same decoder processes with nothing kept, and checked and registered
on a node that holds records of others; rounds alternate. Every file is another content: the photos get a few
bytes behind their end, which changes the digests and nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.photos import jpegs
from cairn.records.authorities import AuthorityKind
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.directory.authorities import NewAuthority
from cairn.services.fingerprinting.files import fingerprint_all
from cairn.services.node.opening import Node, create_node
from cairn.types import PdqMode

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
TARGET = 0.85
HOME = NewAuthority("XX-BENCH", "Benchmark", AuthorityKind.UNIT, "XX", "nobody")


def main() -> None:
    """Measure both ways and print the rates and their ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--width", type=int, default=4032)
    arguments.add_argument("--height", type=int, default=3024)
    chosen = arguments.parse_args(sys.argv[2:])
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as place:
        folder = Path(place)
        seizure = _seizure(folder / "seizure", chosen.files, width=chosen.width, height=chosen.height)
        node = create_node(folder / "node", authority=HOME, database="sqlite")
        pairs = [_round(node, seizure, number) for number in range(chosen.rounds)]
    alone, whole = (median(rates) for rates in zip(*pairs, strict=True))
    ratio = median(checked / fingerprinted for fingerprinted, checked in pairs)
    print(f"{chosen.files:,} photos of {chosen.width}×{chosen.height}, {CORES} cores, {chosen.rounds} rounds")
    print(f"  fingerprints alone      {alone:8.1f} files/s")
    print(f"  check and register      {whole:8.1f} files/s")
    print(f"  ratio, pair by pair     {ratio:8.2f}   (asked for: at least {TARGET})")


def _seizure(folder: Path, files: int, *, width: int, height: int) -> Path:
    """Write the photos, each another content, and answer their folder."""
    folder.mkdir()
    photos = itertools.cycle(jpegs(8, width=width, height=height, quality=88))
    for number, photo in zip(range(files), photos, strict=False):
        (folder / f"{number:06}.jpg").write_bytes(photo + number.to_bytes(8, "big"))
    return folder


def _round(node: Node, seizure: Path, number: int) -> tuple[float, float]:
    """Answer files a second of both ways; each round meets contents that the node has not measured."""
    _renew(seizure, number)
    files = sum(1 for _ in seizure.iterdir())
    start = perf_counter()
    for _ in fingerprint_all([seizure], mode=PdqMode.FAST, workers=CORES):
        pass
    alone = perf_counter() - start
    start = perf_counter()
    answer = check(node, CheckRequest((seizure,), case=f"round {number}", register=True, workers=CORES))
    whole = perf_counter() - start
    if answer.registered != files:
        raise SystemExit(f"{answer.registered} of {files} files were registered")
    return files / alone, files / whole


def _renew(seizure: Path, number: int) -> None:
    """Turn every file into another content by one more byte."""
    for path in seizure.iterdir():
        with path.open("ab") as file:
            file.write(number.to_bytes(1, "big"))


if __name__ == "__main__":
    sys.argv.insert(1, "check")
    main()
