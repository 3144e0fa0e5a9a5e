"""PDQ look-ups a second through HTTP: a real server, a real index of drawn hashes, and clients beside it.

``python -m benchmarks.lookups [--entries N] [--workers N] [--met N] [--keep FOLDER]``. The peers are the same
questions asked of the index alone, in this process, and Hasher-Matcher-Actioner's published goal of 4,000 a
second. On a busy machine trust the processor time: the clock says what others left. What the clients take of
the same cores is told beside it; they send requests that lie ready, over connections that stay open.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.test import RequestFactory

from benchmarks.search import machine, make_hashes
from benchmarks.tables import print_table
from cairn.index import Rows, open_index, rebuild_index
from cairn.records.authorities import AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.connection import disconnect
from cairn.records.keys import Scope
from cairn.records.lock import as_the_node
from cairn.records.media import IndexMark, Media
from cairn.records.sightings import Sighting
from cairn.records.users import Role
from cairn.services.directory.authorities import NewAuthority
from cairn.services.keys.keeping import create_key
from cairn.services.keys.terms import Terms
from cairn.services.node.opening import Node, create_node, open_node
from cairn.web.application import THREADS, desk_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cairn.index import Coverage

    Line = tuple[str, str, str, str]

BATCH = 1_000
KNOWN = 10_000
"""So many of the hashes are recorded media with a sighting; questions that meet any meet some of these."""
PORT = 8_947
KEY_FILE = "key"
GOAL, GOAL_OF_HMA = 50_000, 4_000
"""Source: ThreatExchange, hasher-matcher-actioner, README: the goal of look-ups a second."""
SETTLE_S, WARM_S = 6.0, 10.0
"""First all processes of the server start, and what works beside it: whoever connects before has the first
alone to answer. Then clients ask a while before it counts: each thread connects to the records first."""
CALLS = 24


def main() -> None:
    """Measure, and print a table."""
    options = _options()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="cairn-lookups-"))
    try:
        node, key = _kept(folder) or _filled(folder, options.entries)
        bodies = list(_bodies(make_hashes(KNOWN, seed=1), options.met))
        alone, alone_s = _alone(node, bodies)
        before, called_s = machine(), _called(node, key, bodies)
        measured = None if options.without_server else _served(node, key, bodies, options)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    title = (
        f"{before}, {os.getloadavg()[0]:.1f} afterwards; {options.entries:,} entries, "
        f"{options.workers} processes of {THREADS} threads, {options.met} of 1,000 met"
    )
    lines = [("the index alone, in this process", f"{alone:,.0f}", "", f"{alone_s * 1e3:.1f} ms")]
    lines += [("whole calls, in this process", "", "", f"{called_s * 1e3:.1f} ms"), *_goals()]
    head = ("batches of 1,000", "PDQ look-ups a second", "times HMA's goal", "processor time a batch")
    print_table(title, head, (_lines(measured) if measured else []) + lines)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the server did: look-ups a second, and the processor time of both sides for each batch."""

    rate: float
    server_s: float
    client_s: float

    @property
    def of_two_cores(self) -> float:
        """Answer the look-ups that two seconds of processor time pay for, with those of the clients."""
        return 2 * BATCH / (self.server_s + self.client_s)


def _lines(measured: Measured) -> list[Line]:
    rates = [
        ("through HTTP", measured.rate, f"{measured.server_s * 1e3:.1f} ms"),
        ("what the clients take beside it", None, f"{measured.client_s * 1e3:.1f} ms"),
        ("two cores' processor time pays for", measured.of_two_cores, ""),
        ("the same without the clients", 2 * BATCH / measured.server_s, ""),
    ]
    return [_line(*each) for each in rates]


def _goals() -> list[Line]:
    return [_line("HMA's goal", GOAL_OF_HMA, ""), _line("Cairn's goal", GOAL, "")]


def _line(name: str, rate: float | None, cost: str) -> Line:
    return (name, "", "", cost) if rate is None else (name, f"{rate:,.0f}", f"{rate / GOAL_OF_HMA:.1f}", cost)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--met", type=int, default=10, help="of 1,000 hashes, how many are near a recorded one"
    )
    parser.add_argument("--keep", type=Path, help="a node filled here before is asked again; else it is made")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long the server is asked")
    parser.add_argument("--without-server", action="store_true", help="measure in this process alone")
    known, _ = parser.parse_known_args()
    return known


def _kept(folder: Path) -> tuple[Node, str] | None:
    """Answer a node that was filled before, and its key."""
    if not (folder / KEY_FILE).exists():
        return None
    return open_node(folder / "node"), (folder / KEY_FILE).read_text()


def _filled(folder: Path, entries: int) -> tuple[Node, str]:
    """Make a node with so many hashes, and answer a key."""
    folder.mkdir(exist_ok=True)
    home = NewAuthority("NL-UNIT", "Unit", AuthorityKind.UNIT, "NL", "desk")
    node = create_node(folder / "node", authority=home, database="sqlite")
    hashes = make_hashes(entries, seed=1)
    with as_the_node("a benchmark fills a node"):
        numbers = _record(node, hashes[:KNOWN])
        rest = np.arange(entries - len(numbers), dtype=np.uint64) + np.uint64(numbers.max() + 1)
        covered = _index(node, hashes, np.concatenate([numbers, rest]))
        IndexMark.objects.create(
            node=node.config.identity, generation=covered.generation, entries=covered.entries
        )
    terms = Terms.usual(Role.INVESTIGATOR, frozenset({Scope.CHECK}), life=timedelta(days=1), per_minute=10**9)
    key = str(create_key("benchmark", role=Role.INVESTIGATOR, terms=terms, actor=node.operator))
    (folder / KEY_FILE).write_text(key)
    disconnect()
    return node, key


def _record(node: Node, hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    media = Media.objects.bulk_create(
        Media(
            sha256=row.tobytes(),
            sha1=row[:20].tobytes(),
            md5=row[:16].tobytes(),
            size_bytes=1,
            method="drawn",
        )
        for row in hashes
    )
    case = Case.objects.create(authority=node.authority, reference="1")
    exhibit = Exhibit.objects.create(case=case, label="1")
    Sighting.objects.bulk_create(
        Sighting(
            media=each,
            authority=node.authority,
            exhibit=exhibit,
            address=str(each.pk),
            address_digest=each.pk.to_bytes(16),
        )
        for each in media
    )
    return np.array([each.pk for each in media], np.uint64)


def _index(node: Node, hashes: NDArray[np.uint8], numbers: NDArray[np.uint64]) -> Coverage:
    step = 1 << 20
    rows = (
        Rows(ids=ids, timestamps_ms=np.zeros(len(ids), np.uint32), values=hashes[start : start + step])
        for start in range(0, len(hashes), step)
        if len(ids := numbers[start : start + step])
    )
    return rebuild_index(node.config.index_folder, rows)


def _bodies(known: NDArray[np.uint8], met: int) -> Iterator[bytes]:
    """Yield questions: of each ``BATCH`` hashes ``met`` are near a recorded one, all others are near none."""
    random = np.random.default_rng(2)
    for _ in range(40):
        asked = random.integers(0, 256, (BATCH, 32), np.uint8)
        asked[:met] = known[random.integers(0, len(known), met)]
        asked[:met, 0] ^= np.uint8(7)
        yield json.dumps({"pdq": [row.tobytes().hex() for row in asked]}).encode()


def _alone(node: Node, bodies: list[bytes]) -> tuple[float, float]:
    """Answer the rate at which the index alone is asked the same, and its processor time a batch."""
    batches = [
        np.array([[*bytes.fromhex(each)] for each in json.loads(body)["pdq"]], np.uint8) for body in bodies
    ]
    with open_index(node.config.index_folder) as index:
        for batch in batches[:5]:
            index.search(batch, radius=31)
        began, spent = time.perf_counter(), time.process_time()
        for batch in batches:
            index.search(batch, radius=31)
        seconds, processor = time.perf_counter() - began, time.process_time() - spent
    return BATCH * len(batches) / seconds, processor / len(batches)


def _called(node: Node, key: str, bodies: list[bytes]) -> float:
    """Answer the processor time of a whole call in this process, from the request to the answer's bytes."""
    desk, made = desk_of(node), RequestFactory()
    taken = []
    for body in bodies[:CALLS]:
        began = time.process_time()
        request = made.post(
            "/api/v1/lookup",
            body,
            "application/json",
            HTTP_AUTHORIZATION=f"Bearer {key}",
            HTTP_HOST="127.0.0.1",
        )
        answer = desk.get_response(request)
        if answer.status_code != 200:
            raise RuntimeError(answer.reason_phrase)
        taken.append(time.process_time() - began)
    disconnect()
    return statistics.median(taken)


def _served(node: Node, key: str, bodies: list[bytes], options: argparse.Namespace) -> Measured:
    server = _serve(node, options)
    try:
        return _asked(server.pid, key, bodies, options)
    finally:
        server.terminate()
        server.wait(20)


def _serve(node: Node, options: argparse.Namespace) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CAIRN_NODE": str(node.config.folder)}
    command = [sys.executable, "-m", "cairn.cli.main", "serve", "--port", str(options.port)]
    command += ["--workers", str(options.workers)]
    server = subprocess.Popen(command, env=environment)
    for _ in range(1_800):
        try:
            socket.create_connection(("127.0.0.1", options.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise RuntimeError("The server does not start.")


def _asked(server: int, key: str, bodies: list[bytes], options: argparse.Namespace) -> Measured:
    """Answer how many look-ups a second clients are answered, and what that takes on both sides."""
    threads = 2 * options.workers * THREADS
    requests = [_request(key, body) for body in bodies]
    time.sleep(SETTLE_S)
    began = time.perf_counter() + WARM_S
    until = began + options.seconds
    with ThreadPoolExecutor(threads) as pool:
        clients = [
            pool.submit(_client, options.port, requests[number % len(requests) :], began, until)
            for number in range(threads)
        ]
        time.sleep(WARM_S)
        before, own_before = _processor_s(server), time.process_time()
        time.sleep(options.seconds)
        spent, own = _processor_s(server) - before, time.process_time() - own_before
        batches = sum(client.result() for client in clients)
    return Measured(BATCH * batches / options.seconds, spent / max(batches, 1), own / max(batches, 1))


def _processor_s(process: int) -> float:
    """Answer the processor time of a process and all below it, from Linux's own account."""
    rows = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        rows[int(folder.name)] = (int(words[1]), int(words[11]) + int(words[12]))
    family, grew = {process}, True
    while grew:
        more = {number for number, (parent, _) in rows.items() if parent in family} - family
        family, grew = family | more, bool(more)
    return sum(rows[number][1] for number in family if number in rows) / os.sysconf("SC_CLK_TCK")


def _request(key: str, body: bytes) -> bytes:
    """Answer a whole request as it goes over the line."""
    head = (
        "POST /api/v1/lookup HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def _client(port: int, requests: list[bytes], began: float, until: float) -> int:
    """Ask one request after the other, and answer how many answers came while it was measured."""
    answered = 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        while True:
            for request in requests:
                line.sendall(request)
                _read_answer(line)
                now = time.perf_counter()
                answered += began <= now < until
                if now >= until:
                    return answered


def _read_answer(line: socket.socket) -> None:
    """Read an answer to its end; it must be a good one."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += _received(line)
    first, _, rest = head.partition(b"\r\n\r\n")
    if not first.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(first[:200])
    length = int(first.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    left = length - len(rest)
    while left > 0:
        left -= len(_received(line))


def _received(line: socket.socket) -> bytes:
    piece = line.recv(1 << 16)
    if not piece:
        raise RuntimeError("The server has hung up.")
    return piece


if __name__ == "__main__":
    main()
