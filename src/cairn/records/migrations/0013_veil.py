"""The veil: which media lie in a series that not everybody sees. Its triggers come with every upgrade."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def reference(to: str, **more: Any) -> models.ForeignKey[Any, Any]:
    """Answer a column that names a row of another table, which no constraint watches."""
    return models.ForeignKey(
        to=to,
        db_constraint=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0012_alert_kinds_and_key")]
    operations = [
        migrations.CreateModel(
            "Veil",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_withdrawn", models.BooleanField()),
                ("handling", models.CharField(max_length=16)),
                ("named", models.TextField(blank=True)),
                ("lead", reference("records.authority", db_index=False)),
                ("media", reference("records.media", null=True)),
                ("owner", reference("records.authority", db_index=False)),
                ("series", reference("records.series")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("series", "media"), name="veil_once")]},
        ),
    ]
