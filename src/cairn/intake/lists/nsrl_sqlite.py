"""NSRL RDS version 3: a SQLite database with a table FILE, read as hostile input.

A database file can hold views, triggers, virtual tables and expressions that run when it is read, and
damage that leads SQLite astray. So it is opened read-only and immutable (no journal is replayed, nothing is
written beside it); an authorizer allows nothing but reading stored columns of FILE; lengths and effort are
limited; and only plain columns of a plain table are asked for, in the order in which they are stored, with
no function, no sorting, and no view. Source: sqlite.org, "Defense Against The Dark Arts".
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from cairn.errors import InputError
from cairn.intake.lists.columns import hash_column, number_column, text_column
from cairn.intake.lists.entry import Batch, Hash, HashColumn, Remark, Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAGIC: Final = b"SQLite format 3\0"
_HASHES: Final = {"sha256": Hash.SHA256, "sha1": Hash.SHA1, "md5": Hash.MD5}
_SAID: Final = {"file_name": Said.NAME, "file_size": Said.SIZE_BYTES, "package_id": Said.SOURCE}
_BATCH_ROWS = 20_000
_MOST_TEXT_BYTES = 1024 * 1024
_MOST_STEPS_A_BATCH = 200
"""Of 100,000 operations each; a batch of 20,000 rows takes about 200,000 operations."""

_STEP_OPERATIONS = 100_000
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: _MOST_TEXT_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 10,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 1,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 1,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_DAMAGE: Final = (sqlite3.Error, UnicodeDecodeError, MemoryError)
"""What damage ends in: SQLite's own errors, names that are no text, and sizes that no memory could hold."""

_STORED = 0
"""Other values mean a column that is computed by an expression of the schema."""

_READABLE: Final = {"file", "sqlite_master"}


def read_nsrl_database(path: Path) -> Iterator[Batch]:
    """Yield the batches of the table FILE; a row counts as one line.

    Args:
        path: The database, which is never written to.

    Raises:
        InputError: It has no table FILE with hashes (``list.unknown``), or cannot be read to its end
            (``input.damaged``), raised after all rows before.
    """
    try:
        with closing(_opened(path)) as connection:
            columns = _columns(connection)
            budget = _Budget()
            connection.set_progress_handler(budget.step, _STEP_OPERATIONS)
            asked = f"SELECT {', '.join(columns)} FROM FILE NOT INDEXED"  # noqa: S608 - the names are ours
            cursor = connection.execute(asked)
            number = 1
            while rows := cursor.fetchmany(_BATCH_ROWS):
                budget.renew()
                yield _batch(rows, number, columns)
                number += len(rows)
    except _DAMAGE as error:
        raise InputError(
            f"The database cannot be read on: {type(error).__name__}.", code="input.damaged"
        ) from error


class _Budget:
    """How many steps the reading of one batch may still take."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> int:
        self.steps += 1
        return self.steps > _MOST_STEPS_A_BATCH

    def renew(self) -> None:
        self.steps = 0


def _opened(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, cached_statements=0)
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_allow)
    connection.text_factory = _text
    return connection


def _allow(
    action: int, first: str | None, second: str | None, database: str | None, source: str | None
) -> int:
    """Allow to read columns of the two tables, directly, and nothing else."""
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and (first or "").lower() in _READABLE and source is None:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (first, second) == ("table_xinfo", "FILE"):
        return sqlite3.SQLITE_OK
    del database
    return sqlite3.SQLITE_DENY


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _columns(connection: sqlite3.Connection) -> list[str]:
    """Answer the columns of FILE that are read.

    Raises:
        InputError: There is no such table (``list.unknown``).
    """
    tables = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name = 'FILE' LIMIT 2"
    ).fetchall()
    plain = [sql for kind, _, sql in tables if kind == "table" and not _is_special(sql)]
    if len(tables) != 1 or not plain:
        raise _unknown("it has no plain table FILE")
    described = connection.execute("PRAGMA table_xinfo(FILE)").fetchall()
    found = {str(column[1]).lower() for column in described if column[-1] == _STORED}
    columns = [name for name in (*_HASHES, *_SAID) if name in found]
    if not found & set(_HASHES):
        raise _unknown("its table FILE has no column sha256, sha1 or md5")
    return columns


def _is_special(sql: object) -> bool:
    return not isinstance(sql, str) or "virtual" in sql.lower().split("(")[0]


def _unknown(why: str) -> InputError:
    return InputError(f"This database is no NSRL list: {why}.", code="list.unknown")


def _batch(rows: Sequence[tuple[Any, ...]], first: int, columns: Sequence[str]) -> Batch:
    turned = {name: _texts(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}
    hashes = {kind: hash_column(turned[name], kind)[0] for name, kind in _HASHES.items() if name in turned}
    said: dict[Said, Sequence[Any]] = {}
    for name, field in _SAID.items():
        if name in turned:
            texts = turned[name]
            said[field] = number_column(texts)[0] if field is Said.SIZE_BYTES else text_column(texts)
    kept = np.zeros(len(rows), dtype=np.bool_)
    for column in hashes.values():
        kept |= column.present
    numbers = np.arange(first, first + len(rows), dtype=np.int64)
    chosen = np.flatnonzero(kept)
    return Batch(
        lines=numbers[kept],
        hashes={kind: HashColumn(each.values[kept], each.present[kept]) for kind, each in hashes.items()},
        said={kind: [values[row] for row in chosen.tolist()] for kind, values in said.items()},
        facts={},
        set_aside=tuple(Remark(number, "It has no hash.", number) for number in numbers[~kept].tolist()),
        doubts=(),
        line_count=len(rows),
        passed_over=0,
    )


def _texts(values: Sequence[object]) -> Sequence[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return cast("Sequence[str]", values)
    if kinds == {int}:
        return list(map(str, values))
    return [
        value if isinstance(value, str) else str(value) if isinstance(value, int) else "" for value in values
    ]
