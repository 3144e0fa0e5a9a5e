"""A hundred people at the desk at once: the demonstration, ``cairn serve``, and a mix of pages.

Each person signs in, opens a page, reads it for some seconds, and opens the next. The pages come from the
desk itself: links of the lists, the answer of a check that is made first, pictures of the review. Asked is
that no request fails and that 95 of 100 pages are there within half a second.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks.desk_places import (
    CAIRN,
    CHECKS,
    MIX,
    PASSWORD,
    check_form,
    demonstration,
    last_answer,
    people,
    places,
    sources,
)
from benchmarks.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.desk_places import Demonstration

PORT = 8741
GOAL_S = 0.5
SIGN_INS_AT_ONCE = 4
START_S = 180.0
"""How long the desk may take to start: far longer than alone where much else keeps the machine busy."""


@dataclass
class Told:
    """How long each kind of page took, and what failed."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    cpu_s: float = 0

    def took(self, kind: str, began: float, answer: httpx.Response) -> None:
        """Take a page in."""
        self.seconds.setdefault(kind, []).append(time.perf_counter() - began)
        if answer.status_code not in {200, 302}:
            self.failed.append(f"{kind}: {answer.status_code}")


@dataclass
class Visitor:
    """One person and their browser."""

    browser: httpx.AsyncClient
    told: Told
    chance: random.Random
    places: dict[str, list[str]] = field(default_factory=dict)

    async def sign_in(self, login: str) -> None:
        """Sign in, and find out what there is."""
        await self.browser.get("/sign-in/")
        typed = {"login": login, "password": PASSWORD}
        began = time.perf_counter()
        answer = await self.browser.post("/sign-in/", data=self.form_of(typed))
        self.told.took("sign in", began, answer)
        if answer.status_code != 302:
            raise SystemExit(f"{login} is not let in: {answer.status_code}")

    async def look_round(self) -> None:
        """Find the pages that this person may open."""
        answer = last_answer(await self._text(CHECKS))
        pages = {source: await self._text(source) for source in sources(answer)}
        self.places = places(answer, pages)

    async def work(self, until: float, think_s: float) -> None:
        """Open one page after the other."""
        await asyncio.sleep(self.chance.uniform(0, 2 * think_s))
        while time.perf_counter() < until:
            kind = self.chance.choices(list(MIX), weights=list(MIX.values()))[0]
            await self._open(kind, self.chance.choice(self.places[kind]))
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * think_s)

    async def _open(self, kind: str, place: str) -> None:
        began = time.perf_counter()
        try:
            if place.endswith("/note/"):
                answer = await self.browser.post(place, data=self.form_of({"text": "The same tiles."}))
            else:
                answer = await self.browser.get(place)
        except httpx.HTTPError as error:
            self.told.failed.append(f"{kind}: {type(error).__name__}")
        else:
            self.told.took(kind, began, answer)

    async def _text(self, place: str) -> str:
        return (await self.browser.get(place)).text

    def form_of(self, typed: dict[str, str]) -> dict[str, str]:
        """Answer what was typed, with the form's token."""
        return typed | {"csrfmiddlewaretoken": self.browser.cookies["cairn-form"]}


def main(arguments: Sequence[str] = ()) -> None:
    """Measure, and print a table.

    Raises:
        SystemExit: Something failed, or it takes longer than it may.
    """
    asked = _options().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="cairn-desk-") as made:
        demo = demonstration(Path(made), given=asked.demo, database=asked.database)
        logins = people(demo, asked.people)
        with _served(demo, asked.workers) as server:
            told = asyncio.run(_visit(logins, demo, server, asked))
    _say(told, asked)


@contextmanager
def _served(demo: Demonstration, workers: int) -> Iterator[int]:
    """Serve the desk within the block; answer the server's process."""
    command = [*CAIRN, "serve", "--node", str(demo.node), "--port", str(PORT), "--workers", str(workers)]
    with subprocess.Popen(command) as server:
        try:
            yield server.pid
        finally:
            server.terminate()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks.desk", description=__doc__)
    parser.add_argument("--demo", type=Path, help="a folder that `cairn demo --folder` has made; else one is")
    parser.add_argument(
        "--database", default="sqlite", help="of a new one; an empty one on PostgreSQL by its URL"
    )
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--think", type=float, default=4, help="seconds for which a page is read, half to 1.5 times"
    )
    parser.add_argument("--workers", type=int, default=2, help="of `cairn serve`")
    return parser


async def _visit(logins: list[str], demo: Demonstration, server: int, asked: argparse.Namespace) -> Told:
    base, told = f"http://127.0.0.1:{PORT}", Told()
    async with httpx.AsyncClient(base_url=base, timeout=60) as first:
        await _wait_for(first)
        visitors = []
        door = asyncio.Semaphore(SIGN_INS_AT_ONCE)

        async def enter(number: int, login: str) -> None:
            browser = httpx.AsyncClient(base_url=base, timeout=60)
            visitor = Visitor(browser, told, random.Random(number))  # noqa: S311 - no secret depends on it
            async with door:
                await visitor.sign_in(login)
            visitors.append(visitor)

        await asyncio.gather(*(enter(number, login) for number, login in enumerate(logins)))
        await _check(visitors[0], demo)
        for visitor in visitors:
            await visitor.look_round()
        until, told.cpu_s = time.perf_counter() + asked.seconds, -_cpu_s(server)
        await asyncio.gather(*(visitor.work(until, asked.think) for visitor in visitors))
        told.cpu_s += _cpu_s(server)
        for visitor in visitors:
            await visitor.browser.aclose()
    return told


def _cpu_s(server: int) -> float:
    """Answer how many seconds of a core the server and its processes have had."""
    total, waiting = 0.0, [server]
    while waiting:
        process = Path("/proc", str(waiting.pop()))
        times = (process / "stat").read_text().rpartition(")")[2].split()
        total += (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
        for task in (process / "task").iterdir():
            waiting += [int(child) for child in (task / "children").read_text().split()]
    return total


async def _wait_for(browser: httpx.AsyncClient) -> None:
    until = time.perf_counter() + START_S
    while time.perf_counter() < until:
        try:
            await browser.get("/sign-in/")
        except httpx.ConnectError:
            await asyncio.sleep(0.1)
        else:
            return
    raise SystemExit("The desk does not answer.")


async def _check(visitor: Visitor, demo: Demonstration) -> None:
    """Have the seizure checked and recorded, so that there is something to read and to review."""
    form = check_form(demo)
    answer = await visitor.browser.post("/checks/new/", data=visitor.form_of(form))
    address = answer.headers["Location"]
    for _ in range(600):
        if "verdicts" in (await visitor.browser.get(address)).text:
            return
        await asyncio.sleep(0.5)
    raise SystemExit("The check does not end.")


def _say(told: Told, asked: argparse.Namespace) -> None:
    pages = {kind: found for kind, found in told.seconds.items() if kind != "sign in"}
    everything = [second for found in pages.values() for second in found]
    print_table(
        f"{asked.people} people, {asked.think:g} s a page, {asked.workers} worker(s), "
        f"{os.cpu_count()} cores: {len(everything) / asked.seconds:.1f} requests a second, "
        f"{len(told.failed)} errors, {1000 * told.cpu_s / len(everything):.0f} ms of a core for each",
        ("page", "requests", "p50, ms", "p95, ms", "most, ms"),
        _rows({**pages, "all of them": everything, "sign in": told.seconds["sign in"]}),
    )
    for words in sorted(set(told.failed)):
        print(f"failed {told.failed.count(words)} times: {words}")
    if told.failed or _share(everything, 0.95) > GOAL_S:
        raise SystemExit("It is asked that nothing fails, and that p95 is at most 500 ms.")


def _rows(found: dict[str, list[float]]) -> Iterator[Sequence[object]]:
    for kind, seconds in found.items():
        shares = (_share(seconds, 0.5), _share(seconds, 0.95), max(seconds))
        yield (kind, len(seconds), *(f"{1000 * each:.0f}" for each in shares))


def _share(seconds: list[float], share: float) -> float:
    """Answer what so many of them do not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


if __name__ == "__main__":
    main(sys.argv[1:])
