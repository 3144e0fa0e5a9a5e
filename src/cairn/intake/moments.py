"""Times as files of the field write them: ISO 8601, or milliseconds since 1970 in ``/Date(…)/``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_TICKS = re.compile(r"/Date\((?P<ms>-?\d{1,17})(?:[+-]\d{4})?\)/")
_START = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(1, 1, 2, tzinfo=UTC)
"""Exporters write the first day of the calendar for a time that they do not know."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, in UTC.

    Attributes:
        at: Aware, in UTC.
        zone_is_stated: False where the file names no zone, so that ``at`` may be some hours off.
    """

    at: datetime
    zone_is_stated: bool


def moment(written: str | None) -> Moment | None:
    """Read a time; ``None`` where there is none, where it stands for "unknown", or cannot be read.

    The offset in ``/Date(1409529600000+0200)/`` only tells where the writer was: the number counts in UTC.
    """
    text = (written or "").strip()
    ticks = _TICKS.fullmatch(text)
    try:
        if ticks:
            return Moment(_START + timedelta(milliseconds=int(ticks["ms"])), zone_is_stated=True)
        found = datetime.fromisoformat(text)
        is_stated = found.tzinfo is not None
        found = found.astimezone(UTC) if is_stated else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return None if found < _NEVER else Moment(found, zone_is_stated=is_stated)
