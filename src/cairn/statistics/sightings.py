"""Media and sightings: how they grow, where they come from, and how often they return."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cairn.records.sightings import SightingSource
from cairn.statistics.figures import Unit, computed, counted
from cairn.statistics.summary import (
    COUNTRIES,
    DAYS,
    FIRST_SIGHTINGS,
    RECIRCULATION,
    RECIRCULATION_STEPS,
    SETTLED,
    SIGHTINGS,
    cells,
    step_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cairn.records.summaries import Summary
    from cairn.statistics.figures import Figure
    from cairn.statistics.keys import Keys

GROWTH_TARGET_PER_CENT = 10
"""The alliance's own target: a tenth more recorded media every year."""

SOURCES = {
    SightingSource.SEIZURE: "police",
    SightingSource.EXCHANGE: "police",
    SightingSource.HOTLINE_REPORT: "hotlines",
    SightingSource.COMPANY_REPORT: "companies",
}


def sightings(summary: Summary, keys: Keys) -> Iterator[Figure]:
    """Yield the figures of media and sightings, from a summary."""
    number = keys.number
    every = cells(summary, SIGHTINGS, number)
    new = _summed(cells(summary, FIRST_SIGHTINGS, number), lambda year, _: year)
    yield counted("media-by-year", "Media met for the first time, by year", Unit.MEDIA, new, every=keys.years)
    yield computed(
        "growth",
        f"Growth of recorded media, by year; the target is {GROWTH_TARGET_PER_CENT} per cent",
        Unit.PER_CENT,
        growth(new),
        records=new,
    )
    yield counted(
        "sightings-by-source",
        "Sightings, by year and by who met them",
        Unit.SIGHTINGS,
        _summed(every, lambda year, source: f"{year} {SOURCES[SightingSource(source)]}"),
        every=[f"{year} {source}" for year in keys.years for source in set(SOURCES.values())],
    )
    yield counted(
        "recirculation",
        "Media, by in how many exhibits they were met",
        Unit.MEDIA,
        cells(summary, RECIRCULATION, number),
        every=[] if number else [step_of(step) for step in RECIRCULATION_STEPS],
    )
    if number is None:
        words = "Media, by in how many countries they were met"
        yield counted("countries-a-media", words, Unit.MEDIA, cells(summary, COUNTRIES, None))
    yield computed(
        "days-to-identification",
        "Median time from the first sighting to the identification, by the year of identification",
        Unit.DAYS,
        {year: float(days) for year, days in sorted(cells(summary, DAYS, number).items())},
        records=cells(summary, SETTLED, number),
    )


def growth(new: Mapping[str, int]) -> dict[str, float | None]:
    """Answer by how many per cent the recorded media grew in each year after the first one.

    >>> growth({"2024": 100, "2025": 10, "2026": 22})
    {'2025': 10.0, '2026': 20.0}
    """
    grown: dict[str, float | None] = {}
    held = 0
    for year in sorted(new):
        if held:
            grown[year] = 100 * new[year] / held
        held += new[year]
    return grown


def _summed(kept: Mapping[str, int], key_of: Callable[[str, str], str]) -> dict[str, int]:
    """Sum cells of a month and a source up, by what is made of their year and source."""
    sums: defaultdict[str, int] = defaultdict(int)
    for key, number in kept.items():
        month, _, source = key.partition(" ")
        sums[key_of(month[:4], source)] += number
    return dict(sums)
