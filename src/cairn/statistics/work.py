"""Files checked, what share of them was known, and the looks and hours that people were spared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.statistics.figures import Unit, computed, counted
from cairn.statistics.looking import FILES, KNOWN, LOOKS_AVOIDED
from cairn.statistics.summary import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.summaries import Summary
    from cairn.statistics.figures import Figure
    from cairn.statistics.keys import Keys


def work(summary: Summary, keys: Keys, seconds_a_look: float) -> Iterator[Figure]:
    """Yield the figures of looks and hours avoided.

    Args:
        summary: Where the checks' answers are summed up.
        keys: Whose, and over what.
        seconds_a_look: How long a person takes for one file; an assumption, which the figure states.
    """
    files, known, avoided = (cells(summary, figure, keys.number) for figure in (FILES, KNOWN, LOOKS_AVOIDED))
    yield counted("files-checked", "Files checked, by year", Unit.LOOKS, files, every=keys.years)
    yield computed(
        "known-share",
        "Share of checked files that were recorded already, by year",
        Unit.PER_CENT,
        {year: 100 * known[year] / files[year] for year in sorted(files) if files[year]},
        records={year: min(known[year], files[year] - known[year]) for year in files},
    )
    yield counted("looks-avoided", "Looks avoided, by year", Unit.LOOKS, avoided, every=keys.years)
    yield computed(
        "hours-avoided",
        f"Hours avoided, by year, if one look takes {seconds_a_look:g} seconds",
        Unit.HOURS,
        {year: avoided[year] * seconds_a_look / 3600 for year in sorted(avoided)},
        records=avoided,
    )
