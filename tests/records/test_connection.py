"""The records are reached, or a sentence says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from cairn.errors import ConfigurationError, InputError
from cairn.records.authorities import Authority
from cairn.records.connection import connect, database_errors_in_words, migrate, require_current_tables
from cairn.records.node import NodeConfig
from cairn.services.node.opening import Node, open_node, upgrade_node

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_models_and_the_migrations_agree(node: Node) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_tables_of_a_newer_version_are_refused(node: Node) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('records', '9999_later', '2030-01-01')"
        )
    for act in (require_current_tables, migrate):
        with pytest.raises(ConfigurationError, match="newer version") as caught:
            act()
        assert caught.value.code == "node.newer"


def test_older_tables_are_brought_up_to_date_by_a_command(node: Node) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'records' AND name LIKE '0002%'")
    with pytest.raises(ConfigurationError, match="cairn node upgrade"):
        open_node(node.config.folder)


@pytest.mark.parametrize("act", [open_node, upgrade_node])
@pytest.mark.parametrize("left", [None, b""])
def test_records_that_are_missing_are_never_replaced_by_empty_ones(
    sqlite_node: Node, act: Callable[[Path], object], left: bytes | None
) -> None:
    connection.close()
    for file in sqlite_node.config.folder.glob("records.sqlite3*"):
        file.unlink()
    if left is not None:
        sqlite_node.config.sqlite_file.write_bytes(left)
    with pytest.raises(ConfigurationError, match="Put them back from a backup"):
        act(sqlite_node.config.folder)
    assert sqlite_node.config.sqlite_file.exists() == (left is not None)


def test_a_file_that_is_no_database_is_a_sentence(sqlite_node: Node) -> None:
    sqlite_node.config.sqlite_file.with_suffix(".sqlite3-wal").unlink(missing_ok=True)
    connection.close()
    sqlite_node.config.sqlite_file.write_bytes(b"no database" * 500)
    with pytest.raises(ConfigurationError, match="are damaged"):
        open_node(sqlite_node.config.folder)
    with pytest.raises(ConfigurationError, match="are damaged"):
        migrate()


def test_what_is_there_already_is_not_called_a_server_that_does_not_answer(node: Node) -> None:
    again = Authority(code=node.authority.code, name="Again", kind="unit", country="NL", contact="desk")
    with (
        pytest.raises(InputError, match="recorded the same") as caught,
        database_errors_in_words(),
        transaction.atomic(),
    ):
        again.save()
    assert caught.value.code == "record.exists"
    assert node.authority.code not in caught.value.sentence


def test_what_is_too_long_for_a_server_is_said_so(node: Node) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps texts of any length")
    long = Authority(code="X" * 65, name="Long", kind="unit", country="NL", contact="desk")
    with (
        pytest.raises(InputError, match="too long") as caught,
        database_errors_in_words(),
        transaction.atomic(),
    ):
        long.save()
    assert caught.value.code == "record.invalid"


@pytest.mark.parametrize("address", ["mysql://somewhere", "postgresql://h:port/name", "postgresql://[h/name"])
def test_an_address_that_cannot_be_understood_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigurationError, match="postgresql://"):
        connect(NodeConfig(tmp_path, "id", "NL-UNIT", address))


def test_how_the_server_must_prove_itself_is_passed_on(tmp_path: Path) -> None:
    connect(
        NodeConfig(tmp_path, "id", "NL-UNIT", "postgresql://me@h/name?sslmode=verify-full&sslrootcert=%2Fca")
    )
    assert connection.settings_dict["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/ca"}


def test_a_server_that_is_not_there_is_a_sentence_without_its_address(tmp_path: Path) -> None:
    connect(NodeConfig(tmp_path, "id", "NL-UNIT", "postgresql://me:secret@127.0.0.1:1/name"))
    with pytest.raises(ConfigurationError, match="does not answer") as caught:
        require_current_tables()
    assert "secret" not in caught.value.sentence


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database or disk is full", "node.disk-full"),
        ("could not extend file: No space left on device", "node.disk-full"),
        ("database is locked", "node.busy"),
        ("database disk image is malformed", "node.damaged"),
        ('relation "records_sighting" does not exist', "node.damaged"),
        ("attempt to write a readonly database", "node.read-only"),
        ("server closed the connection", "node.unreachable"),
    ],
)
def test_what_the_database_refuses_becomes_a_sentence(said: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as caught, database_errors_in_words():
        raise DatabaseError(said)
    assert caught.value.code == code
