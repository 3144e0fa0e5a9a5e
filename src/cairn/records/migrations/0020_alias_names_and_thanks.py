"""A name leads an authority to one series; and an owner may let those who do not see a series be thanked."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from django.db import migrations, models

from cairn.records.lock import node_work

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

LONGEST = 200


@node_work("names are told apart whosever they are")
def tell_apart(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    """Leave a name with the series that had it first, and number it for the others: ``Stone (2)``."""
    aliases = apps.get_model("records", "SeriesAlias")
    taken = set()
    rows = list(aliases.objects.order_by("pk").values_list("pk", "authority", "name"))
    known = {(authority, name) for _, authority, name in rows}
    for number, authority, name in rows:
        if (authority, name) in taken:
            free = (_numbered(name, count) for count in itertools.count(2))
            name = next(each for each in free if (authority, each) not in known)  # noqa: PLW2901
            known.add((authority, name))
            aliases.objects.filter(pk=number).update(name=name)
        taken.add((authority, name))


def _numbered(name: str, count: int) -> str:
    end = f" ({count})"
    return name[: LONGEST - len(end)] + end


class Migration(migrations.Migration):
    dependencies = [("records", "0019_desk_sessions")]
    operations = [
        migrations.RemoveConstraint(model_name="seriesalias", name="series_alias_once"),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="seriesalias",
            constraint=models.UniqueConstraint(fields=("authority", "name"), name="series_alias_name"),
        ),
        migrations.AddField(
            model_name="series",
            name="thanks_unseen",
            field=models.BooleanField(
                default=False,
                help_text="its owner lets those who do not see it learn that they helped, and the day",
            ),
        ),
    ]
