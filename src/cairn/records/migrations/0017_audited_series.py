"""Which series an act was about: taken from the log as it is, and from now on by the database itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django.db.models.deletion
from django.db import migrations, models

from cairn.records.lock import node_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

TABLE = "records_auditedseries"
SAID = "'the audit log is append-only'"
REFUSE = f"BEGIN SELECT RAISE(ABORT, {SAID}); END"
COLUMNS = f"INSERT INTO {TABLE} (series_number, event_id) SELECT DISTINCT"
SQLITE = (
    (
        f"{COLUMNS} named.value, entry.id FROM records_auditevent entry, json_each(entry.record_ids) named "
        "WHERE entry.tag LIKE '%:series:%'"
    ),
    (
        "CREATE TRIGGER records_auditevent_about AFTER INSERT ON records_auditevent "
        f"WHEN NEW.tag LIKE '%:series:%' BEGIN {COLUMNS} value, NEW.id FROM json_each(NEW.record_ids); END"
    ),
    *(
        f"CREATE TRIGGER {TABLE}_no_{act} BEFORE {act.upper()} ON {TABLE} {REFUSE}"
        for act in ("update", "delete")
    ),
)
POSTGRESQL = (
    (
        f"{COLUMNS} named::bigint, entry.id FROM records_auditevent entry, "
        "jsonb_array_elements_text(entry.record_ids) named WHERE entry.tag LIKE '%:series:%'"
    ),
    (
        "CREATE FUNCTION audit_about() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{COLUMNS} named::bigint, NEW.id FROM jsonb_array_elements_text(NEW.record_ids) named; "
        "RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER audit_about AFTER INSERT ON records_auditevent FOR EACH ROW "
        "WHEN (NEW.tag LIKE '%:series:%') EXECUTE FUNCTION audit_about()"
    ),
    (
        f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    ),
)


@node_work("the log is read as a whole")
def take_in(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the table from the log, and let the database go on by itself."""
    statements: Sequence[str] = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("records", "0016_keeping")]
    operations = [
        migrations.CreateModel(
            name="AuditedSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series_number", models.BigIntegerField()),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.auditevent",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("series_number", "event"), name="audited_series_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["tag", "actor"], name="audit_by_tag_and_actor"),
        ),
        migrations.RunPython(take_in),
    ]
