"""``cairn link`` and ``cairn series grow`` from the outside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cairn.records.series import SeriesMedia
from cli.command_line import cairn
from services.judging import held, name_of, series_with, suggested

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

A, B, C = (name_of(word) for word in "abc")


@pytest.fixture
def folder(sqlite_node: Node) -> Path:
    """A node that holds a, b and c; a and b are linked, and a is in a series."""
    home = sqlite_node.authority
    a, b, _ = held("a", home), held("b", home), held("c", home)
    suggested(a, b)
    series_with(home, "Stone", a)
    return sqlite_node.config.folder


def test_a_link_is_listed_confirmed_shown_and_taken_back(folder: Path) -> None:
    listed = cairn(folder, "link", "list", "--open")
    assert (listed.code, listed.err) == (0, "")
    assert "duplicate · PDQ distance 6 of 256 bits, not turned · nobody has judged it" in listed.out
    short = listed.out.split()[:2]
    said = cairn(folder, "link", "confirm", *short, "--reason", "the same crack", "--case", "K1")
    assert said.code == 0
    assert said.out.startswith("NL-UNIT: confirmed, as duplicate.\nYour series Stone holds one of the two.")
    shown = cairn(folder, "link", "show", A, B).out
    assert A in shown
    assert "in Stone (NL-UNIT)" in shown
    assert "agreed-same".replace("-", " ") in shown
    assert "NL-UNIT: confirmed, the same crack" in shown
    assert cairn(folder, "link", "list", "--open").out == ""
    assert cairn(folder, "link", "withdraw", A, B).out == "NL-UNIT has taken 1 word back.\n"
    assert "(taken back" in cairn(folder, "link", "show", A, B).out


def test_a_program_is_told_what_was_judged_and_which_series_it_touches(folder: Path) -> None:
    ran = cairn(folder, "link", "confirm", A, B, "--reason", "the same crack", "--json")
    told = {"authority": "NL-UNIT", "outcome": "confirmed", "kind": "duplicate", "series": ["Stone"]}
    assert (ran.code, json.loads(ran.out)) == (0, told)


def test_every_outcome_can_be_said(folder: Path) -> None:
    for command in ("confirm", "reject", "unsure"):
        assert cairn(folder, "link", command, A, C, "--kind", "scene", "--reason", "r").code == 0
    facts = json.loads(cairn(folder, "link", "show", A, C, "--kind", "scene", "--json").out)
    assert [word["outcome"] for word in facts["words"]] == ["unsure", "rejected", "confirmed"]
    assert facts["said"]["own"] == "unsure"


def test_a_judgement_needs_a_reason_and_media_that_are_there(folder: Path) -> None:
    assert cairn(folder, "link", "reject", A, B).code == 2
    ran = cairn(folder, "link", "reject", A, "0" * 64, "--reason", "r")
    assert (ran.code, "or you may not see it" in ran.err) == (2, True)


def test_the_list_is_json_for_programs_and_says_when_there_is_more(folder: Path) -> None:
    cairn(folder, "link", "reject", A, C, "--reason", "r")
    listed = json.loads(cairn(folder, "link", "list", "--series", "Stone", "--most", "1", "--json").out)
    assert listed["more"] is True
    assert [row["score"] for row in listed["links"]] == [1 - 6 / 256]
    assert "There are more" in cairn(folder, "link", "list", "--most", "1").err


def test_a_series_grows_when_it_is_told_to(folder: Path) -> None:
    cairn(folder, "link", "confirm", A, B, "--reason", "r")
    shown = cairn(folder, "series", "grow", "Stone").out
    assert f"{B[:16]}  by NL-UNIT: {A[:16]} = {B[:16]}" in shown
    assert "1 media would be added to Stone." in shown
    assert SeriesMedia.objects.count() == 1
    assert (
        "1 media added to Stone." in cairn(folder, "series", "grow", "Stone", "--apply", "--case", "K1").out
    )
    assert SeriesMedia.objects.count() == 2
    cairn(folder, "link", "confirm", B, C, "--reason", "r")
    cairn(folder, "link", "reject", A, C, "--reason", "r")
    grown = json.loads(cairn(folder, "series", "grow", "Stone", "--json").out)
    assert (grown["additions"], len(grown["contradictions"])) == ([], 1)
    assert "are not the same, says NL-UNIT; yet" in cairn(folder, "series", "grow", "Stone").out


def test_suggestions_are_computed_anew_on_request(folder: Path) -> None:
    ran = cairn(folder, "link", "suggest", "--again")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "0 media compared with all others (pdq-31/1).",
        "0 media compared in detail (altered-10-11/1, scene-planes-motion/1).",
        "0 media compared by sound (sound-points/2).",
    ]
