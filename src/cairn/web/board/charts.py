"""Where and when a series was seen, as shapes to draw, in whole numbers: the same in every language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from cairn.services.series.sightings import Seen

WIDTH, HEIGHT = 720, 120
MOST_MONTHS = 60
"""Five years: with more, a bar is a year."""
WIDEST_BAR = 28
ROW_HEIGHT, LONGEST = 22, 180
_YEAR, _MONTH = len("2026"), len("2026-03")


@dataclass(frozen=True, slots=True)
class Bar:
    """One month, or year, of the timeline.

    Attributes:
        label: Such as ``2026-03``.
        before: Sightings up to the identification.
        after: Sightings since.
        x: Where the bar begins, 0 to ``WIDTH``.
        width: How wide it is.
        before_y: Where the part before begins, from above.
        before_height: How high it is.
        after_y: The same of the part since, which stands on the other.
        after_height: As above.
        is_told: Its label is written under it.
    """

    label: str
    before: int
    after: int
    x: int
    width: int
    before_y: int
    before_height: int
    after_y: int
    after_height: int
    is_told: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Sightings over time.

    Attributes:
        bars: Oldest first, those without any too.
        highest: The most sightings in one bar.
        identified_x: Where the bar of the identification ends; ``None`` where there was none.
    """

    bars: tuple[Bar, ...]
    highest: int
    identified_x: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a chart of bars: what, how many, how long its bar is, and where it lies from above."""

    label: str
    number: int
    length: int
    y: int


@dataclass(frozen=True, slots=True)
class Month:
    """One row of the table: how many sightings, and how many of them since the identification."""

    label: str
    number: int
    since: int


def timeline(seen: Seen, since: Seen | None, *, identified_on: date | None) -> Timeline | None:
    """Answer the timeline, or ``None`` where nothing was ever seen."""
    if not seen.by_month:
        return None
    steps = list(_steps(seen))
    size = len(steps[0])
    total, after = _gathered(seen.by_month, size), _gathered(since.by_month if since else {}, size)
    highest = max(total.values())
    step = min(WIDEST_BAR, WIDTH // len(steps))
    every = max(1, 60 // step)
    bars = tuple(
        _bar(label, total.get(label, 0), after.get(label, 0), highest, (place, step, every))
        for place, label in enumerate(steps)
    )
    found = None if identified_on is None else identified_on.isoformat()[:size]
    return Timeline(bars, highest, (steps.index(found) + 1) * step if found in steps else None)


def shares(counts: Mapping[str, int]) -> tuple[Share, ...]:
    """Answer the rows of a chart of bars, in the order of the counts."""
    highest = max(counts.values(), default=1)
    return tuple(
        Share(label, number, max(2, number * LONGEST // highest), place * ROW_HEIGHT)
        for place, (label, number) in enumerate(counts.items())
    )


def months(seen: Seen, since: Seen | None) -> tuple[Month, ...]:
    """Answer the rows of the table, the latest first."""
    later = {} if since is None else since.by_month
    rows = (Month(label, number, later.get(label, 0)) for label, number in seen.by_month.items())
    return tuple(rows)[::-1]


def _steps(seen: Seen) -> Iterator[str]:
    """Yield every month from the first to the last, or every year where there are many months."""
    first, last = min(seen.by_month), max(seen.by_month)
    start, end = (int(each[:_YEAR]) * 12 + int(each[_YEAR + 1 : _MONTH]) - 1 for each in (first, last))
    if end - start >= MOST_MONTHS:
        yield from (f"{year:04}" for year in range(start // 12, end // 12 + 1))
        return
    yield from (f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1))


def _gathered(by_month: Mapping[str, int], size: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for month, number in by_month.items():
        found[month[:size]] = found.get(month[:size], 0) + number
    return found


def _bar(label: str, total: int, after: int, highest: int, drawn: tuple[int, int, int]) -> Bar:
    place, step, every = drawn
    height = 0 if not total else max(2, total * HEIGHT // highest)
    after_height = height * after // total if total else 0
    return Bar(
        label=label,
        before=total - after,
        after=after,
        x=place * step,
        width=max(1, step - 2),
        before_y=HEIGHT - (height - after_height),
        before_height=height - after_height,
        after_y=HEIGHT - height,
        after_height=after_height,
        is_told=place % every == 0,
    )
