"""Alerts get the number by which they are called, and mails go to persons; nothing was raised before."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cairn.records.alerts


class Migration(migrations.Migration):
    dependencies = [("records", "0005_audit_tree")]
    operations = [
        migrations.AddField(
            "alert",
            "number",
            models.BigIntegerField(
                default=cairn.records.alerts.random_number, help_text="how its readers call it"
            ),
        ),
        migrations.AddConstraint(
            "alert", models.UniqueConstraint(fields=("authority", "number"), name="alert_number")
        ),
        migrations.DeleteModel("OutgoingMail"),
        migrations.CreateModel(
            "OutgoingMail",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("given_up_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                (
                    "alert",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.alert"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "outgoingmail", models.UniqueConstraint(fields=("alert", "user"), name="mail_once")
        ),
    ]
