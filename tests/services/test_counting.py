"""A large node is counted once a day by itself; a small one whenever somebody looks."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cairn.records.summaries import Summary
from cairn.services import counting
from cairn.services import statistics as asked
from cairn.services.counting import count_where_due, keep_counted
from services.alerting.records import media, sighting

if TYPE_CHECKING:
    import pytest

    from cairn.services.node.opening import Node


def test_a_large_node_is_counted_once_a_day_each_table_by_itself(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    sighting(media(), sqlite_node.authority)
    assert not count_where_due(), "a small node is counted when somebody looks"
    monkeypatch.setattr(asked, "QUICK_SIGHTINGS", 0)
    with CaptureQueriesContext(connection) as said:
        assert count_where_due()
    looks = {each["sql"] for each in said.captured_queries if each["sql"].startswith("ANALYZE")}
    assert 'ANALYZE "records_sighting"' in looks
    assert "ANALYZE" not in looks, "it would hold the one lock for writers through all tables"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'records_sighting'")
        assert cursor.fetchone() > (0,), "SQLite has looked how the tables are filled"
    sighting(media(), sqlite_node.authority)
    assert not count_where_due(), "it was counted today"
    _of_yesterday()
    assert count_where_due()
    _of_yesterday()
    assert count_where_due(), "no sighting is new, but people, series and ages change too"
    assert Summary.objects.count() == 2


def test_counting_goes_on_after_the_database_was_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said = iter([OperationalError("gone"), None])

    def count() -> None:
        if error := next(said):
            raise error

    for name, value in (("LOOK_S", 0.0), ("STEP_S", 0.0), ("count_where_due", count)):
        monkeypatch.setattr(counting, name, value)
    turns = iter([True, True, False])
    with caplog.at_level(logging.ERROR, "cairn.worker"):
        keep_counted(goes_on=lambda: next(turns))
    assert [record.message for record in caplog.records] == ["event=counting-waits error=OperationalError"]
    assert next(said, "it was asked twice") == "it was asked twice"


def _of_yesterday() -> None:
    yesterday = timezone.now() - timedelta(days=1)
    Summary.objects.update(started_at=yesterday, finished_at=yesterday)
