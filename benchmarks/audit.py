"""What the audit log costs: an act appended, beside a plain row instead; the whole log verified.

The peer of an append is a row with the same values in a table of its own, without position, hash and tree.
Both are written in turns, on the same database, and measured on the clock and in processor time. Set
``CAIRN_TEST_POSTGRES`` to measure PostgreSQL too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import psycopg
from django.db import connections, models, transaction
from django.utils import timezone

from cairn.records import audit
from cairn.records.audit import AuditEvent, AuditState, AuditTag, Entry
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.connection import disconnect
from cairn.records.lock import as_the_node
from cairn.services.auditing.proving import prove_entry
from cairn.services.auditing.reading import looks
from cairn.services.auditing.signing import sign_head
from cairn.services.auditing.verifying import verify_log
from cairn.services.directory.authorities import NewAuthority
from cairn.services.node.opening import Node, create_node
from cairn.services.series.opening import create_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POSTGRES = os.environ.get("CAIRN_TEST_POSTGRES", "")
HOME = NewAuthority("XX-BENCH", "Benchmark", AuthorityKind.UNIT, "XX", "nobody")
BATCH = 10_000


class PlainEvent(models.Model):
    """What an act would write if the log were no tree."""

    at = models.DateTimeField()
    tag = models.CharField(max_length=64)
    actor = models.ForeignKey(Authority, on_delete=models.PROTECT)
    case_reference = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200)
    record_ids = models.JSONField()
    counts = models.JSONField()

    class Meta:
        """A table of the benchmark alone, which the guards of the records know nothing of."""

        app_label = "benchmarks"

    def __str__(self) -> str:
        """Answer the tag."""
        return self.tag


def main() -> None:
    """Measure on every database that is at hand, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--appends", type=int, default=1_000)
    arguments.add_argument("--entries", type=int, default=1_000_000)
    chosen = arguments.parse_args(sys.argv[2:])
    for kind in ("sqlite", *(["postgresql"] if POSTGRES else [])):
        with tempfile.TemporaryDirectory(prefix="cairn-bench-") as place, _database(kind) as address:
            node = create_node(Path(place) / "node", authority=HOME, database=address)
            with connections["default"].schema_editor() as editor:
                editor.create_model(PlainEvent)
            series = create_series("Stone", actor=node.operator).pk
            print(f"{kind}, {AuditState.objects.get().size} entries")
            _measure_appends(node, chosen.appends)
            _fill(node, chosen.entries, series)
            print(f"{kind}, {AuditState.objects.get().size:,} entries")
            _measure_appends(node, chosen.appends)
            _measure_log(node, series)
            disconnect()


def _measure_appends(node: Node, appends: int) -> None:
    """Measure both ways, many in a transaction and each in a transaction of its own."""
    for words, acts, times in (("10 in a transaction", 10, appends // 10), ("each committed", 1, appends)):
        pairs = [(_ms(node, _plain, acts), _ms(node, _append, acts)) for _ in range(times)]
        plain, tree = (median(side[0] for side in way) / acts for way in zip(*pairs, strict=True))
        plain_cpu, tree_cpu = (
            sum(side[1] for side in way) / acts / times for way in zip(*pairs, strict=True)
        )
        ratio = median(one[1][0] / one[0][0] for one in pairs)
        print(
            f"  append, {words:<20}{tree:7.3f} ms, a plain row {plain:.3f} ms, ratio {ratio:.2f}; "
            f"processor {tree_cpu:.3f} ms and {plain_cpu:.3f} ms"
        )


def _ms(node: Node, act: Callable[[Node], object], times: int) -> tuple[float, float]:
    """Answer how long it takes on the clock and on the processor."""
    begin, begin_cpu = perf_counter(), process_time()
    with transaction.atomic():
        for _ in range(times):
            act(node)
    return (perf_counter() - begin) * 1e3, (process_time() - begin_cpu) * 1e3


def _append(node: Node) -> None:
    audit.append(
        AuditTag.SERIES_MET,
        actor=node.operator,
        case_reference="2026-1",
        record_ids=[1, 2],
        counts={"new": 9},
    )


def _plain(node: Node) -> None:
    PlainEvent._default_manager.create(  # noqa: SLF001 - Django's own name for it
        at=timezone.now(),
        tag=AuditTag.SERIES_MET,
        actor=node.authority,
        case_reference="2026-1",
        purpose="",
        record_ids=[1, 2],
        counts={"new": 9},
    )


def _fill(node: Node, entries: int, series: int) -> None:
    """Make the log as long as asked for, many rows at once, and sign a head after each ten thousand."""
    while (state := AuditState.objects.get()).size < entries:
        positions = range(state.size, min(state.size + BATCH, entries))
        rows = [_row(node, position, series + position % 1_000) for position in positions]
        tree = state.tree.extend(bytes(row.leaf_hash) for row in rows)
        with transaction.atomic(), as_the_node("a log is filled at once"):
            AuditEvent.objects.bulk_create(rows)
            AuditState.objects.update(size=tree.size, frontier=tree.to_bytes())
        sign_head(node.config)


def _row(node: Node, position: int, series: int) -> AuditEvent:
    entry = Entry(
        position=position,
        at=timezone.now(),
        tag=AuditTag.SERIES_MET.value,
        authority=node.authority.code,
        user=None,
        case=f"2026-{position // 50}",
        purpose="a search",
        records=[series, series + 1, series + 2],
        counts={},
        salt=os.urandom(16),
    )
    return AuditEvent(
        position=position,
        at=entry.at,
        tag=entry.tag,
        actor=node.authority,
        actor_code=entry.authority,
        case_reference=entry.case,
        purpose=entry.purpose,
        record_ids=entry.records,
        counts=entry.counts,
        salt=entry.salt,
        leaf_hash=entry.leaf(),
    )


def _measure_log(node: Node, series: int) -> None:
    begin = perf_counter()
    sign_head(node.config)
    print(f"  a head signed            {(perf_counter() - begin) * 1e3:8.1f} ms")
    begin, begin_cpu = perf_counter(), process_time()
    found = verify_log(node.config)
    taken, taken_cpu = perf_counter() - begin, process_time() - begin_cpu
    if found.findings:
        raise SystemExit(found.findings[0].sentence)
    print(
        f"  verified                 {taken:8.1f} s for {found.entries:,} entries and {found.heads:,} heads; "
        f"processor {taken_cpu:.1f} s"
    )
    begin = perf_counter()
    prove_entry(node, found.entries // 3, actor=node.operator)
    print(f"  an entry proven          {perf_counter() - begin:8.2f} s")
    begin = perf_counter()
    shown = len(looks(node.operator, "Stone"))
    print(f"  looks at series {series:<9}{perf_counter() - begin:8.2f} s, {shown} shown")


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """Answer the address of a database for the while."""
    if kind == "sqlite":
        yield kind
        return
    name = f"cairn_bench_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


if __name__ == "__main__":
    sys.argv.insert(1, "audit")
    main()
