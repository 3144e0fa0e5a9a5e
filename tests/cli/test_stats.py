"""``cairn stats`` as typed: for people, for programs, for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cairn.records.sightings import SightingSource
from cli.command_line import cairn
from sightings_by_hand import Met, record

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_the_statistics_are_told_in_words_as_json_and_as_csv(sqlite_node: Node) -> None:
    node = sqlite_node.config.folder
    for number in range(3):
        met = datetime(2026, 3, 1, tzinfo=UTC)
        record(Met(sqlite_node.authority, number, number, met, SightingSource.HOTLINE_REPORT))
    words = cairn(node, "stats", "--refresh")
    assert (words.code, words.err) == (0, "")
    assert words.out.startswith("Of NL-UNIT. Sightings as counted at 20")
    lines = words.out.splitlines()
    assert lines[lines.index("Media met for the first time, by year (media)") + 1].split() == [
        "2026",
        "3",
    ]
    assert lines[lines.index("Age of the oldest unidentified series (days)") + 1].split() == ["oldest", "-"]
    rows = list(csv.DictReader(io.StringIO(cairn(node, "stats", "--csv", "--scope", "alliance").out)))
    row = next(row for row in rows if (row["figure"], row["key"]) == ("sightings-by-source", "2026 hotlines"))
    assert row == {
        "scope": "alliance",
        "figure": "sightings-by-source",
        "unit": "sightings",
        "key": "2026 hotlines",
        "value": "",
        "withheld": "1",
    }
    said = cairn(node, "stats", "--scope", "alliance").out
    assert said.startswith("Of the alliance; small counts are withheld.")
    assert "2026 hotlines                          withheld" in said
    figures = json.loads(cairn(node, "stats", "--json").out)["figures"]
    assert next(each for each in figures if each["name"] == "recirculation")["cells"][0]["value"] == 3


def test_json_and_csv_at_once_are_refused(sqlite_node: Node) -> None:
    ran = cairn(sqlite_node.config.folder, "stats", "--json", "--csv")
    assert (ran.code, "not both" in ran.err) == (2, True)
