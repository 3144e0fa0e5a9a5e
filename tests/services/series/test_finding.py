"""The list of series: what stands beside each filter is what the filter then finds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cairn.records.authorities import AuthorityKind
from cairn.records.series import Marker, Priority, Series
from cairn.records.users import Actor
from cairn.services.series.finding import find_series_page
from cairn.services.series.opening import ALL, SeriesFilter, create_series
from cairn.services.series.regrouping import merge
from cairn.services.series.words import set_marker
from cairn.types import Handling, SeriesStatus
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

FIRST, SECOND, THIRD = list(Marker)[:3]
MARKED = {"Ash": (FIRST, SECOND), "Birch": (SECOND,), "Cedar": (SECOND, THIRD)}


def found(node: Node) -> dict[Marker, int]:
    """Answer how many series each marker finds, which the facets have said before."""
    said = dict(find_series_page(node.operator).facets.markers)
    chosen = {each: find_series_page(node.operator, SeriesFilter(marker=each)).total for each in Marker}
    assert said == {each: number for each, number in chosen.items() if number}
    return said


def test_a_facet_says_how_many_its_choice_finds_also_of_what_was_merged(node: Node) -> None:
    series = {name: create_series(name, actor=node.operator) for name in MARKED}
    for name, markers in MARKED.items():
        for marker in markers:
            set_marker(series[name], marker, actor=node.operator)
    assert found(node) == {FIRST: 1, SECOND: 3, THIRD: 1}
    merge(series["Cedar"], series["Birch"], reason="the same tree", actor=node.operator)
    assert found(node) == {FIRST: 1, SECOND: 2, THIRD: 1}


def test_each_page_goes_on_where_the_last_ended_and_counts_what_the_reader_sees(node: Node) -> None:
    reader, stranger = node.operator, Actor.operator(unit(node, "BR-UNIT"))
    for name, urgency, handling in (
        ("A", Priority.ROUTINE, Handling.ALLIANCE),
        ("B", Priority.URGENT, Handling.ALLIANCE),
        ("C", Priority.ROUTINE, Handling.BLIND),
        ("D", Priority.HIGH, Handling.ALLIANCE),
        ("E", Priority.ROUTINE, Handling.ALLIANCE),
    ):
        for actor in (reader, stranger):
            series = create_series(name, actor=actor, handling=handling)
            Series.objects.filter(pk=series.pk).update(priority=urgency)
    withdrawn = Series.objects.filter(name="E")
    withdrawn.update(withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))
    create_series("F", actor=stranger, handling=Handling.NAMED, named=["NL-UNIT"])
    led = create_series("G", actor=stranger, handling=Handling.BLIND)
    Series.objects.filter(pk=led.pk).update(lead=reader.authority)
    urgent = ["BR-UNIT/B", "NL-UNIT/B", "BR-UNIT/D", "NL-UNIT/D"]
    seen = [*urgent, "BR-UNIT/A", "BR-UNIT/F", "BR-UNIT/G", "NL-UNIT/A", "NL-UNIT/C"]
    assert paged(reader) == [*seen, "NL-UNIT/E"]
    listing = find_series_page(reader)
    assert (listing.total, listing.facets.countries) == (10, {"BR": 5, "NL": 5})
    assert listing.facets.statuses == {SeriesStatus.UNIDENTIFIED: 10}
    assert paged(reader, SeriesFilter(country="NL")) == [
        each for each in [*seen, "NL-UNIT/E"] if "NL" in each
    ]
    assert paged(reader, SeriesFilter(status=SeriesStatus.IDENTIFIED)) == []
    hotline = Actor.operator(unit(node, "CA-LINE", country="CA", kind=AuthorityKind.HOTLINE))
    assert paged(hotline) == []


def paged(actor: Actor, wanted: SeriesFilter = ALL) -> list[str]:
    """Answer the whole list, two series a page."""
    found: list[str] = []
    after = None
    while True:
        listing = find_series_page(actor, wanted, after=after, most=2)
        found += [f"{row.owner}/{row.name}" for row in listing.rows]
        assert listing.total == find_series_page(actor, wanted).total
        after = listing.after
        if after is None:
            return found
