"""Media and sightings: how they grow, where they come from, how much was known, and how often they return."""

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
    SETTLED,
    SIGHTINGS,
    cells,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cairn.records.authorities import Authority
    from cairn.records.summaries import Summary
    from cairn.statistics.figures import Figure

GROWTH_TARGET_PER_CENT = 10
"""The alliance's own target: a tenth more recorded media every year."""

SOURCES = {
    SightingSource.SEIZURE: "police",
    SightingSource.EXCHANGE: "police",
    SightingSource.HOTLINE_REPORT: "hotlines",
    SightingSource.COMPANY_REPORT: "companies",
}


def sightings(summary: Summary, authority: Authority | None) -> Iterator[Figure]:
    """Yield the figures of media and sightings, of one authority or of all, from a summary."""
    number = None if authority is None else authority.pk
    every = cells(summary, SIGHTINGS, number)
    first = cells(summary, FIRST_SIGHTINGS, number)
    new = _summed(first, _year)
    yield counted("media-by-year", "Media recorded for the first time, by year", Unit.MEDIA, new)
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
        _summed(every, lambda month, source: f"{month[:4]} {SOURCES[SightingSource(source)]}"),
    )
    yield computed(
        "known-share",
        "Share of submitted sightings that were recorded already, by year",
        Unit.PER_CENT,
        _known_share(_summed(every, _year), new),
        records=_summed(every, _year),
    )
    yield counted(
        "recirculation",
        "Media, by in how many exhibits they were met",
        Unit.MEDIA,
        cells(summary, RECIRCULATION, number),
    )
    if authority is None:
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


def _year(month: str, _: str) -> str:
    return month[:4]


def _summed(kept: Mapping[str, int], key_of: Callable[[str, str], str]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for key, number in kept.items():
        month, _, source = key.partition(" ")
        sums[key_of(month, source)] += number
    return dict(sums)


def _known_share(every: Mapping[str, int], first: Mapping[str, int]) -> dict[str, float | None]:
    return {year: 100 * (1 - first.get(year, 0) / every[year]) for year in sorted(every)}
