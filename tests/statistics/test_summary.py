"""Counted in the database, the figures are what counting by hand gives."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import SightingSource
from cairn.records.status import StatusChange
from cairn.records.summaries import Summary
from cairn.statistics.summary import (
    COUNTRIES,
    DAYS,
    FIRST_SIGHTINGS,
    RECIRCULATION,
    SETTLED,
    SIGHTINGS,
    cells,
    is_fresh,
    latest,
    of_the_day,
    refresh,
    step_of,
)
from cairn.types import Handling, SeriesStatus
from services.seizures import unit
from sightings_by_hand import Met, media, record

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture
def met(node: Node) -> list[Met]:
    """Record two hundred sightings by three authorities of three countries, some withdrawn."""
    chance = random.Random(5)  # noqa: S311 - a world, no secret
    authorities = [
        node.authority,
        unit(node, "BR-UNIT"),
        unit(node, "CA-LINE", country="CA", kind=AuthorityKind.HOTLINE),
    ]
    rows = [
        Met(
            authority=chance.choice(authorities),
            media=int(chance.paretovariate(0.4)) % 60,
            exhibit=chance.randrange(12),
            at=datetime(chance.choice([2024, 2025]), chance.randrange(1, 13), 3, 23, 30, tzinfo=UTC),
            source=chance.choice(list(SightingSource)),
            is_withdrawn=chance.random() < 0.1,
        )
        for _ in range(200)
    ]
    for row in rows:
        record(row)
    return rows


def whole(rows: list[Met]) -> list[Met]:
    return [row for row in rows if not row.is_withdrawn]


def key(row: Met) -> str:
    return f"{row.at:%Y-%m} {row.source}"


def test_sightings_are_counted_by_month_and_source(node: Node, met: list[Met]) -> None:
    summary = refresh()
    assert cells(summary, SIGHTINGS, None) == Counter(map(key, whole(met)))
    own = [row for row in whole(met) if row.authority == node.authority]
    assert cells(summary, SIGHTINGS, node.authority.pk) == Counter(map(key, own))


def test_a_media_is_new_in_its_first_sighting_alone(node: Node, met: list[Met]) -> None:
    firsts: dict[int, Met] = {}
    for row in whole(met):
        firsts.setdefault(row.media, row)
    assert cells(refresh(), FIRST_SIGHTINGS, None) == Counter(map(key, firsts.values()))


def test_recirculation_counts_exhibits_and_countries_of_each_media(node: Node, met: list[Met]) -> None:
    summary = refresh()
    exhibits: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
    countries: defaultdict[int, set[str]] = defaultdict(set)
    for row in whole(met):
        exhibits[row.media].add((row.authority.code, row.exhibit))
        countries[row.media].add(row.authority.country)
    assert cells(summary, RECIRCULATION, None) == Counter(step_of(len(each)) for each in exhibits.values())
    words = {1: "1", 2: "2", 3: "3 or more"}
    assert cells(summary, COUNTRIES, None) == Counter(words[len(each)] for each in countries.values())
    own = Counter(
        step_of(sum(code == node.authority.code for code, _ in each))
        for each in exhibits.values()
        if any(code == node.authority.code for code, _ in each)
    )
    assert cells(summary, RECIRCULATION, node.authority.pk) == own


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (1, "1"),
        (2, "2 to 5"),
        (5, "2 to 5"),
        (6, "6 to 20"),
        (21, "21 to 100"),
        (101, "101 or more"),
        (9999, "101 or more"),
    ],
)
def test_the_groups_of_recirculation_meet_without_a_gap(times: int, words: str) -> None:
    assert step_of(times) == words


def settled(owner: Authority, name: str, numbers: list[int], day: date, confirmed: date | None) -> None:
    series = Series.objects.create(
        owner=owner,
        lead=owner,
        name=name,
        status=SeriesStatus.SAFEGUARDED,
        status_since=day,
        handling=Handling.BLIND,
    )
    for number in numbers:
        SeriesMedia.objects.create(series=series, media=media(number), added_by=owner)
    if confirmed is not None:
        StatusChange.objects.create(
            series=series,
            from_status=SeriesStatus.IN_PROGRESS,
            to_status=SeriesStatus.IDENTIFIED,
            holds_since=confirmed,
            authority=owner,
            confirmed_at=datetime(2026, 1, 1, tzinfo=UTC),
        )


def test_the_wait_runs_from_the_first_sighting_to_the_confirmed_identification(node: Node) -> None:
    for number, day in ((1, 10), (1, 2), (2, 5), (3, 20)):
        record(
            Met(node.authority, number, number, datetime(2025, 1, day, tzinfo=UTC), SightingSource.SEIZURE)
        )
    settled(node.authority, "A", [1, 2], date(2025, 6, 1), date(2025, 1, 12))
    settled(node.authority, "B", [3], date(2025, 1, 25), None)
    settled(node.authority, "nobody has met it", [4], date(2025, 1, 25), None)
    summary = refresh()
    assert cells(summary, DAYS, None) == {"2025": 8}
    assert cells(summary, SETTLED, node.authority.pk) == {"2025": 2}


def test_a_summary_is_fresh_until_something_is_met_or_withdrawn(node: Node, met: list[Met]) -> None:
    assert not is_fresh(latest())
    first = refresh()
    assert is_fresh(first)
    added = record(met[0])
    assert not is_fresh(first)
    second = refresh()
    added.withdrawn_at = datetime(2026, 1, 1, tzinfo=UTC)
    added.save()
    assert not is_fresh(second)
    third = refresh()
    fourth = refresh()
    assert (latest(), of_the_day()) == (fourth, first)
    assert set(Summary.objects.all()) == {first, third, fourth}, "the last but one may just be read"
