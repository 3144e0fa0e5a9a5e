"""What each page of the desk costs by itself: processor time, statements, and the database's part.

One person opens pages one after the other, within this process: no network, no server, nobody to wait for.
``--profile KIND`` prints where the time of a kind of page goes instead.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import fmean
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client

from benchmarks.desk_places import MIX, PASSWORD, all_places, check_form, demonstration, people
from benchmarks.tables import print_table
from cairn.services.check_orders.working import work_once
from cairn.services.node.opening import open_node
from cairn.web.application import desk_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HOST = "127.0.0.1"
ROUNDS = 30
SLOWEST = 45


@dataclass
class Cost:
    """What a kind of page has cost so far."""

    processor_s: list[float] = field(default_factory=list)
    database_s: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


def main(arguments: Sequence[str] = ()) -> None:
    """Measure, and print a table."""
    asked = _options().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="cairn-pages-") as made:
        demo = demonstration(Path(made), given=asked.demo)
        (login,) = people(demo, 1)
        node = open_node(demo.node)
        desk_of(node)
        browser = signed_in(login)
        browser.post("/checks/new/", check_form(demo))
        while work_once(node):
            pass
        found = all_places(lambda address: browser.get(address).content.decode())
        opened = {kind: _opener(browser, kind, found[kind]) for kind in MIX if asked.profile in {kind, None}}
        if asked.profile and asked.statements:
            _list(opened[asked.profile])
        elif asked.profile:
            _profile(opened[asked.profile], asked.rounds, asked.by)
        else:
            say({kind: measured(act, asked.rounds) for kind, act in opened.items()})


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks.desk_pages", description=__doc__)
    parser.add_argument("--demo", type=Path, help="a folder that `cairn demo --folder` has made; else one is")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--profile", choices=MIX, help="say where the time of this kind of page goes")
    parser.add_argument("--by", default="cumulative", help="how the profile is sorted, such as tottime")
    parser.add_argument("--statements", action="store_true", help="with --profile: list its statements")
    return parser


def signed_in(login: str) -> Client:
    """Answer a browser in which this person has signed in.

    Raises:
        SystemExit: They are not let in.
    """
    browser = Client(headers={"host": HOST})
    if browser.post("/sign-in/", {"login": login, "password": PASSWORD}).status_code != 302:
        raise SystemExit(f"{login} is not let in.")
    return browser


def _opener(browser: Client, kind: str, places: list[str]) -> Callable[[], None]:
    turns = cycle(places)

    def act() -> None:
        place = next(turns)
        form = {"text": "The same tiles."}
        answer = browser.post(place, form) if place.endswith("/note/") else browser.get(place)
        if answer.status_code not in {200, 302}:
            raise SystemExit(f"{kind}: {answer.status_code}")

    return act


def measured(act: Callable[[], None], rounds: int) -> Cost:
    """Answer what an act costs, once its caches are warm."""
    cost = Cost()
    act()
    for _ in range(rounds):
        with _counted(cost):
            began = process_time()
            act()
            cost.processor_s.append(process_time() - began)
    return cost


@contextmanager
def _counted(cost: Cost) -> Iterator[None]:
    cost.statements.append(0)
    cost.database_s.append(0.0)

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        began = perf_counter()
        try:
            return execute(*args)
        finally:
            cost.database_s[-1] += perf_counter() - began
            cost.statements[-1] += 1

    with connection.execute_wrapper(count):
        yield


def say(costs: dict[str, Cost]) -> None:
    """Print what each kind costs, and what a request of the mix does."""
    share = sum(MIX.values())
    mean = sum(MIX[kind] * fmean(cost.processor_s) for kind, cost in costs.items()) / share
    asked = sum(MIX[kind] * fmean(cost.statements) for kind, cost in costs.items()) / share
    print_table(
        f"{connection.vendor}: a request of the mix takes {1000 * mean:.1f} ms and {asked:.0f} statements",
        ("page", "processor, ms", "of it statements, ms", "statements"),
        [
            (
                kind,
                f"{1000 * fmean(cost.processor_s):.1f}",
                f"{1000 * fmean(cost.database_s):.1f}",
                f"{fmean(cost.statements):.0f}",
            )
            for kind, cost in costs.items()
        ],
    )


def _profile(act: Callable[[], None], rounds: int, by: str) -> None:
    act()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(rounds):
        act()
    profile.disable()
    pstats.Stats(profile).strip_dirs().sort_stats(by).print_stats(SLOWEST)


def _list(act: Callable[[], None]) -> None:
    act()
    asked: list[tuple[float, str]] = []

    def keep(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        began = perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            asked.append((perf_counter() - began, sql))

    with connection.execute_wrapper(keep):
        act()
    for took, sql in asked:
        print(f"{1000 * took:7.2f} ms  {sql}")
    print(Counter(sql for _, sql in asked).most_common(3))


if __name__ == "__main__":
    main(sys.argv[1:])
