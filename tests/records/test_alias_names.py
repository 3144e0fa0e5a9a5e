"""A name leads an authority to one series: by the database, and in records that an earlier version made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cairn.records.connection import migrate
from cairn.records.guards import install_guards, lift_triggers
from cairn.records.series import SeriesAlias
from services.alerting.records import authority, series

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_one_authority_gives_a_name_once_and_two_may_give_the_same(node: Node) -> None:
    first, second = series(node.authority), series(node.authority)
    SeriesAlias.objects.create(series=first, authority=node.authority, name="Pebble")
    SeriesAlias.objects.create(series=second, authority=authority("BR-UNIT"), name="Pebble")
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesAlias.objects.create(series=second, authority=node.authority, name="Pebble")


def test_the_upgrade_leaves_a_name_with_the_first_and_numbers_the_others(sqlite_node: Node) -> None:
    here, there = sqlite_node.authority, authority("BR-UNIT")
    stones = [series(here) for _ in range(3)]
    long = "x" * 200
    given = [(here, "Pebble"), (there, "Pebble"), (here, "Pebble"), (here, "Pebble (2)"), (here, "Pebble")]
    given += [(here, long), (here, long)]
    lift_triggers()
    call_command("migrate", "records", "0019", verbosity=0)
    install_guards()
    for number, (by, name) in enumerate(given):
        SeriesAlias.objects.create(series=stones[number % 3], authority=by, name=name)
    migrate()
    assert list(SeriesAlias.objects.order_by("pk").values_list("name", flat=True)) == [
        "Pebble",
        "Pebble",
        "Pebble (3)",
        "Pebble (2)",
        "Pebble (4)",
        long,
        "x" * 196 + " (2)",
    ]
