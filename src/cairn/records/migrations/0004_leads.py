"""Every series has a lead; until it is handed over, its owner. The audit log stays append-only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import django.db.models.deletion
from django.db import migrations, models

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps


def lead_is_owner(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    series = apps.get_model("records", "Series")
    series.objects.filter(lead=None).update(lead=models.F("owner"))


def guard_the_log_again(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite made the table anew for its new columns, and a table made anew has no triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in import_module("cairn.records.migrations.0002_append_only_audit").SQLITE:
            schema_editor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS"))


class Migration(migrations.Migration):
    dependencies = [("records", "0003_alliance")]
    operations = [
        migrations.RunPython(lead_is_owner, migrations.RunPython.noop),
        migrations.AlterField(
            "series",
            "lead",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="led_series",
                to="records.authority",
            ),
        ),
        migrations.RunPython(guard_the_log_again, migrations.RunPython.noop),
    ]
