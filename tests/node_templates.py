"""New nodes to copy: bringing tables up takes seconds, so that all processes of a run share one of each."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit, urlunsplit

import psycopg

from cairn.records.authorities import AuthorityKind
from cairn.records.connection import disconnect
from cairn.services.directory.authorities import NewAuthority
from cairn.services.node.opening import create_node
from fresh_postgresql import on_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORDINARY_ROLE = "cairn_ordinary"
"""Who the tests' nodes are to PostgreSQL; the server has to let it in without a password."""

HOME = NewAuthority(
    "NL-UNIT", "Demonstration unit, Netherlands", AuthorityKind.UNIT, "NL", "desk@unit.nl.example"
)


class Templates:
    """A new node of NL-UNIT on each database, made when the first process asks for it."""

    def __init__(self, folder: Path, *, server: str) -> None:
        """Share them with whoever names the same folder."""
        self._folder, self._server = folder, server

    def sqlite(self) -> Path:
        """Answer the folder of a new node on SQLite."""
        folder = self._folder / "sqlite"
        with _locked(self._folder / "sqlite.lock"):
            if not folder.exists():
                create_node(folder, authority=HOME, database="sqlite")
                disconnect()
        return folder

    def postgresql(self) -> tuple[Path, str]:
        """Answer the folder of a new node on PostgreSQL, and the name of its database."""
        folder, noted = self._folder / "postgresql", self._folder / "database"
        with _locked(self._folder / "postgresql.lock"):
            if not folder.exists():
                noted.write_text(f"cairn_template_{os.getpid()}")
                self._make_on_server(folder, noted.read_text())
        return folder, noted.read_text()

    def drop(self) -> None:
        """Leave nothing on the server."""
        if (self._folder / "database").exists():
            on_server(self._server, "DROP DATABASE IF EXISTS {}", (self._folder / "database").read_text())

    def _make_on_server(self, folder: Path, name: str) -> None:
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            on_server(self._server, "CREATE ROLE {} LOGIN", ORDINARY_ROLE)
        # Some tests take the triggers away, as an administrator of the server could.
        on_server(self._server, "GRANT SET ON PARAMETER session_replication_role TO {}", ORDINARY_ROLE)
        on_server(self._server, "CREATE DATABASE {} OWNER {}", name, ORDINARY_ROLE)
        create_node(folder, authority=HOME, database=_address(self._server, name))
        disconnect()


@contextmanager
def shared_templates(folder: Path, *, server: str) -> Iterator[Templates]:
    """Answer the templates of all processes that name this folder; the last one to end takes them away."""
    folder.mkdir(exist_ok=True)
    templates = Templates(folder, server=server)
    with (folder / "in-use").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield templates
        if _is_last(file):
            templates.drop()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_last(file: TextIO) -> bool:
    """Answer whether no other process holds its share of the file's lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _address(server: str, database: str) -> str:
    address = urlsplit(server)
    place = address.netloc.rpartition("@")[2]
    return urlunsplit(address._replace(netloc=f"{ORDINARY_ROLE}@{place}", path=f"/{database}"))
