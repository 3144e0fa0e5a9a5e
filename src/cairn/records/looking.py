"""The transaction of a look: it reads, and writes nothing but its entry in the log, as the last thing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def look() -> Iterator[None]:
    """Read within the block, and write the entry at its end, or neither.

    On SQLite, others wait from the first thing that is written to the end, and not from the beginning. What
    is read before is read as it is at each question, as on PostgreSQL. So nothing may be changed here that
    depends on what was read: such an act takes ``transaction.atomic``.
    """
    connection = transaction.get_connection()
    begin_late = getattr(connection, "begin_late", None)
    if begin_late is None or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    begin_late()
    try:
        with transaction.atomic():
            yield
    finally:
        begin_late(is_late=False)  # Where the transaction could not be entered, the next is no look.
