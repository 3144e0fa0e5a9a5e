"""How fast the exact search is, beside faiss and threatexchange, in one process on one machine.

Stored hashes are random, which is what hashes of photos look like to an index (docs/method/exact-search.md);
ids count up from 0. Half of the queries are a stored hash with 20 bits flipped, half are random. Every engine
answers the same queries, and every answer is compared with Cairn's: a difference ends the run.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.tables import print_table
from cairn.index import Algorithm, Index, open_digests, open_index, open_photodna, warm_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint8]
    Line = tuple[str, str]

RADIUS = 31
FLIPPED_BITS = 20
SINGLE_QUERIES = 2_000
BATCH_QUERIES = 100_000
PEER_QUERIES = 400
TURN = 40
TABLES_IN_PYTHON_LIMIT = 1_000_000
"""threatexchange keeps every hash as a Python string beside its index; beyond this it fills the memory."""
PAIRS_LIMIT = 10_000_000
LARGE = 100_000_000
COLD = """
import sys, time, pathlib
import numpy as np
from cairn.index import open_index
with open_index(pathlib.Path(sys.argv[1])) as index:
    index.search(np.zeros((1, 32), np.uint8), radius=31)
"""


def main() -> None:
    """Measure every size asked for and print the tables."""
    words = sys.argv[2:] if sys.argv[1:2] == ["search"] else sys.argv[1:]
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="*", default=[1_000_000, 10_000_000])
    arguments.add_argument("--large", action="store_true", help="measure 100 million hashes too, Cairn alone")
    arguments.add_argument("--without-peers", action="store_true")
    arguments.add_argument(
        "--folder", type=Path, default=None, help="where the index is built; 14 GB for --large"
    )
    chosen = arguments.parse_args(words)
    print(machine(), flush=True)
    warm_up()
    for size in chosen.sizes + [LARGE] * chosen.large:
        with tempfile.TemporaryDirectory(prefix="cairn-bench-", dir=chosen.folder) as place:
            lines = measure(Path(place), size, with_peers=not chosen.without_peers and size < LARGE)
        print_table(f"{size:,} hashes, radius {RADIUS}", ("what", "measured"), lines)
    with tempfile.TemporaryDirectory(prefix="cairn-bench-", dir=chosen.folder) as place:
        lines = [*measure_changes(Path(place)), *measure_digests(Path(place)), *measure_photodna(Path(place))]
    print_table("Changes, digests, PhotoDNA", ("what", "measured"), lines)


def machine() -> str:
    """Answer what ran this, and how busy it was: on a busy machine trust the ratios alone."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = [
            line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        model = found[0] if found else model
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {versions}"


def make_hashes(count: int, seed: int) -> Hashes:
    """Answer random hashes."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def make_queries(hashes: Hashes, count: int, seed: int) -> Hashes:
    """Answer queries: every other one near a stored hash."""
    random = np.random.default_rng(seed)
    queries = make_hashes(count, seed + 1)
    near = hashes[random.integers(0, len(hashes), len(queries[::2]))]
    for _ in range(FLIPPED_BITS):
        bits = random.integers(0, 256, len(near))
        near[np.arange(len(near)), bits // 8] ^= (1 << (bits % 8)).astype(np.uint8)
    queries[::2] = near
    return queries


def seconds(act: Callable[[], object]) -> float:
    """Answer how long an act takes."""
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def both_times(act: Callable[[], object]) -> str:
    """Answer how long an act takes by the clock and by the processor, which a busy machine slows less."""
    processor = time.process_time()
    taken = seconds(act)
    return f"{taken:.2f} s ({time.process_time() - processor:.2f} s of processor time)"


def each_ms(act: Callable[[Hashes], object], queries: Hashes) -> NDArray[np.float64]:
    """Answer median and 99th percentile of single queries, in milliseconds."""
    taken = [seconds(partial(act, queries[place : place + 1])) for place in range(len(queries))]
    answer: NDArray[np.float64] = np.percentile(np.array(taken) * 1e3, [50, 99])
    return answer


def turn_by_turn(
    index: Index,
    peer: Callable[[Hashes], object],
    queries: Hashes,
) -> tuple[float, float]:
    """Answer the median milliseconds of Cairn and of a peer, asked in turns under the same load."""
    ours, theirs = [], []
    for start in range(0, len(queries), TURN):
        turn = queries[start : start + TURN]
        ours += [seconds(partial(index.search, turn[at : at + 1], radius=RADIUS)) for at in range(len(turn))]
        theirs += [seconds(partial(peer, turn[at : at + 1])) for at in range(len(turn))]
    return float(np.median(ours)) * 1e3, float(np.median(theirs)) * 1e3


def against(ours_ms: float, theirs_ms: float) -> str:
    """Answer the peer's time, Cairn's in the same turns, and the ratio."""
    return f"{theirs_ms:.2f} ms, Cairn {ours_ms:.3f} ms: {theirs_ms / ours_ms:.0f} times"


def measure(folder: Path, size: int, *, with_peers: bool) -> list[Line]:
    """Answer the lines for one size."""
    hashes = make_hashes(size, 1)
    lines = []
    with open_index(folder / "index", writable=True) as index:
        ids = np.arange(size, dtype=np.uint64)
        lines.append(("build, durable", both_times(lambda: index.add(ids, hashes))))
    queries = make_queries(hashes, BATCH_QUERIES, 3)
    opened = seconds(lambda: open_index(folder / "index").close())
    with open_index(folder / "index") as index:
        on_disk = sum(path.stat().st_size for path in (folder / "index").iterdir())
        lines.append(("bytes an entry, on disk and in memory together", f"{on_disk / size:.1f}"))
        lines.append(("open", f"{opened * 1e3:.1f} ms"))
        lines.append(("first answer of a cold process, imports included", f"{cold(folder / 'index'):.2f} s"))
        lines.append(("bring the whole index into memory", f"{seconds(index.preload):.2f} s"))
        single = each_ms(lambda query: index.search(query, radius=RADIUS), queries[:SINGLE_QUERIES])
        lines.append(("one query, median / 99 %", f"{single[0]:.3f} / {single[1]:.3f} ms"))
        lines += measure_batches(index, queries, size)
        if with_peers:
            lines += measure_peers(index, hashes, queries)
    return lines


def cold(folder: Path) -> float:
    """Answer the median seconds of three processes that each ask one question."""
    command = [sys.executable, "-c", COLD, str(folder)]
    return float(np.median([seconds(partial(subprocess.run, command, check=True)) for _ in range(3)]))


def measure_batches(index: Index, queries: Hashes, size: int) -> list[Line]:
    """Answer the lines for large batches and for all pairs."""
    lines = [(f"{len(queries):,} queries", both_times(lambda: index.search(queries, radius=RADIUS)))]
    turned = np.repeat(queries[:, None], 8, axis=1)
    turned[:, 1:] = make_hashes(len(queries) * 7, 9).reshape(-1, 7, 32)
    oriented = both_times(lambda: index.search_orientations(turned, radius=RADIUS))
    lines.append((f"{len(queries):,} queries of 8 orientations", oriented))
    if size <= PAIRS_LIMIT:
        lines.append(("all pairs", both_times(lambda: index.pairs(radius=RADIUS))))
    return lines


def measure_peers(index: Index, hashes: Hashes, queries: Hashes) -> list[Line]:
    """Answer the lines for the peers that are installed; each must answer what Cairn answers."""
    lines: list[Line] = []
    if find_spec("faiss") is not None:
        lines += measure_faiss(index, hashes, queries)
    if find_spec("threatexchange") is not None and len(hashes) <= TABLES_IN_PYTHON_LIMIT:
        lines += measure_threatexchange(index, hashes, queries)
    return lines


def measure_faiss(index: Index, hashes: Hashes, queries: Hashes) -> list[Line]:
    """Answer the lines for faiss's multi-index hashing, and for its scan."""
    import faiss  # noqa: PLC0415 - an optional peer

    faiss.omp_set_num_threads(1)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(hashes)
    few = queries[: max(20, 40_000_000 // len(hashes))]
    scanned = each_ms(lambda query: compared(index, query, flat), few)
    table = faiss.IndexBinaryMultiHash(256, 16, 16)
    table.nflip = 1
    built = seconds(lambda: table.add(hashes))
    hashed = turn_by_turn(index, lambda query: table.range_search(query, RADIUS + 1), queries[:PEER_QUERIES])
    for place in range(0, SINGLE_QUERIES, 20):
        compared(index, queries[place : place + 1], table)
    return [
        ("faiss IndexBinaryFlat, one query (compared answer by answer)", f"{scanned[0]:.2f} ms"),
        ("faiss IndexBinaryMultiHash(256, 16, 16), build", f"{built:.1f} s"),
        ("faiss IndexBinaryMultiHash, one query", against(*hashed)),
    ]


def compared(index: Index, query: Hashes, peer: Any) -> None:
    """Ask a faiss index, and stop the run if it answers anything else than Cairn."""
    _, distances, rows = peer.range_search(query, RADIUS + 1)
    ours = index.search(query, radius=RADIUS)
    theirs = sorted(zip(distances.astype(int).tolist(), rows.tolist(), strict=True))
    if theirs != list(zip(ours.distance.tolist(), ours.id.tolist(), strict=True)):
        sys.exit(f"Cairn and {type(peer).__name__} differ")


def measure_threatexchange(index: Index, hashes: Hashes, queries: Hashes) -> list[Line]:
    """Answer the lines for the index that runs in Meta's Hasher-Matcher-Actioner."""
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex  # noqa: PLC0415 - an optional peer

    begin = time.perf_counter()
    peer = PDQIndex((value.tobytes().hex(), place) for place, value in enumerate(hashes))
    built = time.perf_counter() - begin
    asked = turn_by_turn(index, lambda query: peer.query(query.tobytes().hex()), queries[:PEER_QUERIES])
    for place in range(0, SINGLE_QUERIES, 20):
        theirs = sorted(match.metadata for match in peer.query(queries[place].tobytes().hex()))
        if theirs != sorted(index.search(queries[place : place + 1], radius=RADIUS).id.tolist()):
            sys.exit("Cairn and threatexchange differ")
    return [
        ("threatexchange PDQIndex, build", f"{built:.1f} s"),
        ("threatexchange PDQIndex, one query", against(*asked)),
    ]


def measure_changes(folder: Path) -> list[Line]:
    """Answer how fast entries are added durably, many at once and one by one."""
    batches, rows = 300, 10_000
    hashes = make_hashes(batches * rows, 5)
    ids = np.arange(len(hashes), dtype=np.uint64)
    with open_index(folder / "changes", writable=True) as index:
        begin = time.perf_counter()
        for start in range(0, len(hashes), rows):
            index.add(ids[start : start + rows], hashes[start : start + rows])
        added = time.perf_counter() - begin
        index.settle()
        settled = time.perf_counter() - begin
        one = [seconds(lambda: index.add(ids[:1], hashes[:1])) for _ in range(300)]
        segments = index.coverage().segments
    return [
        ("adding in batches of 10,000, durable", f"{len(hashes) / added:,.0f} entries a second"),
        (
            "the same until all is merged in the background",
            f"{len(hashes) / settled:,.0f}, {segments} segments",
        ),
        ("one durable addition, median", f"{np.median(one) * 1e3:.2f} ms"),
    ]


def measure_digests(folder: Path) -> list[Line]:
    """Answer how fast digests are looked up, by the processor time of one core."""
    count = 10_000_000
    digests = np.random.default_rng(6).integers(0, 256, (count, 16), dtype=np.uint8)
    asked = np.concatenate([digests[:: count // 50_000][:50_000], make_hashes(50_000, 7)[:, :16]])
    asked = asked[np.random.default_rng(8).permutation(len(asked))]
    with open_digests(folder / "md5", Algorithm.MD5, writable=True) as index:
        index.add(np.arange(count, dtype=np.uint64), digests)
        taken = []
        for _ in range(5):
            begin = time.process_time()
            index.look_up(asked)
            taken.append(time.process_time() - begin)
        size = index.stats().size_bytes / count
    rate = len(asked) / float(np.median(taken))
    return [(f"MD5 look-ups among {count:,}, one core", f"{rate:,.0f} a second, {size:.1f} bytes an entry")]


def measure_photodna(folder: Path) -> list[Line]:
    """Answer how long one PhotoDNA value takes among a million; the worst case compares every one of them."""
    count = 1_000_000
    values = np.random.default_rng(9).integers(0, 256, (count, 144), dtype=np.uint8)
    queries = values[:20].copy()
    with open_photodna(folder / "photodna", writable=True) as index:
        index.add(np.arange(count, dtype=np.uint64), values)
        usual = each_ms(partial(index.search, bound=2_000), queries)[0]
        worst = each_ms(partial(index.search, bound=500_000), queries)[0]
    return [
        ("PhotoDNA, one query among a million, bound 2,000", f"{usual:.1f} ms"),
        ("the same, bound 500,000: all are compared", f"{worst:.1f} ms"),
    ]


if __name__ == "__main__":
    main()
