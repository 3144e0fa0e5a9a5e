"""One PostgreSQL database for all tests of a process: what a test wrote is taken back, table by table.

A clone of the template takes the server longer than most tests run. So a database is cloned once; before each
further test it is looked through, rows that were written are deleted, and the numbers of the next rows set
back. Where the tables themselves were changed, or much was written, it is cloned again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

MUCH = 2 * 1024 * 1024
"""Bytes by which a database may have grown and still be renewed; beyond it, tests would meet empty pages."""

_SHAPE = """SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
    SELECT concat_ws(' ', 'class', oid, relname, relkind, relowner, relrowsecurity, relforcerowsecurity,
                     relacl, reloptions) AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'column', attrelid, attnum, xmin) FROM pg_attribute
              WHERE attrelid >= 16384
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, xmin) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'policy', oid, xmin) FROM pg_policy
    UNION ALL SELECT concat_ws(' ', 'constraint', oid, xmin) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 'function', oid, xmin) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', 'default', oid, xmin) FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', 'setting', setrole, setconfig) FROM pg_db_role_setting
              WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
) AS lines"""
"""What the tables are, as opposed to what is in them; any change of them gives another answer."""

_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
_SIZE = (
    "SELECT sum(pg_relation_size(oid)) FROM pg_class"
    " WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
)
_NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@dataclass(frozen=True)
class _Origin:
    """What a database was when it had just been cloned."""

    size_bytes: int
    shape: str
    rows: dict[str, bytes]
    numbers: dict[str, int | None]


class FreshDatabase:
    """A database that ``renew`` makes as the template is, by the cheapest way that leads there."""

    clones = 0
    """How often the server had to clone the template."""

    def __init__(self, *, server: str, name: str, template: str, owner: str) -> None:
        """Nothing is made before the first ``renew``."""
        self.name = name
        self._server, self._template, self._owner = server, template, owner
        self._connection: psycopg.Connection | None = None
        self._origin: _Origin | None = None
        self._is_lent = False

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Renew the database and lend it to one test, or to one file's tests, at a time."""
        assert not self._is_lent, "a node that a file's tests share and another do not go together"
        self.renew()
        self._is_lent = True
        try:
            yield
        finally:
            self._is_lent = False

    def renew(self) -> None:
        """Afterwards the database is as the template is; connections of others to it are ended."""
        if self._connection is None or self._origin is None or not self._is_taken_back(self._origin):
            self._clone()

    def drop(self) -> None:
        """Leave nothing on the server."""
        if self._connection is not None:
            self._connection.close()
        on_server(self._server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)

    def contents(self) -> tuple[str, dict[str, bytes], dict[str, int | None]]:
        """Answer what the tables are, all rows in the order in which they lie, and the last numbers given."""
        return self._one(_SHAPE), {name: self._rows(name) for name in self._tables()}, self._numbers()

    def _clone(self) -> None:
        self.drop()
        statement: LiteralString = "CREATE DATABASE {} TEMPLATE {} OWNER {}"
        on_server(self._server, statement, self.name, self._template, self._owner)
        self.clones += 1
        self._connection = psycopg.connect(self._server, dbname=self.name, autocommit=True)
        # Neither the triggers that keep the log nor the ties between tables hinder the taking back.
        self._run("SET session_replication_role = replica")
        self._origin = _Origin(self._one(_SIZE), *self.contents())

    def _is_taken_back(self, origin: _Origin) -> bool:
        """Take back what was written; answer whether that was possible."""
        self._run(_OTHERS)
        if self._one(_SHAPE) != origin.shape or self._one(_SIZE) > origin.size_bytes + MUCH:
            return False
        written = self._written(origin)
        for name in written:
            self._run("DELETE FROM {}", name)
        if written:
            # What is written next lies in the order of writing, as in a new table.
            self._run(f"VACUUM {', '.join(['{}'] * len(written))}", *written)
        for name in written:
            with self._cursor().copy(_named("COPY {} FROM STDIN", name)) as copy:
                copy.write(origin.rows[name])
        for name, number in self._numbers().items():
            if number != origin.numbers[name]:
                values = (name, origin.numbers[name] or 1, origin.numbers[name] is not None)
                self._cursor().execute("SELECT setval(%s::regclass, %s, %s)", values)
        return True

    def _written(self, origin: _Origin) -> list[str]:
        """Answer the tables whose rows are not those of the template."""
        empty = [name for name, rows in origin.rows.items() if not rows]
        each = ", ".join(["EXISTS (SELECT FROM {})"] * len(empty))
        filled = [*compress(empty, self._one(f"SELECT ARRAY[{each}]", *empty))]
        return filled + [name for name, rows in origin.rows.items() if rows and self._rows(name) != rows]

    def _tables(self) -> list[str]:
        return [name for (name,) in self._run(_TABLES)]

    def _rows(self, table: str) -> bytes:
        with self._cursor().copy(_named("COPY {} TO STDOUT", table)) as copy:
            return b"".join(bytes(part) for part in copy)

    def _numbers(self) -> dict[str, int | None]:
        return dict(self._run(_NUMBERS).fetchall())

    def _one(self, question: LiteralString, *names: str) -> Any:
        row = self._run(question, *names).fetchone()
        assert row
        return row[0]

    def _run(self, statement: LiteralString, *names: str) -> psycopg.Cursor:
        return self._cursor().execute(_named(statement, *names))

    def _cursor(self) -> psycopg.Cursor:
        assert self._connection, "it has been renewed before"
        return self._connection.cursor()


def on_server(server: str, statement: LiteralString, *names: str) -> None:
    """Run a statement about these names on the server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(_named(statement, *names))


def _named(statement: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
