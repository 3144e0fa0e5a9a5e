"""All figures together, for one authority or for the alliance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.statistics.alliance import alliance
from cairn.statistics.disclosure import withhold_small
from cairn.statistics.keys import Keys, keys_of_all
from cairn.statistics.people import people
from cairn.statistics.series import series
from cairn.statistics.sightings import sightings
from cairn.statistics.summary import all_cells, count_all, has_all
from cairn.statistics.work import work

if TYPE_CHECKING:
    from datetime import date, datetime

    from cairn.records.authorities import Authority
    from cairn.records.summaries import Summary
    from cairn.statistics.figures import Figure


class Scope(StrEnum):
    """Over whose records is counted."""

    OWN = "own"
    """What the authority itself has submitted: nothing is withheld."""
    ALLIANCE = "alliance"
    """What all have submitted, hidden series included: small counts are withheld."""


@dataclass(frozen=True, slots=True)
class Overview:
    """All figures.

    Attributes:
        scope: Over whose records.
        authority: Whose, where the scope is its own.
        today: The day on which ages are measured: that of the counting, where they were counted then.
        counted_at: When the counting of the sightings began: what is younger does not count.
        is_kept: People and series were counted then too, and not now.
        figures: The figures, in the order in which they are shown.
    """

    scope: Scope
    authority: str | None
    today: date
    counted_at: datetime
    is_kept: bool
    figures: tuple[Figure, ...]


def overview(
    summary: Summary,
    *,
    scope: Scope,
    authority: Authority,
    today: date,
    seconds_a_look: float,
    is_exact: bool,
    is_kept: bool = False,
) -> Overview:
    """Answer all figures.

    Args:
        summary: A whole summary.
        scope: Over whose records.
        authority: Who asks.
        today: The day on which ages are measured, where they are counted now.
        seconds_a_look: How long a person takes for one file.
        is_exact: The asker may see the authority's own records, so that nothing of these is withheld.
        is_kept: Take people and series from the summary too, where it has them.
    """
    is_kept = is_kept and has_all(summary)
    today = summary.started_at.date() if is_kept else today
    own = _figures(summary, Keys(authority), today, seconds_a_look, is_kept=is_kept)
    found = own if is_exact else [withhold_small(figure) for figure in own]
    if scope is Scope.ALLIANCE:
        whole = _figures(summary, keys_of_all(today), today, seconds_a_look, is_kept=is_kept)
        beside = {figure.name: figure for figure in own} if is_exact else {}
        found = [*(withhold_small(figure, beside.get(figure.name)) for figure in whole), *alliance()]
    code = authority.code if scope is Scope.OWN else None
    return Overview(scope, code, today, summary.started_at, is_kept, tuple(found))


def _figures(
    summary: Summary, keys: Keys, today: date, seconds_a_look: float, *, is_kept: bool
) -> list[Figure]:
    counts = all_cells(summary, keys.number) if is_kept else count_all(keys, today)
    return [
        *people(keys, counts),
        *series(keys, counts),
        *sightings(summary, keys),
        *work(summary, keys, seconds_a_look),
    ]
