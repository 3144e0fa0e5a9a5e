"""What is withdrawn and deleted: what waits to be forgotten and when a deletion ended."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0015_sign_ins"),
    ]

    operations = [
        migrations.CreateModel(
            name="PendingRemoval",
            fields=[
                (
                    "media",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="records.media",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="tombstone",
            name="finished_at",
            field=models.DateTimeField(help_text="when nothing of it was left", null=True),
        ),
        migrations.AlterField(
            model_name="tombstone",
            name="deleted_at",
            field=models.DateTimeField(auto_now_add=True, help_text="when it was hidden"),
        ),
    ]
