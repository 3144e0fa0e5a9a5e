"""What every test stands on: no network, and a fresh node on each database that is at hand."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from hypothesis import HealthCheck, settings

from cairn.records import connection
from cairn.records.connection import disconnect
from cairn.records.lock import as_the_node
from cairn.records.node import NODE_FILE
from cairn.services.node.opening import Node, open_node
from fresh_postgresql import FreshDatabase
from node_templates import ORDINARY_ROLE, Templates, shared_templates

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where a change is judged, the same examples are tried each time; elsewhere new ones every time. How quickly
# an example is drawn says how busy the machine is, not whether a rule holds.
settings.register_profile("anywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("judging", settings.get_profile("anywhere"), derandomize=True)
settings.load_profile("judging" if os.environ.get("CI") else "anywhere")

PURE_ROOMS = frozenset(
    {"exchange", "fingerprints", "index", "intake", "linking", "readers", "synthetic", "transparency"}
)
"""The folders whose tests, with those beside this file, are watched for coverage."""

POSTGRES = os.environ.get("CAIRN_TEST_POSTGRES", "")
"""A server on loopback on which this user may create databases, such as postgresql://me@127.0.0.1:5433/postgres"""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection of a test to anywhere but this machine."""
    real = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address).startswith(("('127.", "('::1'")):
            raise AssertionError(f"A test tried to reach {address}")
        real(self, address)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords once instead of a million times: the tests' passwords protect nothing."""
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)


@pytest.fixture
def _ctrl_c_counts() -> Iterator[None]:
    """Have processes of a test begin with Ctrl-C counting, also where the tests run in the background.

    There a shell has it ignored, and so would every child; one that is handled is for a new program as usual.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def _unsynchronised() -> Iterator[None]:
    """Let SQLite not wait for the disk at each commit of this process: no test cuts the power."""
    options = connection._SQLITE_OPTIONS
    command = str(options["init_command"])
    assert "synchronous=FULL" in command, "what counts in real nodes"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(options, "init_command", command.replace("=FULL", "=OFF"))
        yield


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """New nodes of NL-UNIT to copy, made once for all processes of the run."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with shared_templates(folder / "templates", server=POSTGRES) as templates:
        yield templates


@pytest.fixture(scope="session")
def fresh_database(templates: Templates) -> Iterator[FreshDatabase]:
    """The database of this process on the PostgreSQL server."""
    name, (_, template) = f"cairn_test_{os.getpid()}", templates.postgresql()
    database = FreshDatabase(server=POSTGRES, name=name, template=template, owner=ORDINARY_ROLE)
    yield database
    database.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Node]:
    """A fresh node of NL-UNIT; a test that uses it runs on SQLite and, where a server is, on PostgreSQL."""
    yield from _fresh_node(request, tmp_path, str(request.param))


@pytest.fixture
def sqlite_node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Node]:
    """A fresh node of NL-UNIT on SQLite, for what does not depend on the database."""
    yield from _fresh_node(request, tmp_path, "sqlite")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of NL-UNIT for all tests of a file, who act as themselves; no other node goes with it."""
    yield from _shared(request, tmp_path_factory, str(request.param))


@pytest.fixture(scope="module")
def shared_sqlite_node(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Node]:
    """The same on SQLite, for what does not depend on the database."""
    yield from _shared(request, tmp_path_factory, "sqlite")


def _shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kind: str
) -> Iterator[Node]:
    with _folder_of_a_node(request, tmp_path_factory.mktemp("shared"), kind) as folder:
        yield open_node(folder)


def pytest_collection_finish() -> None:
    """Never look through the collected tests for what is not used any more, and through the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Do not watch the tests of other rooms: it takes a third of their time, and a pure room has its own."""
    place = item.path.relative_to(Path(__file__).parent).parts
    watching = Coverage.current() if len(place) > 1 and place[0] not in PURE_ROOMS else None
    if watching:
        watching.stop()
    try:
        return (yield)
    finally:
        if watching:
            watching.start()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once for each reason, and not once for each test, what was skipped."""
    reports = terminalreporter.getreports("skipped")
    reasons = Counter(str(report.longrepr[-1]) for report in reports if isinstance(report.longrepr, tuple))
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"{tests} skipped: {reason.removeprefix('Skipped: ')}")


def _fresh_node(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[Node]:
    # A test sets up what many authorities have recorded; the services it calls act for one of them.
    with _folder_of_a_node(request, tmp_path, kind) as folder, as_the_node("a test sets its scene up"):
        yield open_node(folder)


@contextmanager
def _folder_of_a_node(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[Path]:
    if kind == "postgresql" and not POSTGRES:
        pytest.skip("CAIRN_TEST_POSTGRES names no PostgreSQL server")
    templates: Templates = request.getfixturevalue("templates")
    folder = tmp_path / "node"
    if kind == "sqlite":
        shutil.copytree(templates.sqlite(), folder)
        yield folder
        disconnect()
        return
    database: FreshDatabase = request.getfixturevalue("fresh_database")
    template, template_name = templates.postgresql()
    shutil.copytree(template, folder)
    file = folder / NODE_FILE
    file.write_text(file.read_text().replace(template_name, database.name))
    with database.lent():
        yield folder
    disconnect()
