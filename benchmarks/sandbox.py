"""What the sandbox costs: photos a second through the decoder pool, beside the same work in plain threads.

Both sides open files on disk, compute three digests and the PDQ hash in eight orientations, with one worker
or thread a core. Every file has different bytes, so that nothing is answered from what was just decoded.
Rounds alternate between the two, so that a slow moment of the machine meets both; the median of the ratios
counts. The fastest round of each is printed beside it: where other programs compete for the processors, it is
the one that they disturbed least. Then: what a file costs whose decoder dies on it twice.
"""

from __future__ import annotations

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.photos import jpegs
from cairn.fingerprints import measure
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.fingerprints.sandbox.link import NURSERY_COMMAND
from cairn.types import Fingerprints, PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ROUNDS = 9
TARGET = 0.95
CRASHES = 200

_CRASHING = """import os, sys
sys.path.insert(0, sys.argv.pop(1))
from cairn.fingerprints.sandbox.nursery import begin
from cairn.fingerprints.sandbox.warm import load_every_decoder
load_every_decoder()
begin(sys.argv[1:], lambda data: os.abort())"""
"""A nursery like the real one, whose workers die on every file."""


@dataclass(frozen=True, slots=True)
class Load:
    """A kind of photo, how many different ones, and how many files a round takes."""

    title: str
    width: int
    height: int
    quality: int
    distinct: int
    files: int


LOADS = (
    Load("0.2-megapixel JPEG", 500, 375, 92, distinct=16, files=1000),
    Load("12-megapixel JPEG", 4032, 3024, 88, distinct=4, files=60),
)


def main() -> None:
    """Measure every load in both ways and print the rates and their ratio."""
    with tempfile.TemporaryDirectory() as folder, DecoderPool(workers=CORES, mode=PdqMode.FAST) as pool:
        off = [state.protection.value for state in pool.protections if not state.active]
        print(f"{CORES} workers; protections that are off: {', '.join(off) or 'none'}")
        for load in LOADS:
            paths = _write(load, Path(folder))
            with ThreadPoolExecutor(CORES) as threads:
                ways: dict[str, Callable[[], int]] = {
                    "threads, no sandbox": partial(_in_threads, threads, paths),
                    "decoder pool": partial(_in_pool, pool, paths),
                }
                _print(load, _rounds(ways, len(paths)))
        _print_crashes(Path(folder))


def _write(load: Load, folder: Path) -> list[Path]:
    """Write the files of a load; each ends in bytes of its own, behind the end of its picture."""
    pictures = jpegs(load.distinct, width=load.width, height=load.height, quality=load.quality)
    paths = []
    for number in range(load.files):
        path = folder / f"{load.width}-{number}.jpg"
        path.write_bytes(pictures[number % load.distinct] + number.to_bytes(8, "big"))
        paths.append(path)
    return paths


def _rounds(ways: dict[str, Callable[[], int]], files: int) -> list[dict[str, float]]:
    """Answer files a second of each way in each round; a first round only warms up."""
    rounds = []
    for _ in range(ROUNDS + 1):
        rates = {}
        for name, way in ways.items():
            start = perf_counter()
            hashed = way()
            rates[name] = files / (perf_counter() - start)
            if hashed != files:
                sys.exit(f"{name}: {files - hashed} of {files} files gave no result")
        rounds.append(rates)
    return rounds[1:]


def _in_threads(threads: ThreadPoolExecutor, paths: list[Path]) -> int:
    """Measure files in threads of this process."""
    return sum(result.size_bytes > 0 for result in threads.map(measure, paths))


def _in_pool(pool: DecoderPool, paths: list[Path]) -> int:
    """Measure files in the pool."""
    jobs = (Job(number, partial(os.open, path, os.O_RDONLY)) for number, path in enumerate(paths))
    return sum(isinstance(done.result, Fingerprints) for done in pool.measure_all(jobs))


def _print(load: Load, rounds: list[dict[str, float]]) -> None:
    """Print the rates of one load."""
    print(f"\n{load.title}, {load.width}×{load.height}: photos a second")
    print(f"  {'':22} {'median':>8} {'fastest':>8}")
    for name in rounds[0]:
        rates = [each[name] for each in rounds]
        print(f"  {name:22} {median(rates):8.1f} {max(rates):8.1f}")
    plain, pool = rounds[0]
    ratio = median(rates[pool] / rates[plain] for rates in rounds)
    fastest = max(rates[pool] for rates in rounds) / max(rates[plain] for rates in rounds)
    print(f"  ratio {ratio:.3f}, of the fastest rounds {fastest:.3f}, wanted {TARGET}")


def _print_crashes(folder: Path) -> None:
    """Print how long a file takes whose decoder dies on it, both tries and both replacements included."""
    paths = [folder / f"crash-{number}" for number in range(CRASHES)]
    for path in paths:
        path.write_text(path.name, encoding="ascii")
    command = (*NURSERY_COMMAND[:3], _CRASHING, *NURSERY_COMMAND[4:])
    with DecoderPool(workers=CORES, mode=PdqMode.FAST, command=command) as pool:
        start = perf_counter()
        if _in_pool(pool, paths) != CRASHES:
            sys.exit("a file whose decoder crashed gave no result")
        each_ms = (perf_counter() - start) / CRASHES * 1e3
    print(f"\nA file that ends two decoder processes: {each_ms:.1f} ms with {CORES} workers")


if __name__ == "__main__":
    main()
