"""What the records cost with millions of rows: registering, a series' page, the door, and the statistics.

One node of each database is filled by the database itself. The peer of the door is the same question without
it. A database is made on the server that ``CAIRN_TEST_POSTGRES`` names, and dropped; without it, SQLite only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean, median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import psycopg
from django.db import connection, transaction

from benchmarks.large_node import Size, fill
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.connection import disconnect
from cairn.records.jobs import Check, CheckItem
from cairn.records.media import Media
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting, SightingSource, digest_of_address
from cairn.records.users import Actor
from cairn.services.alerting.same_work import work_changed
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.register import Registration, register
from cairn.services.directory.authorities import NewAuthority
from cairn.services.node.opening import create_node, open_node
from cairn.services.series.page import series_page
from cairn.services.statistics import refresh, statistics
from cairn.statistics import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

    from cairn.services.node.opening import Node

HOME = NewAuthority("XX-BENCH", "Benchmark", AuthorityKind.HUB, "XX", "nobody")
POSTGRES = os.environ.get("CAIRN_TEST_POSTGRES", "")
DATABASE = "cairn_benchmark_records"
REGISTERED = 10_000
QUESTION = 500
ROUNDS = 15
KNOWN_SERIES = 200


def main() -> None:
    """Fill a node of each database, and print what each act costs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--media", type=int, default=1_000_000)
    arguments.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgresql"] if POSTGRES else ["sqlite"]
    )
    arguments.add_argument(
        "--keep", type=Path, help="keep the filled nodes in this folder, and use those that lie there"
    )
    chosen = arguments.parse_args(sys.argv[2:])
    size = Size(chosen.media, 3 * chosen.media, max(chosen.media // 50, 20), 200)
    for kind in chosen.databases:
        with _node(kind, chosen.keep) as node:
            start = perf_counter()
            if not Series.objects.exists():
                fill(size)
            print(
                f"\n{kind}: {size.media:,} media, {size.sightings:,} sightings, {size.series:,} series, "
                f"{size.authorities} authorities; filled in {perf_counter() - start:.0f} s; "
                "on the clock, and in processor time:",
                flush=True,
            )
            measure(node)


def measure(node: Node) -> None:
    """Print what each act costs on this node: on the clock, and in processor time of both sides."""
    _say(f"register {REGISTERED:,} sightings", _registering(node), "s", "at most 5 s")
    large, small = Series.objects.select_related("owner", "lead").order_by("pk")[:2]
    unit = Actor.operator(Authority.objects.filter(kind=AuthorityKind.UNIT).order_by("pk")[0])
    for name, series in (("the large series", large), ("a series of 25 media", small)):
        _say(f"page of {name}", _median(partial(series_page, series, actor=unit)), "ms", "at most 50 ms")
    with_door, without = _door(unit)
    _say("who holds 500 media, through the door", with_door, "ms", "")
    _say("who holds 500 media, without", without, "ms", "")
    ratios = with_door.clock_s / without.clock_s, with_door.processor_s / max(without.processor_s, 1e-9)
    print(f"  {'ratio':<42} {ratios[0]:10.2f}     {ratios[1]:10.2f}     (asked for: at most 1.2)", flush=True)
    for scope in Scope:
        _say(f"statistics, {scope}", _median(partial(statistics, unit, scope=scope)), "s", "at most 2 s")
    _say("count everything anew", _once(lambda: refresh(node.operator)), "s", "")


def _registering(node: Node) -> Cost:
    """Register a check of media that are half recorded and half not, as the real check does.

    What is recorded lies in a few hundred series, as it does in a seizure. Who works on them was told before.
    """
    exhibit = Exhibit.objects.create(
        case=Case.objects.create(authority=node.authority, reference=f"N{Case.objects.count()}"), label="1"
    )
    check = Check.objects.create(authority=node.authority, request_digest=os.urandom(32))
    series = list(Series.objects.order_by("pk").values_list("pk", flat=True)[1 : 1 + KNOWN_SERIES])
    members = SeriesMedia.objects.filter(series__in=series).order_by("media")
    known = list(members.values_list("media", flat=True)[: REGISTERED // 2])
    with transaction.atomic():
        work_changed(series)
    new = [
        Media(
            sha256=os.urandom(32),
            sha1=os.urandom(20),
            md5=os.urandom(16),
            size_bytes=1,
            method="b",
            reason="blank",
        )
        for _ in range(REGISTERED - len(known))
    ]
    numbers = known + [row.pk for row in Media.objects.bulk_create(new)]
    items = [
        CheckItem(
            check_run=check,
            address=f"/new/{n}",
            address_digest=digest_of_address(f"/new/{n}"),
            is_done=True,
            media_id=n,
        )
        for n in numbers
    ]
    CheckItem.objects.bulk_create(items, batch_size=1_000)
    registration = Registration(
        node.operator, exhibit, None, None, source=SightingSource.SEIZURE, found_at=None
    )
    met = {bytes(item.address_digest) for item in items}
    return _once(lambda: register(check, registration, met=met))


def _door(unit: Actor) -> tuple[Cost, Cost]:
    """Answer what the check's question about holders costs, with the door and without it."""
    highest = Media.objects.order_by("-pk").values_list("pk", flat=True)[0]
    media = list(range(1, highest, max(highest // QUESTION, 1)))[:QUESTION]
    asked, plain = _Asked(unit, present_case=None), _WithoutDoor(unit, present_case=None)
    pairs = [
        (_once(lambda: asked.holders(media)), _once(lambda: plain.holders(media))) for _ in range(ROUNDS)
    ]
    return _middle([one for one, _ in pairs]), _middle([other for _, other in pairs])


class _Asked(Recollection):
    """The check's question about holders alone."""

    def holders(self, media: list[int]) -> object:
        return self._holders(media)


class _WithoutDoor(_Asked):
    """The same question to all sightings."""

    def _sightings(self) -> QuerySet[Sighting]:
        return Sighting.objects.all()


@dataclass(frozen=True, slots=True)
class Cost:
    """What an act cost: on the clock, and in processor time of this process and of the database's."""

    clock_s: float
    processor_s: float


def _once(act: Callable[[], object]) -> Cost:
    clock, own, server = perf_counter(), process_time(), _server_s()
    act()
    return Cost(perf_counter() - clock, process_time() - own + _server_s() - server)


def _median(act: Callable[[], object]) -> Cost:
    return _middle([_once(act) for _ in range(ROUNDS)])


def _middle(costs: list[Cost]) -> Cost:
    # The server's time is told in steps of 10 ms, so only the mean of several tells anything.
    return Cost(median(each.clock_s for each in costs), fmean(each.processor_s for each in costs))


def _server_s() -> float:
    """Answer the processor time of the server's process for this connection, in steps of 10 ms; else none."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    times = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def _say(what: str, cost: Cost, unit: str, asked: str) -> None:
    scale = 1000 if unit == "ms" else 1
    print(
        f"  {what:<42} {scale * cost.clock_s:10.2f} {unit:<3} {scale * cost.processor_s:10.2f} {unit:<3} "
        f"{f'(asked for: {asked})' if asked else ''}",
        flush=True,
    )


@contextmanager
def _node(kind: str, keep: Path | None) -> Iterator[Node]:
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as own:
        place = (keep or Path(own)) / kind
        try:
            if place.exists():
                yield open_node(place)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                yield create_node(place, authority=HOME, database=_fresh_database(kind))
        finally:
            disconnect()
            if kind == "postgresql" and keep is None:
                _on_server(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _fresh_database(kind: str) -> str:
    if kind != "postgresql":
        return "sqlite"
    _on_server(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
    return POSTGRES.rsplit("/", 1)[0] + "/" + DATABASE


def _on_server(*statements: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


if __name__ == "__main__":
    sys.argv.insert(1, "records")
    main()
