"""Which pages of the desk a hundred people open, how often, and where they lie on a demonstration."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from os import cpu_count
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from cairn.records.connection import disconnect
from cairn.records.lock import as_the_node
from cairn.records.node import EMBEDDED_DATABASE, NODE_FILE
from cairn.records.users import Role, User
from cairn.services.demonstration import fill_node
from cairn.services.node.opening import open_node
from cairn.synthetic import write_story

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CAIRN = (sys.executable, "-m", "cairn.cli.main")
PASSWORD = "a very long sentence"  # noqa: S105 - protects nothing
CASE = "BENCH-1"
SEED = 2026
MIX = {
    "check list": 8,
    "answer": 12,
    "files of an answer": 10,
    "one file": 8,
    "series list": 12,
    "series": 14,
    "review": 8,
    "masked picture": 12,
    "links": 4,
    "two media": 6,
    "alerts": 5,
    "statistics": 2,
    "people": 2,
    "directory": 2,
    "account": 1,
    "note (a form)": 4,
}
"""Of so many in 110 requests; a look is audited, so nearly every one of them also writes."""
CHECKS = "/checks/"
_FOUND_ON = {
    "series": ("/series/", r'href="(/series/\d+/)"'),
    "masked picture": (f"/review/?case={CASE}", r'<img src="(/review/picture/[^"]+)"'),
    "two media": ("/links/?all=yes", r'href="(/compare/[^"]+)"'),
}


@dataclass(frozen=True)
class Demonstration:
    """A demonstration of one's own, in which anything may be changed."""

    place: Path

    @property
    def node(self) -> Path:
        """The node's folder."""
        return self.place / "node"


def demonstration(made: Path, *, given: Path | None, database: str = EMBEDDED_DATABASE) -> Demonstration:
    """Build a demonstration below ``made``, or copy one; the desk may check what lies in it.

    Args:
        made: An empty folder.
        given: A folder that ``cairn demo --folder`` has made, for a node on SQLite.
        database: Where the records of a new one are kept.
    """
    place = made / "demo"
    if given is None:
        fill_node(place / "node", write_story(place, seed=SEED), workers=cpu_count() or 1, database=database)
        disconnect()
    else:
        shutil.copytree(given, place)
        subprocess.run([*CAIRN, "node", "upgrade", "--node", place / "node"], check=True)
    with (place / "node" / NODE_FILE).open("a") as file:
        file.write(f'\n[desk]\ncheck_roots = ["{place}"]\n')
    return Demonstration(place)


def people(demo: Demonstration, number: int) -> list[str]:
    """Record so many investigators of the asker's unit, with one password, hashed as ever, once."""
    node, password = open_node(demo.node), make_password(PASSWORD)
    logins = [f"visitor-{each}" for each in range(number)]
    with as_the_node("a benchmark records people"):
        rows = (
            User(authority=node.authority, login=login, name=login, role=Role.INVESTIGATOR, password=password)
            for login in logins
        )
        User.objects.bulk_create(rows, ignore_conflicts=True)  # They are there from a run before.
    disconnect()
    return logins


def check_form(demo: Demonstration) -> dict[str, str]:
    """Answer the form that has the seizure checked and recorded, so that there is something to review."""
    seizure = str(demo.place / "seizure")
    return {"label": "seizure", "case": CASE, "register": "on", "path": seizure, "server": "1"}


def last_answer(checks: str) -> str:
    """Answer the address of the newest answer on the list of checks."""
    return found_on(checks, r'href="(/checks/\d+/)"', CHECKS)[-1]


def sources(answer: str) -> list[str]:
    """Answer the pages on which the addresses of others stand."""
    return [f"{answer}files/", *(address for address, _ in _FOUND_ON.values())]


def places(answer: str, pages: Mapping[str, str]) -> dict[str, list[str]]:
    """Answer where each kind of page lies.

    Args:
        answer: The address of an answer.
        pages: What stands on each of ``sources``.
    """
    files = f"{answer}files/"
    found = {kind: found_on(pages[on], pattern, on) for kind, (on, pattern) in _FOUND_ON.items()}
    return {
        **found,
        "check list": [CHECKS],
        "answer": [answer],
        "files of an answer": [files, f"{files}?order=first"],
        "one file": found_on(pages[files], rf'href="({files}\d+/)"', files),
        "series list": ["/series/", "/series/?status=unidentified"],
        "review": [f"/review/?case={CASE}"],
        "links": ["/links/"],
        "alerts": ["/alerts/"],
        "statistics": ["/statistics/"],
        "people": ["/people/"],
        "directory": ["/directory/"],
        "account": ["/account/"],
        "note (a form)": [f"{place}note/" for place in found["series"]],
    }


def all_places(read: Callable[[str], str]) -> dict[str, list[str]]:
    """Answer the same for somebody who reads one page after the other."""
    answer = last_answer(read(CHECKS))
    return places(answer, {source: read(source) for source in sources(answer)})


def found_on(text: str, pattern: str, address: str) -> list[str]:
    """Answer the addresses that stand on a page.

    Raises:
        SystemExit: There is none.
    """
    found = sorted({each.replace("&amp;", "&") for each in re.findall(pattern, text)})
    if not found:
        raise SystemExit(f"There is nothing at {address}")
    return found
