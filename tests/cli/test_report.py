"""``cairn report`` as typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cli.command_line import cairn

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

REPORT = {
    "format": "cairn-report",
    "version": 1,
    "reference": "HL-1",
    "reporter": "Hotline",
    "reported_at": "2024-05-01T12:00:00Z",
    "markers": ["ongoing-abuse"],
    "items": [{"hashes": {"md5": "ab" * 16}}],
}


def test_a_dropped_folder_is_taken_listed_shown_and_closed(sqlite_node: Node, tmp_path: Path) -> None:
    folder = sqlite_node.config.folder
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "a.json").write_text(json.dumps(REPORT))
    (drop / "b.json").write_text(json.dumps({**REPORT, "items": []}))
    (drop / "notes.txt").write_text("no report")
    ran = cairn(folder, "report", "take", drop)
    assert ran.code == 2
    assert "(HL-1): 1 item." in ran.out
    assert "b.json" in ran.err
    assert "notes.txt" not in ran.err
    number = ran.out.split()[1]
    ran = cairn(folder, "report", "take", drop / "a.json")
    assert (ran.code, ran.err) == (0, "")
    assert "taken before" in ran.out
    assert "first" in cairn(folder, "report", "list").out
    shown = cairn(folder, "report", "show", number).out
    assert "there because whoever handed it in is in this country" in shown
    assert "It is marked ongoing-abuse." in shown
    assert "new    md5 abab" in shown
    assert cairn(folder, "report", "close", number, "--outcome", "new").code == 0
    assert cairn(folder, "report", "list").out == ""
    rows = json.loads(cairn(folder, "report", "list", "--handed-in", "--closed", "--json").out)
    assert [(row["reference"], row["outcome"]) for row in rows] == [("HL-1", "new")]
