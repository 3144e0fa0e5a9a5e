"""The audit log becomes a tree: what is in it already is taken in, in the order in which it was written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import django.db.models.deletion
from django.db import migrations, models

from cairn.records.audit.entry import SALT_BYTES, Entry
from cairn.transparency import Frontier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

BATCH_ROWS = 5_000
APPEND_ONLY = ("records_auditevent", "records_audithead", "records_auditcosignature", "records_witnessedhead")
SAID = "'the audit log is append-only'"


def open_the_log(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let the rows get their new columns; this transaction closes the log again."""
    if schema_editor.connection.vendor == "sqlite":
        for act in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_no_{act}")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS audit_no_change ON records_auditevent")


def take_in(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    events: Any = apps.get_model("records", "AuditEvent")
    frontier, last = Frontier(), 0
    while True:
        rows = list(events.objects.filter(pk__gt=last).order_by("pk").select_related("actor")[:BATCH_ROWS])
        if not rows:
            break
        values, leaves = [], []
        for position, row in enumerate(rows, start=frontier.size):
            entry = _entry(row, position)
            leaves.append(entry.leaf())
            values.append((position, entry.authority, entry.salt, leaves[-1], row.pk))
        _write(schema_editor, values)
        frontier, last = frontier.extend(leaves), rows[-1].pk
    state: Any = apps.get_model("records", "AuditState")
    state.objects.create(pk=1, size=frontier.size, frontier=frontier.to_bytes())


def _entry(row: Any, position: int) -> Entry:
    return Entry(
        position=position,
        at=row.at,
        tag=row.tag,
        authority=row.actor.code,
        user=row.user_id,
        case=row.case_reference,
        purpose=row.purpose,
        records=row.record_ids,
        counts=row.counts,
        salt=os.urandom(SALT_BYTES),
    )


def _write(schema_editor: BaseDatabaseSchemaEditor, values: Sequence[tuple[int | str | bytes, ...]]) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE records_auditevent SET position = %s, actor_code = %s, salt = %s, leaf_hash = %s "
            "WHERE id = %s",
            values,
        )


def close_the_log(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What is written stays, in every table of the log; the one row of its state only grows."""
    for statement in _sqlite() if schema_editor.connection.vendor == "sqlite" else _postgresql():
        schema_editor.execute(statement)


def _sqlite() -> Sequence[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, {SAID}); END"
    state = "ON records_auditstate"
    guards = [
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} {refuse}"
        for table in APPEND_ONLY
        for act in ("update", "delete")
    ]
    shrinks = "WHEN NEW.size <= OLD.size OR NEW.id <> OLD.id"
    grows = f"CREATE TRIGGER records_auditstate_grows BEFORE UPDATE {state} {shrinks} {refuse}"
    stays = f"CREATE TRIGGER records_auditstate_no_delete BEFORE DELETE {state} {refuse}"
    return [*guards, grows, stays]


def _postgresql() -> Sequence[str]:
    refuse = "EXECUTE FUNCTION audit_append_only()"
    state = "ON records_auditstate FOR EACH"
    change = "BEFORE UPDATE OR DELETE OR TRUNCATE"
    guards = [
        f"CREATE TRIGGER audit_no_change {change} ON {table} FOR EACH STATEMENT {refuse}"
        for table in APPEND_ONLY
    ]
    shrinks = "WHEN (NEW.size <= OLD.size OR NEW.id <> OLD.id)"
    grows = f"CREATE TRIGGER audit_grows BEFORE UPDATE {state} ROW {shrinks} {refuse}"
    stays = f"CREATE TRIGGER audit_no_delete BEFORE DELETE OR TRUNCATE {state} STATEMENT {refuse}"
    return [*guards, grows, stays]


class Migration(migrations.Migration):
    dependencies = [("records", "0004_leads")]
    operations = [
        migrations.RunPython(open_the_log),
        migrations.CreateModel(
            name="AuditState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("frontier", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="audit_state_once")
                ],
            },
        ),
        migrations.AlterField("auditevent", "at", models.DateTimeField()),
        migrations.AddField("auditevent", "position", models.BigIntegerField(null=True)),
        migrations.AddField("auditevent", "actor_code", models.CharField(max_length=64, null=True)),
        migrations.AddField("auditevent", "salt", models.BinaryField(max_length=16, null=True)),
        migrations.AddField("auditevent", "leaf_hash", models.BinaryField(max_length=32, null=True)),
        migrations.RunPython(take_in),
        migrations.AlterField("auditevent", "position", models.BigIntegerField(unique=True)),
        migrations.AlterField("auditevent", "actor_code", models.CharField(max_length=64)),
        migrations.AlterField("auditevent", "salt", models.BinaryField(max_length=16)),
        migrations.AlterField("auditevent", "leaf_hash", models.BinaryField(max_length=32)),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditCosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=300)),
                ("line", models.TextField()),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="records.audithead",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("head", "key"), name="cosignature_once")],
            },
        ),
        migrations.CreateModel(
            name="WitnessedHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=300)),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("witnessed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "size"), name="witnessed_head_once")
                ],
            },
        ),
        migrations.RunPython(close_the_log),
    ]
