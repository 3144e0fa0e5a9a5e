"""Alerts, questions, investigations and the lead of a series, as people type them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from cairn.records.alerts import Alert, AlertKind
from cairn.services.alerting import status_changed
from cli.command_line import cairn
from services.alerting.records import authority, identified, look_for_same_work, media, series, sighting

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.series import Series
    from cairn.services.node.opening import Node


@pytest.fixture
def home(sqlite_node: Node) -> Path:
    return sqlite_node.config.folder


@pytest.fixture
def stone(sqlite_node: Node) -> Series:
    """A series of NL-UNIT on which BR-UNIT works too."""
    picture = media()
    made = series(sqlite_node.authority, picture, name="Stone")
    sighting(picture, authority("BR-UNIT"))
    look_for_same_work(made)
    return made


def test_an_alert_is_listed_shown_and_read(home: Path, stone: Series) -> None:
    number = Alert.objects.get(authority=stone.owner).number
    assert f"* {number}" in cairn(home, "alert", "list").out
    assert "BR-UNIT works on the series Stone, as you do." in cairn(home, "alert", "show", str(number)).out
    assert "Ask BR-UNIT: desk@BR-UNIT" in cairn(home, "alert", "show", str(number)).out
    assert cairn(home, "alert", "read", str(number)).out == f"Alert {number} is read.\n"
    assert cairn(home, "alert", "list", "--kind", "same-work").out == ""
    (row,) = json.loads(cairn(home, "alert", "list", "--all", "--json").out)
    assert (row["number"], row["kind"], row["series"], row["about"]) == (
        number,
        "same-work",
        "Stone",
        "BR-UNIT",
    )
    refused = cairn(home, "alert", "show", str(number), "--authority", "BR-UNIT")
    assert (refused.code, refused.err) == (2, f"cairn: BR-UNIT has no alert {number}.\n")


def test_a_letter_is_printed_or_written_to_a_file(home: Path, stone: Series, tmp_path: Path) -> None:
    with transaction.atomic():
        status_changed(identified(stone))
    number = str(Alert.objects.get(kind=AlertKind.OUTCOME).number)
    words = ("alert", "letter", number, "--authority", "BR-UNIT")
    assert "Thank you." in cairn(home, *words).out
    file = tmp_path / "letter.html"
    assert cairn(home, *words, "--html", "-o", file).code == 0
    assert "<p>Thank you.</p>" in file.read_text()


def test_subscriptions_are_made_listed_and_ended(home: Path, stone: Series) -> None:
    cairn(home, "alert", "subscribe", "--series", "Stone", "--authority", "BR-UNIT")
    cairn(home, "alert", "subscribe", "--search", "--status", "unidentified", "--min-new", "5")
    assert "series Stone" in cairn(home, "alert", "subscriptions", "--authority", "BR-UNIT").out
    (row,) = json.loads(cairn(home, "alert", "subscriptions", "--json").out)
    assert (row["search"]["status"], row["search"]["min_new"]) == (["unidentified"], 5)
    assert 'search {"status": ["unidentified"], "min_new": 5}' in cairn(home, "alert", "subscriptions").out
    assert cairn(home, "alert", "unsubscribe", str(row["number"])).code == 0
    assert cairn(home, "alert", "subscriptions").out == ""
    assert cairn(home, "alert", "subscribe", "--status", "unidentified").code == 2


def test_mail_that_is_off_says_so(home: Path) -> None:
    ran = cairn(home, "alert", "deliver")
    assert ran.code == 2
    assert "No mail server is named" in ran.err
    assert "a person's" in cairn(home, "alert", "address", "x@unit.example").err


def test_an_investigation_from_its_opening_to_its_end(home: Path, stone: Series) -> None:
    there = ("--authority", "BR-UNIT")
    for words in (
        ("open", "Lantern", "--invite", "BR-UNIT"),
        ("accept", "Lantern", *there),
        ("add-series", "Lantern", "Stone"),
        ("task", "Lantern", "Ask the school", "--to", "BR-UNIT", "--due", "2026-01-31"),
        ("say", "Lantern", "We have the school.", *there),
        ("decide", "Lantern", "BR-UNIT goes there."),
    ):
        ran = cairn(home, "investigation", *words)
        assert (ran.code, ran.err) == (0, "")
    cairn(home, "question", "ask", "NL-UNIT", "Since when?", "--investigation", "Lantern", *there)
    shown = cairn(home, "investigation", "show", "Lantern", *there).out
    for line in (
        "Lantern, led by NL-UNIT",
        "member   BR-UNIT",
        "series   Stone, unidentified",
        "task   1 [open] Ask the school for BR-UNIT, OVERDUE since 2026-01-31",
        "BR-UNIT said: We have the school.",
        "NL-UNIT DECIDED: BR-UNIT goes there.",
        "BR-UNIT asks NL-UNIT (waits): Since when?",
    ):
        assert line in shown
    assert cairn(home, "investigation", "done", "Lantern", "1", *there).code == 0
    assert "0 open tasks" in cairn(home, "investigation", "list").out
    assert (
        json.loads(cairn(home, "investigation", "show", "Lantern", "--json").out)["tasks"][0]["to"]
        == "BR-UNIT"
    )
    assert cairn(home, "investigation", "leave", "Lantern", *there).code == 0
    assert cairn(home, "investigation", "invite", "Lantern", "BR-UNIT").code == 0
    assert cairn(home, "investigation", "close", "Lantern").code == 0
    assert json.loads(cairn(home, "investigation", "list", "--json").out)[0]["state"] == "closed"


def test_a_question_is_asked_listed_and_answered(home: Path, stone: Series) -> None:
    there = ("--authority", "BR-UNIT")
    cairn(home, "question", "ask", "BR-UNIT", "Which?", "--series", "Stone", "--by", "2099-01-01")
    (row,) = json.loads(cairn(home, "question", "list", "--waiting", "--json", *there).out)
    assert "(expected by 2099-01-01): Which?" in cairn(home, "question", "list").out
    assert cairn(home, "question", "answer", str(row["number"]), "This.", *there).code == 0
    assert "BR-UNIT: This." in cairn(home, "question", "list").out
    assert cairn(home, "question", "list", "--waiting").out == ""


def test_a_lead_is_handed_over_and_conflicts_are_listed(home: Path, stone: Series) -> None:
    there = ("--authority", "BR-UNIT")
    assert "BR-UNIT, NL-UNIT" in cairn(home, "series", "conflicts").out
    assert json.loads(cairn(home, "series", "conflicts", "--json").out)[0]["countries"] == ["BR", "NL"]
    assert cairn(home, "series", "hand-over", "Stone").code == 2
    assert cairn(home, "series", "hand-over", "Stone", "--to", "BR-UNIT").code == 0
    assert cairn(home, "series", "hand-over", "Stone", "--refuse", *there).code == 0
    cairn(home, "series", "hand-over", "Stone", "--to", "BR-UNIT", "--reason", "They have the school.")
    ran = cairn(home, "series", "hand-over", "Stone", "--accept", *there)
    assert ran.out == "BR-UNIT leads Stone from now on.\n"
    stone.refresh_from_db()
    assert stone.lead.code == "BR-UNIT"
