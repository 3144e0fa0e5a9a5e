"""The day's counting of a large node: the worker does it, so that nobody has to ask for it.

SQLite is told as well how its tables have grown: it plans questions by that, and does not look by itself as
PostgreSQL does. Up to ``QUICK_SIGHTINGS`` the statistics are counted when they are looked at, and there is
nothing to do here.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils import timezone

from cairn.records.connection import disconnect, look_at_tables
from cairn.records.lock import node_work
from cairn.services.statistics import are_few
from cairn.statistics import latest, refresh

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger("cairn.worker")
LOOK_S, STEP_S = 600.0, 1.0


def keep_counted(*, goes_on: Callable[[], bool]) -> None:
    """Count once a day, in the first minutes of it in UTC, until told otherwise.

    Args:
        goes_on: Answers whether to go on; it is asked about once a second.
    """
    looked_at = -LOOK_S
    while goes_on():
        if time.monotonic() - looked_at >= LOOK_S:
            looked_at = time.monotonic()
            try:
                count_where_due()
            except DatabaseError as error:
                _LOG.error("event=counting-waits error=%s", type(error).__name__)
            finally:
                disconnect()  # The next look is ten minutes away.
        time.sleep(STEP_S)


@node_work("the statistics of the day are counted")
def count_where_due() -> bool:
    """Count where it is not quick and was not done today; answer whether it was.

    Also where no sighting is new: people and series are kept too, and ages change with the day.
    """
    last = latest()
    if are_few() or (last is not None and last.started_at.date() >= timezone.now().date()):
        return False
    began = time.monotonic()
    look_at_tables()
    refresh(with_all=True)
    _LOG.info("event=statistics-counted seconds=%.1f", time.monotonic() - began)
    return True
