"""Two more kinds of alerts; and what was told is found by its key, which stands for few."""

from __future__ import annotations

from django.db import migrations, models

KINDS = [
    ("met", "somebody met one of your series"),
    ("blind-met", "somebody asked for what lies in a blind series of yours"),
    ("same-work", "another authority works on the same series"),
    ("outcome", "a victim was identified with your help"),
    ("status", "a series that you follow has changed"),
    ("search", "something new fits a search that you saved"),
    ("country", "something new was met in a country that you follow"),
    ("question", "somebody asks you something"),
    ("answer", "your question was answered"),
    ("hand-over", "the lead of a series is offered to you"),
    ("invitation", "you are invited to a joint investigation"),
    ("joint", "something is new in a joint investigation"),
    ("overdue", "an answer that was expected has not come"),
    ("confirmation", "a second person's confirmation is asked for"),
    ("review", "a record is due for review"),
    ("link", "somebody calls a media the same as one in a series of yours"),
    ("withdrawal", "a record that you received was withdrawn"),
]
ONCE = models.UniqueConstraint(fields=("once_key", "authority"), name="alert_once")


class Migration(migrations.Migration):
    dependencies = [("records", "0011_link_alert")]
    operations = [
        migrations.AlterField("alert", "kind", models.CharField(choices=KINDS, max_length=16)),
        migrations.RemoveConstraint("alert", "alert_once"),
        migrations.AddConstraint("alert", ONCE),
    ]
