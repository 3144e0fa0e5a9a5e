"""How a status moves: what steps there are, what takes a reason, and what takes a second person.

A status stands on a ladder. Up or down, any step can be reached from any other, because work does not
always go one step at a time. Two rules hold everywhere:

- To come up to *identified*, or beyond it in one go, takes a second person: from then on nobody looks again.
- To come down takes a reason, and one person: what was wrong must not stand until a second one is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cairn.errors import InputError
from cairn.sentences import Sentence
from cairn.types import OffenderStatus, SeriesStatus, VictimStatus

EARLIEST_DAY = date(1950, 1, 1)
"""An event before this day is a slip of the keyboard."""
FURTHEST_EAST = timedelta(hours=14)
"""Where a day begins first, before UTC (Kiribati): a day has begun once it has begun there."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a status, lowest first.

    Attributes:
        steps: Every status.
        settled_from: The first step that takes a second person, counted from 0.
    """

    steps: tuple[str, ...]
    settled_from: int

    def is_settled(self, status: str) -> bool:
        """Answer whether a status is one that takes a second person to reach."""
        return self.steps.index(status) >= self.settled_from

    def move(self, before: str, after: str) -> Move:
        """Answer what it takes to come from one step to another.

        Raises:
            InputError: It stands there already (``status.same``).
        """
        if before == after:
            raise InputError(Sentence("It is %(after)s already.", after=after), code="status.same")
        down = self.steps.index(after) < self.steps.index(before)
        second = not self.is_settled(before) and self.is_settled(after)
        return Move(before, after, is_down=down, takes_second=second)


@dataclass(frozen=True, slots=True)
class Move:
    """One move on a ladder.

    Attributes:
        before: The status until now.
        after: The status then.
        is_down: It takes something back, so it takes a reason.
        takes_second: It holds only once a second person has confirmed it.
    """

    before: str
    after: str
    is_down: bool
    takes_second: bool


SERIES = Ladder(tuple(SeriesStatus), settled_from=2)
VICTIM = Ladder(tuple(VictimStatus), settled_from=1)
OFFENDER = Ladder(tuple(OffenderStatus), settled_from=1)


def require_day(day: date, *, now: datetime, after: tuple[date | None, ...] = ()) -> None:
    """Make sure that an event can have happened on a day.

    Args:
        day: The day that was typed.
        now: This moment.
        after: Days of events that came before it; ``None`` where not known.

    Raises:
        InputError: The day lies in the future, before 1950, or before an event that came first
            (``status.day``).
    """
    if day > (now + FURTHEST_EAST).date():
        raise InputError(Sentence("%(day)s has not come yet.", day=day), code="status.day")
    earliest = max([EARLIEST_DAY, *(each for each in after if each is not None)])
    if day < earliest:
        raise InputError(
            f"It cannot have been on {day}: what comes first was on {earliest}."
            if earliest > EARLIEST_DAY
            else f"{day} is too long ago.",
            code="status.day",
        )
