"""Withdrawing, reviewing and deleting at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cairn.records.categories import Categorisation, Category
from cairn.records.lock import as_the_node
from cairn.records.people import Offender, Victim
from cli.command_line import cairn
from services.judging import held, name_of, series_with

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def said(node: Node, *words: str) -> str:
    ran = cairn(node.config.folder, *words)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_everything_of_ones_own_is_withdrawn_and_taken_back(node: Node) -> None:
    with as_the_node("a test sets its scene up"):
        media = held("a", node.authority)
        series_with(node.authority, "Stone", media)
        category = Category.objects.all()[0]
        Categorisation.objects.create(media=media, category=category, authority=node.authority)
        for kind in (Victim, Offender):
            kind.objects.create(owner=node.authority, national_reference="P1", country="NL")
    for words in (
        ("series", "Stone"),
        ("sightings", "K1"),
        ("category", name_of("a"), str(category)),
        ("victim", "P1"),
        ("offender", "P1"),
    ):
        assert "hidden from everybody else." in said(node, "withdraw", *words, "--reason", "r")
        assert "seen again by those who may." in said(
            node, "withdraw", *words, "--reason", "r", "--take-back"
        )


def test_a_review_is_set_listed_and_taken_away(node: Node) -> None:
    said(node, "case", "open", "K1")
    said(node, "series", "create", "Stone")
    said(node, "case", "review", "K1", "--on", "2026-01-02")
    said(node, "series", "review", "Stone", "--on", "2026-01-01")
    assert said(node, "reviews") == "2026-01-01  series  Stone\n2026-01-02  case    K1\n"
    said(node, "case", "review", "K1", "--never")
    assert [row["name"] for row in json.loads(said(node, "reviews", "--json"))] == ["Stone"]
    assert "--on DAY, or --never" in cairn(node.config.folder, "case", "review", "K1").err


def test_a_deletion_is_looked_at_first_and_leaves_a_tombstone(node: Node) -> None:
    with as_the_node("a test sets its scene up"):
        series_with(node.authority, "Stone", held("a", node.authority))
    assert said(node, "case", "delete", "K1", "--preview").startswith("1 exhibits, 1 sightings, 1 media")
    assert said(node, "series", "delete", "Stone", "--preview").startswith("1 media, 0 notes")
    assert "--reason" in cairn(node.config.folder, "case", "delete", "K1").err
    said(node, "case", "delete", "K1", "--reason", "the court said so")
    said(node, "series", "delete", "Stone", "--reason", "the court said so")
    listed = said(node, "tombstone", "list")
    assert listed.count("by the operator: the court said so. ") == 2
    assert "Stone" not in listed
    assert [row["kind"] for row in json.loads(said(node, "tombstone", "list", "--json"))] == [
        "series",
        "case",
    ]
