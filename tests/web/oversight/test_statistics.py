"""The statistics as a page: every figure has words, what is small is withheld, and files say the same."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from cairn.records.lock import as_the_node
from cairn.records.users import Actor, User
from cairn.services.statistics import statistics
from cairn.statistics import Cell, Figure, Scope, Unit
from cairn.web.oversight.figure_words import TITLES, UNITS
from cairn.web.oversight.showing import HEADLINES, ROOMS, shown
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def client(sqlite_desk: Node) -> Client:
    return signed_in("investigator")


@pytest.mark.parametrize("scope", Scope)
def test_every_figure_has_its_words_and_its_place_on_the_page(client: Client, scope: Scope) -> None:
    with as_the_node("a test looks"):
        actor = Actor.person(User.objects.get(login="investigator"))
    names = {figure.name for figure in statistics(actor, scope=scope).figures}
    placed = [*HEADLINES, *(name for _, room in ROOMS for name in room)]
    assert names <= TITLES.keys()
    assert names <= set(placed)
    assert set(Unit) == UNITS.keys()
    text = client.get(f"/statistics/?scope={scope}").content.decode()
    for name in names - set(HEADLINES):
        assert f'id="{name}"' in text


def test_small_counts_are_withheld_on_the_page_and_in_the_file(client: Client) -> None:
    own, alliance = (client.get(f"/statistics/?scope={scope}").content.decode() for scope in Scope)
    assert "withheld" not in own
    assert "withheld" in alliance
    lines = client.get("/statistics/alliance/figures.csv?figure=series-by-status").content.decode()
    rows = list(csv.DictReader(lines.splitlines()))
    assert {row["figure"] for row in rows} == {"series-by-status"}
    assert {(row["value"], row["withheld"]) for row in rows} == {("", "1")}


def test_a_file_is_handed_out_and_never_shown_or_kept(client: Client) -> None:
    answer = client.get("/statistics/own/figures.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cairn-statistics-own.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "own,series-by-status,series,unidentified,2,0" in answer.content.decode()


@pytest.mark.parametrize(
    "place",
    ["?scope=all", "own/figures.csv?figure=x", "all/figures.csv"],
)
def test_a_scope_or_a_figure_that_there_is_not_leads_nowhere(client: Client, place: str) -> None:
    assert client.get(f"/statistics/{place}").status_code == 404


def test_groups_are_drawn_to_one_scale_and_years_have_no_gaps() -> None:
    cells = (Cell("2023 police", 10), Cell("2025 hotlines", 5), Cell("2026 hotlines", None, is_withheld=True))
    figure = shown(Figure("sightings-by-source", "", Unit.SIGHTINGS, cells))
    assert [panel.title for panel in figure.panels] == ["police", "hotlines"]
    assert [[mark.label for mark in panel.chart.marks] for panel in figure.panels] == [
        ["2023", "2024", "2025", "2026"]
    ] * 2
    heights = [max(mark.height for mark in panel.chart.marks) for panel in figure.panels]
    assert heights[0] == 2 * heights[1]
    assert [row.title for row in figure.rows] == ["2023", "2025", "2026"]


def test_groups_of_numbers_stand_in_the_order_of_their_numbers() -> None:
    keys = ("1", "101 or more", "2 to 5", "21 to 100", "6 to 20")
    figure = shown(Figure("recirculation", "", Unit.MEDIA, tuple(Cell(key, 1) for key in keys)))
    assert [row.title for row in figure.rows] == ["1", "2 to 5", "6 to 20", "21 to 100", "101 or more"]
    assert figure.panels == ()
