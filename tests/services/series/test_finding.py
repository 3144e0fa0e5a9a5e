"""The list of series: what stands beside each filter is what the filter then finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.series import Marker
from cairn.services.series.finding import find_series_page
from cairn.services.series.opening import SeriesFilter, create_series
from cairn.services.series.regrouping import merge
from cairn.services.series.words import set_marker

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
