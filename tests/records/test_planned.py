"""PostgreSQL keeps the plans of what asks the door: for everybody, and shows to each what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from cairn.records.lock import acting_as, as_the_node
from cairn.records.postgresql.planned import asks_the_door
from cairn.records.users import Actor
from cairn.services.series.opening import create_series
from cairn.types import Handling
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

ALL_SERIES = (
    "SELECT count(*) FROM records_series WHERE id > %s"
    " OR id IN (SELECT told.series_id FROM records_series_named told)"
)
KEPT = (
    "SELECT sum(generic_plans), count(*) FROM pg_prepared_statements WHERE statement LIKE '%records_series%'"
)


def test_a_plan_that_is_kept_shows_to_each_what_is_theirs(shared_node: Node) -> None:
    with as_the_node("a test sets its scene up"):
        abroad = Actor.operator(unit(shared_node, "BR-UNIT"))
        for name, handling in (("Stone", Handling.ALLIANCE), ("Pebble", Handling.BLIND)):
            create_series(name, actor=shared_node.operator, handling=handling)
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no second lock, and keeps its plans by itself")
    seen = [(_count(shared_node.operator), _count(abroad)) for _ in range(4)]
    assert seen == [(2, 1)] * 4
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        runs, plans = cursor.fetchone()
    assert (runs, plans) == (7, 1), "all runs but the first were by one plan"


def test_only_what_asks_the_door_is_kept() -> None:
    assert asks_the_door(ALL_SERIES)
    assert not asks_the_door("SELECT 1")
    assert not asks_the_door("UPDATE records_veil SET handling = %s")


def _count(actor: Actor) -> int:
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(ALL_SERIES, [0])
        return int(cursor.fetchone()[0])
