"""The database itself refuses to change or delete a row of the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

SQLITE = [
    f"CREATE TRIGGER audit_no_{act} BEFORE {act.upper()} ON records_auditevent "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    for act in ("update", "delete")
]
POSTGRESQL = [
    (
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON records_auditevent "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    ),
]


def forbid_changes(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_first")]
    operations = [migrations.RunPython(forbid_changes)]
