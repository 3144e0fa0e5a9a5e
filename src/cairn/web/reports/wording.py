"""How early a report is looked at, as pages show it: a word, and a sign that says the same without colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.intake.reports import Marker
from cairn.records.reports import ReportOutcome
from cairn.services.reports.priority import Level
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cairn.services.reports.queue import ReportRow

_SIGNS: Mapping[Level, tuple[str, str]] = {
    Level.FIRST: ("bad", "!!"),
    Level.HIGH: ("warn", "!"),
    Level.ORDINARY: ("plain", "○"),
    Level.KNOWN: ("good", "●"),
    Level.LAST: ("plain", "–"),
}


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as pages show it."""

    row: ReportRow

    @property
    def level(self) -> Level | None:
        """How early it is looked at; ``None`` where it lies in another's queue."""
        return None if self.row.level is None else Level[self.row.level.upper()]

    @property
    def kind(self) -> str:
        """The kind of the badge of its level."""
        return "plain" if self.level is None else _SIGNS[self.level][0]

    @property
    def sign(self) -> str:
        """The sign of its level."""
        return "" if self.level is None else _SIGNS[self.level][1]

    @property
    def markers(self) -> Sequence[Marker]:
        """What its sender has marked it and its items with."""
        return [Marker(each) for each in self.row.markers]

    @property
    def outcome(self) -> ReportOutcome | None:
        """What came of it; ``None`` while it is open."""
        return ReportOutcome(self.row.outcome) if self.row.outcome else None

    @property
    def new(self) -> int | None:
        """How many of its items were not recorded when it came; ``None`` where that is not told."""
        return None if self.row.known is None else self.row.items - self.row.known

    @property
    def reasons(self) -> Sequence[str]:
        """The rules that gave the level."""
        return [in_own_language(each) for each in self.row.reasons]

    @property
    def route(self) -> str:
        """The rule that led it to its queue; ``""`` where that is not told."""
        return in_own_language(self.row.route) if self.row.route else ""
