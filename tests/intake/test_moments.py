"""Times of case files are read in each of their forms, and what stands for "unknown" is no time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cairn.intake.moments import Moment, moment


@pytest.mark.parametrize(
    ("written", "at", "zone_is_stated"),
    [
        ("/Date(1409529600000)/", datetime(2014, 9, 1, tzinfo=UTC), True),
        ("/Date(1409529600000+0200)/", datetime(2014, 9, 1, tzinfo=UTC), True),
        ("/Date(-1000)/", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        ("2014-09-01T02:00:00+02:00", datetime(2014, 9, 1, tzinfo=UTC), True),
        ("2014-09-01T00:00:00Z", datetime(2014, 9, 1, tzinfo=UTC), True),
        ("2014-09-01T00:00:00.8300000Z", datetime(2014, 9, 1, 0, 0, 0, 830_000, tzinfo=UTC), True),
        ("2014-09-01T00:00:00", datetime(2014, 9, 1, tzinfo=UTC), False),
        ("2014-09-01", datetime(2014, 9, 1, tzinfo=UTC), False),
    ],
)
def test_a_time_is_read_in_each_form(written: str, at: datetime, zone_is_stated: bool) -> None:
    assert moment(written) == Moment(at, zone_is_stated)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "soon",
        "/Date()/",
    ],
)
def test_what_is_no_time_is_none(written: str | None) -> None:
    assert moment(written) is None


def test_a_number_beyond_every_calendar_is_no_time() -> None:
    assert moment("/Date(99999999999999999)/") is None
