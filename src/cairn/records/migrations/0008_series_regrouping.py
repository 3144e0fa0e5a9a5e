"""A merge can wait for the other owner, and undoing puts back what was moved."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_summaries"),
    ]

    operations = [
        migrations.AddField(
            model_name="regroupedmedia",
            name="added_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="regroupedmedia",
            name="added_by",
            field=models.ForeignKey(
                default=0,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.authority",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="regroupedmedia",
            name="added_in",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.case"
            ),
        ),
        migrations.AddField(
            model_name="regrouping",
            name="agreed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.user"
            ),
        ),
        migrations.AddField(
            model_name="regrouping",
            name="offered_at",
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="regrouping",
            name="widens",
            field=models.BooleanField(
                default=False, help_text="the source's owner lets more see what was in it"
            ),
        ),
        migrations.AddField(
            model_name="statuschange",
            name="refusal_reason",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name="regrouping",
            name="done_at",
            field=models.DateTimeField(null=True),
        ),
    ]
