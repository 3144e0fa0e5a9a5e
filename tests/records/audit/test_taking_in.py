"""A node that an earlier version made keeps its log: what is in it becomes the beginning of the tree."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections, transaction

from cairn.records import audit
from cairn.records.audit import AuditEvent, AuditState, AuditTag, stored_rows
from cairn.records.authorities import Authority
from cairn.records.connection import connect, disconnect, migrate
from cairn.records.node import NodeConfig
from cairn.records.users import Actor
from cairn.transparency import Frontier
from records.table_shapes import shape

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTGRES = os.environ.get("CAIRN_TEST_POSTGRES", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def _old_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Point at a database as the version before the tree left it: three acts, and a gap in their numbers."""
    name, address = f"cairn_old_{uuid.uuid4().hex}", "sqlite"
    if request.param == "postgresql":
        if not POSTGRES:
            pytest.skip("CAIRN_TEST_POSTGRES names no PostgreSQL server")
        address = f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        _on_server(f"CREATE DATABASE {name}")
    connect(NodeConfig(tmp_path, "an identity", "NL-UNIT", address))
    call_command("migrate", "records", "0004", verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_authority (code, name, kind, country, contact, languages, contact_hours, "
            "contact_channel, created_at) VALUES ('NL-UNIT', 'Unit', 'unit', 'NL', 'desk', '[]', '', '', "
            "'2026-11-01 10:00:00+00:00')"
        )
        for number, second in ((1, "00"), (2, "00.5"), (5, "01")):
            cursor.execute(
                "INSERT INTO records_auditevent (id, at, tag, actor_id, case_reference, purpose, record_ids, "
                "counts) SELECT %s, %s, 'check:media:answer', id, 'Fall', '', '[4]', '{\"new\": 2}' "
                "FROM records_authority",
                [number, f"2026-11-01 10:00:{second}+00:00"],
            )
        if request.param == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('records_auditevent', 'id'), 5)")
    yield
    disconnect()
    if request.param == "postgresql":
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.usefixtures("_old_tables")
def test_old_entries_are_taken_in_and_old_tables_become_those_of_a_new_node() -> None:
    migrate()
    rows = list(stored_rows(end=10))
    assert [(row.id, row.position) for row in rows] == [(1, 0), (2, 1), (5, 2)]
    assert [row.leaf for row in rows] == [row.leaf_at(row.position) for row in rows]
    assert AuditState.objects.get().tree == Frontier().extend(row.leaf for row in rows)
    assert {event.actor_code for event in AuditEvent.objects.all()} == {"NL-UNIT"}
    with transaction.atomic():
        event = audit.append(AuditTag.SERIES_MET, actor=Actor.operator(Authority.objects.get()))
    assert (event.pk > 5, event.position) == (True, 3)
    brought_up = shape()
    _begin_anew()
    migrate()
    assert shape() ^ brought_up == set()


def _begin_anew() -> None:
    """Empty the database: what comes then is made at once, not step by step."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        name = connection.settings_dict["NAME"]
        disconnect()
        for file in Path(name).parent.glob("records.sqlite3*"):
            file.unlink()


def _on_server(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement.encode())
