"""What every test stands on: no network, and a fresh node on each database that is at hand."""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from hypothesis import settings
from psycopg import sql

from cairn.records.authorities import AuthorityKind
from cairn.records.connection import disconnect
from cairn.records.lock import as_the_node
from cairn.records.node import NODE_FILE
from cairn.services.directory.authorities import NewAuthority
from cairn.services.node.opening import Node, create_node, open_node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Where a change is judged, the same examples are tried each time; elsewhere new ones every time.
settings.register_profile("judging", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("judging")

POSTGRES = os.environ.get("CAIRN_TEST_POSTGRES", "")
"""A server on loopback on which this user may create databases, such as postgresql://me@127.0.0.1:5433/postgres"""

ORDINARY_ROLE = "cairn_ordinary"
"""Who the tests' nodes are to PostgreSQL; the server has to let it in without a password."""

HOME = NewAuthority(
    "NL-UNIT", "Demonstration unit, Netherlands", AuthorityKind.UNIT, "NL", "desk@unit.nl.example"
)


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


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "node"
    create_node(folder, authority=HOME, database="sqlite")
    disconnect()
    return folder


@pytest.fixture(scope="session")
def _postgresql_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("template") / "node"
    name = f"cairn_template_{os.getpid()}"
    _make_ordinary_role()
    _on_server("CREATE DATABASE {} OWNER {}", name, ORDINARY_ROLE)
    create_node(folder, authority=HOME, database=_address(name))
    disconnect()
    yield folder
    _on_server("DROP DATABASE {} WITH (FORCE)", name)


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
    template: Path = request.getfixturevalue(f"_{kind}_template")
    folder = tmp_path / "node"
    shutil.copytree(template, folder)
    name = f"cairn_test_{os.getpid()}"
    if kind == "postgresql":
        template_name = f"cairn_template_{os.getpid()}"
        _on_server("CREATE DATABASE {} TEMPLATE {} OWNER {}", name, template_name, ORDINARY_ROLE)
        file = folder / NODE_FILE
        file.write_text(file.read_text().replace(template_name, name))
    yield folder
    disconnect()
    if kind == "postgresql":
        _on_server("DROP DATABASE {} WITH (FORCE)", name)


def _make_ordinary_role() -> None:
    """Make the role that the tests' nodes connect as: an owner of tables, whom the second lock binds."""
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        _on_server("CREATE ROLE {} LOGIN", ORDINARY_ROLE)
    # Some tests take the triggers away, as an administrator of the server could.
    _on_server("GRANT SET ON PARAMETER session_replication_role TO {}", ORDINARY_ROLE)


def _address(database: str) -> str:
    address = urlsplit(POSTGRES)
    place = address.netloc.rpartition("@")[2]
    return urlunsplit(address._replace(netloc=f"{ORDINARY_ROLE}@{place}", path=f"/{database}"))


def _on_server(statement: str, *names: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
