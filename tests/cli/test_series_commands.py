"""The commands about series, victims and offenders, as typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from cairn.records.series import Series, SeriesNote
from cairn.records.users import Role
from cairn.services.directory.users import create_user
from cli.command_line import cairn, environment
from services.alerting.records import media, sighting
from services.alerting.records import series as series_of
from services.seizures import unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

PASSWORD = "long and ours"  # noqa: S105 - it protects a test


@pytest.fixture
def folder(sqlite_node: Node) -> Path:
    """A node with two investigators, vera and omar."""
    for login in ("vera", "omar"):
        create_user(login, name=login, role=Role.INVESTIGATOR, password=PASSWORD, actor=sqlite_node.operator)
    return sqlite_node.config.folder


def said(folder: Path, *words: str, user: str | None = None, code: int = 0) -> str:
    """Run a command, as a person where one is named, and answer what it said."""
    variables = {} if user is None else {"CAIRN_USER": user, "CAIRN_PASSWORD": PASSWORD}
    with patch("cli.command_line.environment", lambda node: {**environment(node), **variables}):
        ran = cairn(folder, *words)
    assert ran.code == code, ran.err
    return ran.out + ran.err


def page(folder: Path, name: str) -> dict[str, Any]:
    found = json.loads(said(folder, "series", "show", name, "--json"))
    assert isinstance(found, dict)
    return found


def test_an_identification_from_the_proposal_to_the_page(folder: Path) -> None:
    opened = said(folder, "series", "create", "Stone", "--status", "identified", "--on", "2019-05-01")
    assert "'identified' is proposed" in opened
    assert "NOT YET CONFIRMED: identified since 2019-05-01" in said(folder, "series", "show", "Stone")
    assert "Stone" in said(folder, "series", "waiting", user="vera")
    assert "now proposed by vera" in said(folder, "series", "confirm", "Stone", user="vera")
    assert "yourself" in said(folder, "series", "confirm", "Stone", user="vera", code=2)
    assert "identified since 2019-05-01" in said(folder, "series", "confirm", "Stone", user="omar")
    lines = said(folder, "series", "show", "Stone")
    assert "Stone: identified since 2019-05-01" in lines
    assert "unidentified → identified, said by vera, confirmed by omar" in lines
    assert json.loads(said(folder, "series", "waiting", "--json")) == []


def test_a_proposal_is_refused_or_taken_back(folder: Path) -> None:
    said(folder, "series", "create", "Stone")
    said(folder, "series", "status", "Stone", "identified", user="vera")
    said(folder, "series", "refuse", "Stone", "--reason", "another child", user="omar")
    said(folder, "series", "status", "Stone", "identified", user="vera")
    said(folder, "series", "take-back", "Stone", user="vera")
    assert [event["state"] for event in page(folder, "Stone")["history"]] == ["refused", "taken back"]
    assert "refused by omar: another child" in said(folder, "series", "show", "Stone")
    assert "reason" in said(folder, "series", "refuse", "Stone", code=2)


def told(folder: Path, *words: str, user: str | None = None) -> dict[str, Any]:
    """Run an act as a program does, and answer what it was told."""
    found = json.loads(said(folder, *words, "--json", user=user))
    assert isinstance(found, dict)
    return found


def test_programs_are_told_what_an_act_came_to(folder: Path, sqlite_node: Node) -> None:
    unit(sqlite_node, "BR-UNIT")
    opened = told(folder, "series", "create", "Stone", "--status", "identified", user="vera")
    assert opened == {
        "name": "Stone",
        "owner": "NL-UNIT",
        "status": "unidentified",
        "proposed": "identified",
        "handling": "alliance",
    }
    refused = told(folder, "series", "refuse", "Stone", "--reason", "another", user="omar")
    assert (refused["outcome"], refused["since"]) == ("refused", None)
    proposed = told(folder, "series", "status", "Stone", "identified", "--on", "2019-05-01", user="vera")
    assert (proposed["outcome"], proposed["since"]) == ("proposed", None)
    assert told(folder, "series", "take-back", "Stone", user="vera")["outcome"] == "taken-back"
    told(folder, "series", "status", "Stone", "identified", "--on", "2019-05-01", user="vera")
    assert told(folder, "series", "confirm", "Stone", user="omar") == {
        "name": "Stone",
        "status": "identified",
        "outcome": "holds",
        "since": "2019-05-01",
    }


def test_programs_are_told_who_else_works_on_a_series_and_how_a_merge_stands(
    folder: Path, sqlite_node: Node
) -> None:
    unit(sqlite_node, "BR-UNIT")
    told(folder, "series", "create", "Stone")
    told(folder, "series", "create", "River", "--authority", "BR-UNIT")
    told(folder, "series", "claim", "Stone", "--authority", "BR-UNIT")
    claimed = told(folder, "series", "claim", "Stone")
    assert (claimed["series"], [row["authority"] for row in claimed["others"]]) == ("Stone", ["BR-UNIT"])
    assert datetime.fromisoformat(claimed["ends_at"]) > datetime.now(UTC)
    effect = told(folder, "series", "merge", "Stone", "River", "--preview")
    assert (effect["moves"], effect["agreement"]) == (0, "BR-UNIT")
    offered = told(folder, "series", "merge", "Stone", "River", "--reason", "one room")
    assert (offered["source"], offered["target"], offered["is_done"]) == ("Stone", "River", False)


def test_what_authorities_say_stands_on_the_page(folder: Path, sqlite_node: Node) -> None:
    unit(sqlite_node, "BR-UNIT")
    br = ("--authority", "BR-UNIT")
    said(folder, "series", "create", "Stone", *br)
    said(folder, "series", "alias", "Stone", "Pebble")
    said(folder, "series", "mark", "Pebble", "live-streamed")
    said(folder, "series", "note", "Pebble", "We know this room.")
    said(folder, "series", "priority", "Stone", "urgent", *br)
    said(folder, "series", "handling", "Stone", "--code", "H3", "--words", "Ask first.", *br)
    assert "works on Stone until" in said(folder, "series", "claim", "Stone", "--days", "5", *br)
    assert "So does BR-UNIT (BR)" in said(folder, "series", "claim", "Pebble")
    lines = said(folder, "series", "show", "Pebble")
    for line in (
        "Stone: unidentified",
        "priority urgent",
        "called    Pebble, by NL-UNIT",
        "marked    live-streamed, by NL-UNIT",
        "H3 (Ask first.)",
        "BR-UNIT (BR) works on it since",
        "  We know this room.",
        "Seen: never.",
    ):
        assert line in lines
    said(folder, "series", "renew", "Pebble", "--days", "9")
    said(folder, "series", "release", "Pebble")
    said(folder, "series", "mark", "Pebble", "live-streamed", "--remove")
    said(folder, "series", "alias", "Pebble", "Pebble", "--remove")
    assert "no series 'Pebble'" in said(folder, "series", "show", "Pebble", code=2)
    listed = json.loads(said(folder, "series", "list", "--country", "BR", "--json"))
    assert [(row["name"], row["priority"]) for row in listed] == [("Stone", "urgent")]
    assert "narrow it down" in said(folder, "series", "list", "--most", "1")


def test_a_note_is_read_from_stdin_where_none_is_typed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said(folder, "series", "create", "Stone")
    (tmp_path / "note").write_text("Two\nlines.\n")
    with (tmp_path / "note").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        said(folder, "series", "note", "Stone")
    assert SeriesNote.objects.get().text == "Two\nlines."


def test_series_are_merged_split_and_put_back(folder: Path, sqlite_node: Node, tmp_path: Path) -> None:
    ones = [media(), media(), media()]
    series_of(sqlite_node.authority, *ones[:2], name="Stone")
    series_of(sqlite_node.authority, ones[2], name="Pebble")
    sighting(ones[0], sqlite_node.authority)
    assert "2 media would move, 0 of them" in said(folder, "series", "merge", "Stone", "Pebble", "--preview")
    assert "reason" in said(folder, "series", "merge", "Stone", "Pebble", code=2)
    said(folder, "series", "merge", "Stone", "Pebble", "--reason", "same room")
    listed = said(folder, "series", "media", "Stone")
    assert [one.name in listed for one in ones] == [True] * 3
    number = str(page(folder, "Pebble")["regroupings"][0]["number"])
    said(folder, "series", "undo", number)
    (tmp_path / "list").write_text(ones[0].name + "  1.jpg\n")
    split = ("series", "split", "Stone", "Gravel", "--reason", "another room")
    assert "1 would stay" in said(folder, *split, "--list", str(tmp_path / "list"), "--preview")
    assert "--case" in said(folder, *split, "--exhibit", "1", code=2)
    said(folder, *split, "--exhibit", "1", "--case", "K1")
    assert (page(folder, "Gravel")["media"], page(folder, "Stone")["media"]) == (1, 1)
    assert "split of NL-UNIT/Stone into NL-UNIT/Gravel" in said(folder, "series", "show", "Gravel")
    assert Series.objects.get(name="Stone").merged_into is None


@pytest.mark.parametrize(("noun", "last"), [("victim", "safeguarded"), ("offender", "arrested")])
def test_a_person_is_recorded_identified_by_two_and_shown(folder: Path, noun: str, last: str) -> None:
    said(folder, "series", "create", "Stone")
    said(folder, noun, "record", "NL-17", "--sex", "female", "--age-band", "7-10", "--series", "Stone")
    assert "no name stands in it" in said(folder, noun, "record", "Anna", code=2)
    said(folder, noun, "change", "NL-17", "--country", "BE")
    said(folder, noun, "status", "NL-17", "identified", "--on", "2026-03-14", user="vera")
    assert "(proposed: identified)" in said(folder, noun, "list")
    said(folder, noun, "confirm", "NL-17", user="omar")
    said(folder, noun, "status", "NL-17", last, "--on", "2026-03-20")
    row = json.loads(said(folder, noun, "list", "--series", "Stone", "--json"))[0]
    assert (row["country"], row["days"]) == (
        "BE",
        {"identified_on": "2026-03-14", f"{last}_on": "2026-03-20"},
    )
    said(folder, "case", "open", "2026-17")
    lines = said(folder, noun, "show", "NL-17", "--case", "2026-17")
    assert f"{noun} NL-UNIT/NL-17: identified 2026-03-14, {last} 2026-03-20 · BE, female, 7-10" in lines
    assert "in NL-UNIT/Stone" in lines
    assert json.loads(said(folder, noun, "show", "NL-17", "--json"))["person"]["status"] == last
    said(folder, noun, "status", "NL-17", "unidentified", "--reason", "not them", user="vera")
    said(folder, noun, "status", "NL-17", "identified", user="vera")
    said(folder, noun, "take-back", "NL-17", user="vera")
    said(folder, noun, "detach", "NL-17", "Stone")
    said(folder, noun, "attach", "NL-17", "Stone")
    assert f"{noun} NL-UNIT/NL-17" in said(folder, "series", "show", "Stone")


def test_support_for_a_victim_is_said(folder: Path) -> None:
    said(folder, "victim", "record", "NL-17")
    said(folder, "victim", "support", "NL-17", "given", "--on", "2026-03-20")
    assert "support given on 2026-03-20" in said(folder, "victim", "list")


def test_stretches_are_put_in_listed_and_taken_out(folder: Path, sqlite_node: Node) -> None:
    film = media()
    film.media_type = "video/mp4"
    film.save()
    sighting(film, sqlite_node.authority)
    series_of(sqlite_node.authority, name="Stone")
    words = ("series", "span", "add", "Stone", film.name[:12])
    assert "00:03:12–00:04:40 is in Stone" in said(folder, *words, "--span", "3:12-4:40")
    assert "00:03:12–00:04:40" in said(folder, "series", "media", "Stone")
    assert "All of" in said(folder, *words, "--whole")
    assert "With --alone" in said(folder, *words, "--span", "0-5", code=2)
    assert "exclude each other" in said(folder, *words, "--whole", "--alone", code=2)
    assert "either" in said(folder, *words, "--whole", "--span", "0-5", code=2)
    assert "with --whole" in said(folder, *words, code=2)
    taken = said(folder, "series", "span", "remove", "Stone", film.name, "--span", "0-5", code=2)
    assert "take the media out" in taken
    assert "before it begins" in said(folder, *words, "--span", "5-0", code=2)
    assert "Say with --span" in said(folder, *words, "--alone", code=2)
    assert json.loads(said(folder, *words, "--span", "0-5.5", "--alone", "--json"))["spans"] == [[0.0, 5.5]]
    gone = said(folder, "series", "span", "remove", "Stone", film.name, "--span", "0-9")
    assert "Nothing of" in gone
    assert "All of" in said(folder, *words, "--whole")
    assert "what leaves" in said(folder, "series", "span", "remove", "Stone", film.name, code=2)
    assert "Nothing of" in said(folder, "series", "span", "remove", "Stone", film.name, "--whole")
