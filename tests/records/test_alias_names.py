"""A name leads an authority to one series: by the database, and in records that an earlier version made."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import IntegrityError, connections, transaction

from cairn.records.series import SeriesAlias
from services.alerting.records import authority, series

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

_TELL_APART = import_module("cairn.records.migrations.0020_alias_names_and_thanks").tell_apart


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
    rules = SeriesAlias._meta.constraints
    (rule,) = (each for each in rules if each.name == "series_alias_name")
    without = patch.object(SeriesAlias._meta, "constraints", [each for each in rules if each is not rule])
    with without, connections["default"].schema_editor() as editor:
        editor.remove_constraint(SeriesAlias, rule)
    for number, (by, name) in enumerate(given):
        SeriesAlias.objects.create(series=stones[number % 3], authority=by, name=name)
    with connections["default"].schema_editor() as editor:
        _TELL_APART(apps, editor)
        editor.add_constraint(SeriesAlias, rule)
    assert list(SeriesAlias.objects.order_by("pk").values_list("name", flat=True)) == [
        "Pebble",
        "Pebble",
        "Pebble (3)",
        "Pebble (2)",
        "Pebble (4)",
        long,
        "x" * 196 + " (2)",
    ]
