"""How many photos a second are fingerprinted, beside ``threatexchange``'s ``PdqSignal``.

Both sides answer MD5, SHA-1, SHA-256 and the PDQ hash of the same bytes; Cairn also answers the hashes of
the seven other orientations. The peer is measured as people run it, in one process, and in one process a
core; Cairn with one thread and with one thread a core, since its decoders release the interpreter lock.
Rounds alternate between the sides, so that a slow moment of the machine meets both, and the median counts.
The processor time of one photo stands beside the rate: it hardly moves when other programs are busy.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time, thread_time
from typing import TYPE_CHECKING

from benchmarks.photos import jpegs
from benchmarks.scaled_decode import scaled_cells
from cairn.fingerprints import digest_bytes, measure
from cairn.fingerprints.pdq import pdq
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Load:
    """A kind of photo, and how many of them a round takes.

    Attributes:
        title: As the table says it.
        width: Pixels.
        height: Pixels.
        quality: Of the JPEG encoder.
        distinct: Different pictures.
        cairn_files: Files a round for Cairn: the pictures again and again.
        peer_files: The same for the peer, which is slower.
    """

    title: str
    width: int
    height: int
    quality: int
    distinct: int
    cairn_files: int
    peer_files: int


LOADS = (
    Load("0.2-megapixel JPEG", 500, 375, 92, distinct=16, cairn_files=480, peer_files=120),
    Load("12-megapixel JPEG", 4032, 3024, 88, distinct=4, cairn_files=24, peer_files=4),
)


def main() -> None:
    """Measure every load and print a table."""
    files: list[bytes] = []
    for load in LOADS:
        files = jpegs(load.distinct, width=load.width, height=load.height, quality=load.quality)
        size = sum(map(len, files)) / len(files) / 1e6
        print(f"{load.title}, {load.width}×{load.height}, {size:.2f} MB a file, {CORES} cores")
        _print_paces(_paces(load, files))
    _print_scaled(files)


def _print_scaled(files: list[bytes]) -> None:
    """Print what the largest photos would cost if they were decoded at an eighth of their size."""
    taken = {"as it is": _cairn, "decoded at 1/8": _scaled}
    busy = {name: median(work(data) for data in files for _ in range(ROUNDS)) for name, work in taken.items()}
    print("; ".join(f"{name}: {busy_s * 1000:.1f} ms busy" for name, busy_s in busy.items()), "a photo\n")


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly a way of running went through a round.

    Attributes:
        a_second: Photos.
        busy_ms: Processor time of one photo, in milliseconds.
    """

    a_second: float
    busy_ms: float


def _paces(load: Load, files: list[bytes]) -> dict[str, Pace]:
    """Answer the median pace of each way of running."""
    with ExitStack() as stack:
        threads = {count: stack.enter_context(ThreadPoolExecutor(count)) for count in (1, CORES)}
        processes = {count: stack.enter_context(ProcessPoolExecutor(count)) for count in (1, CORES)}
        ways: dict[str, Callable[[], Pace]] = {}
        for count in dict.fromkeys((1, CORES)):
            ways[f"threatexchange, processes: {count}"] = _way(
                processes[count], _peer, _repeated(files, load.peer_files * count)
            )
            ways[f"cairn, threads: {count}"] = _way(
                threads[count], _cairn, _repeated(files, load.cairn_files * count)
            )
        for way in ways.values():
            way()
        rounds = [{name: way() for name, way in ways.items()} for _ in range(ROUNDS)]
    return {
        name: Pace(
            a_second=median(taken[name].a_second for taken in rounds),
            busy_ms=median(taken[name].busy_ms for taken in rounds),
        )
        for name in ways
    }


def _way(executor: Executor, work: Callable[[bytes], float], files: list[bytes]) -> Callable[[], Pace]:
    """Answer a function that does the work on all files and answers how quickly it went."""

    def run() -> Pace:
        start = perf_counter()
        busy_s = sum(executor.map(work, files))
        return Pace(
            a_second=len(files) / (perf_counter() - start),
            busy_ms=1000 * busy_s / len(files),
        )

    return run


def _repeated(files: list[bytes], count: int) -> list[bytes]:
    """Answer ``count`` files, the given ones again and again."""
    return [files[number % len(files)] for number in range(count)]


def _cairn(data: bytes) -> float:
    """Do Cairn's work on one file and answer its processor time in seconds."""
    start = thread_time()
    measure(data)
    return thread_time() - start


def _scaled(data: bytes) -> float:
    """Do Cairn's work with a scaled decode, which it does not use, and answer the processor seconds."""
    start = thread_time()
    digest_bytes(data)
    pdq(scaled_cells(data, scale=8), mode=PdqMode.FAST)
    return thread_time() - start


def _peer(data: bytes) -> float:
    """Do the same with the peer, in the way that its documentation shows."""
    from threatexchange.signal_type.pdq.signal import PdqSignal  # noqa: PLC0415 - only peers need it

    start = process_time()
    for name in ("md5", "sha1", "sha256"):
        hashlib.new(name, data).hexdigest()
    PdqSignal.hash_from_bytes(data)
    return process_time() - start


def _print_paces(paces: dict[str, Pace]) -> None:
    """Print one line a way, each with its ratio to the peer in one process and in one process a core."""
    alone = paces["threatexchange, processes: 1"].a_second
    together = paces[f"threatexchange, processes: {CORES}"].a_second
    for name, pace in paces.items():
        print(
            f"  {name:30} {pace.a_second:8.1f} a second {pace.busy_ms:8.1f} ms busy"
            f" {pace.a_second / alone:7.1f}× {pace.a_second / together:7.1f}×"
        )
    print("  the ratios are to threatexchange in one process and in one process a core\n")
