"""NSRL databases are read as hostile input: only plain rows of a plain table, and nothing is written."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cairn.errors import InputError
from cairn.intake.lists import ListEntry, ListFormat, Reckoning, Recognised, read_list, recognise_file
from cairn.intake.lists.nsrl_sqlite import _opened
from intake.lists.samples import md5, sha1, sha256

TABLE = (
    "CREATE TABLE FILE (sha256 VARCHAR, sha1 VARCHAR, md5 VARCHAR, file_name VARCHAR, file_size INTEGER, "
    "package_id INTEGER)"
)


def _database(path: Path, *statements: str, rows: int = 0, table: str = TABLE) -> Path:
    file = path / "rds.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(table)
        for n in range(rows):
            hashes = (each.hex().upper() for each in (sha256(n), sha1(n), md5(n)))
            connection.execute("INSERT INTO FILE VALUES (?, ?, ?, ?, ?, ?)", (*hashes, f"f{n}.dll", n, 5))
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return file


def _entries(file: Path) -> list[ListEntry]:
    found = recognise_file(file)
    assert isinstance(found, Recognised)
    assert found.format is ListFormat.NSRL_DATABASE
    assert found.is_known_good
    reckoning, entries = Reckoning(), []
    for batch in read_list(file, found):
        reckoning.add(batch)
        entries += list(batch.entries())
    assert reckoning.adds_up
    return entries


def test_every_row_of_the_table_is_an_entry(tmp_path: Path) -> None:
    file = _database(tmp_path, rows=3)
    before = file.read_bytes()
    entries = _entries(file)
    assert entries[2] == ListEntry(
        3, md5=md5(2), sha1=sha1(2), sha256=sha256(2), size_bytes=2, name="f2.dll", source="5"
    )
    assert len(entries) == 3
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["rds.db"]


def test_a_name_with_signs_of_addresses_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "a?b#c%41 ü"
    folder.mkdir()
    assert len(_entries(_database(folder, rows=1))) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have names of text only")
def test_a_name_that_is_no_text_is_opened(tmp_path: Path) -> None:
    file = _database(tmp_path, rows=1)
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/gr\xfcn.db"))
    file.rename(odd)
    assert len(_entries(odd)) == 1


def test_rows_without_a_hash_are_set_aside_and_odd_values_are_none(tmp_path: Path) -> None:
    file = _database(
        tmp_path,
        "INSERT INTO FILE VALUES (NULL, x'00ff', 7, 'a', 'big', 1)",
        f"INSERT INTO FILE VALUES (NULL, NULL, '{md5(9).hex()}', x'ff', 'big', NULL)",  # noqa: S608 - ours
    )
    found = recognise_file(file)
    assert isinstance(found, Recognised)
    [batch] = read_list(file, found)
    assert [(each.line, each.why) for each in batch.set_aside] == [(1, "It has no hash.")]
    assert list(batch.entries()) == [ListEntry(2, md5=md5(9))]


def test_a_table_with_only_some_of_the_columns_is_read(tmp_path: Path) -> None:
    row = f"INSERT INTO FILE VALUES ('{sha1(1).hex()}')"  # noqa: S608 - ours
    file = _database(tmp_path, row, table="CREATE TABLE FILE (SHA1 TEXT)")
    assert _entries(file) == [ListEntry(1, sha1=sha1(1))]


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("CREATE TABLE OTHER (md5)", "no plain table FILE"),
        ("CREATE TABLE FILE (name)", "no column sha256"),
        ("CREATE VIEW FILE AS SELECT 1 AS md5", "no plain table FILE"),
        ("CREATE VIRTUAL TABLE FILE USING fts5(md5)", "no plain table FILE"),
    ],
)
def test_what_is_no_plain_table_is_not_read(tmp_path: Path, table: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        _entries(_database(tmp_path, table=table))
    assert refused.value.code == "list.unknown"


def test_an_expression_in_the_schema_never_runs(tmp_path: Path) -> None:
    table = "CREATE TABLE FILE (a TEXT, md5 TEXT AS (upper(hex(zeroblob(16)))) VIRTUAL)"
    with pytest.raises(InputError, match="no column sha256") as refused:
        _entries(_database(tmp_path, "INSERT INTO FILE (a) VALUES ('x')", table=table))
    assert refused.value.code == "list.unknown"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT upper(md5) FROM FILE",
        "SELECT load_extension('x')",
        "SELECT md5 FROM OTHER",
        "INSERT INTO FILE (md5) VALUES ('x')",
        "ATTACH ':memory:' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA table_xinfo(OTHER)",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n",
    ],
)
def test_nothing_is_allowed_but_reading_columns_of_the_table(tmp_path: Path, statement: str) -> None:
    file = _database(tmp_path, "CREATE TABLE OTHER (md5)", rows=1)
    with closing(_opened(file)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute(statement).fetchall()


def test_effort_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.intake.lists.nsrl_sqlite._STEP_OPERATIONS", 1)
    with pytest.raises(InputError, match="OperationalError"):
        _entries(_database(tmp_path, rows=2000))


def test_a_value_beyond_every_measure_is_refused(tmp_path: Path) -> None:
    file = _database(tmp_path, "INSERT INTO FILE (md5) VALUES (zeroblob(2000000))")
    with pytest.raises(InputError, match="DataError"):
        _entries(file)


@pytest.mark.parametrize("at", [18, 100, 108, 2100, 4096, 4104])
def test_damage_ends_in_a_sentence(tmp_path: Path, at: int) -> None:
    file = _database(tmp_path, rows=500)
    data = bytearray(file.read_bytes())
    data[at : at + 40] = b"\xff" * 40
    file.write_bytes(data)
    try:
        assert len(_entries(file)) <= 501
    except InputError as error:
        assert error.code in {"input.damaged", "list.unknown"}  # noqa: PT017 - either end is well


def test_a_journal_beside_it_is_left_alone(tmp_path: Path) -> None:
    file = _database(tmp_path, rows=1)
    (tmp_path / "rds.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    assert len(_entries(file)) == 1
    assert (tmp_path / "rds.db-journal").exists()
