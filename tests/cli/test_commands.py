"""The small commands, each from the outside, and a whole first session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cairn.cli.main import COMMANDS, main
from cli.command_line import cairn
from pictures import drawn, save

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

VALUES = ("--name", "Unit", "--country", "NL", "--contact", "desk@unit.example")


def test_a_first_session_works_from_an_empty_folder(tmp_path: Path) -> None:
    node = tmp_path / "node"
    save(drawn(1), tmp_path / "theirs" / "1.jpg")
    save(drawn(1, size=(200, 150)), tmp_path / "mine" / "smaller.jpg")
    (tmp_path / "scheme.toml").write_text('scheme = "xx"\nversion = "1"\n[codes]\n1 = "material"\n')
    steps: list[tuple[str | Path, ...]] = [
        ("node", "init", "--authority", "NL-UNIT", *VALUES),
        ("authority", "add", "--authority", "BR-UNIT", *VALUES),
        ("scheme", "install", tmp_path / "scheme.toml"),
        ("series", "create", "Stone", "--authority", "BR-UNIT"),
        (
            "check",
            tmp_path / "theirs",
            "--authority",
            "BR-UNIT",
            "--case",
            "1",
            "--register",
            "--series",
            "Stone",
            "--category",
            "xx:1",
        ),
        ("series", "status", "Stone", "in-progress", "--authority", "BR-UNIT"),
        ("check", tmp_path / "mine"),
        ("node", "upgrade"),
    ]
    ran = [cairn(node, *words) for words in steps]
    assert [(each.code, each.err) for each in ran] == [(0, "")] * len(steps)
    assert "Stone" in ran[6].out
    assert "similar" in ran[6].out
    listed = json.loads(cairn(node, "series", "list", "--json").out)
    assert [(row["name"], row["status"], row["media"]) for row in listed] == [("Stone", "in-progress", 1)]
    assert "Stone" in cairn(node, "series", "list").out


def test_a_node_is_made_only_once(sqlite_node: Node) -> None:
    ran = cairn(sqlite_node.config.folder, "node", "init", "--authority", "NL-UNIT", *VALUES)
    assert ran.code == 2
    assert "is a node already" in ran.err


def test_authorities_are_listed_for_people_and_for_programs(sqlite_node: Node) -> None:
    assert "NL-UNIT" in cairn(sqlite_node.config.folder, "authority", "list").out
    rows = json.loads(cairn(sqlite_node.config.folder, "authority", "list", "--json").out)
    assert [row["code"] for row in rows] == ["NL-UNIT"]


def test_a_damaged_node_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_bytes(b"")
    ran = cairn(tmp_path, "series", "list")
    assert ran.code == 2
    assert "empty or damaged" in ran.err


def test_fingerprints_are_json_lines_in_the_order_of_the_walk(tmp_path: Path) -> None:
    for seed in range(4):
        save(drawn(seed, size=(800 - 200 * seed, 600)), tmp_path / f"{seed}.jpg")
    (tmp_path / "5.txt").write_text("text")
    ran = cairn(tmp_path, "fingerprint", tmp_path, "--json", "--exact")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [Path(row["address"]).name for row in rows] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "5.txt"]
    assert {"size_bytes", "md5", "sha1", "sha256", "media_type", "width", "height"} <= rows[0].keys()
    assert len(rows[0]["pdq_orientations"]) == 8
    assert rows[0]["pdq"] == rows[0]["pdq_orientations"]["original"]
    assert rows[0]["pdq_method"] == "pdq/1 exact"
    assert rows[4]["not_comparable"]["code"] == "unsupported"


def test_fingerprints_for_people_name_hash_quality_and_reason(tmp_path: Path) -> None:
    save(drawn(1), tmp_path / "1.jpg")
    (tmp_path / "2.txt").write_text("text")
    (tmp_path / "3").symlink_to(tmp_path)
    ran = cairn(tmp_path, "fingerprint", tmp_path)
    assert ran.code == 1
    assert "quality 100" in ran.out
    assert "not comparable" in ran.out
    assert "1 of 3 files could not be read" in ran.err
    (line,) = cairn(tmp_path, "fingerprint", tmp_path / "2.txt", "--json").out.splitlines()
    assert json.loads(line)["not_comparable"]["sentence"]


def test_a_hostile_name_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "gpj\u202e\x1b[2J.exe").write_text("text")
    (folder / "link\x1b[2J").symlink_to(tmp_path)
    ran = cairn(tmp_path, "fingerprint", folder)
    assert "gpj<U+202E><U+001B>[2J.exe" in ran.out
    assert "link<U+001B>[2J is a symbolic link" in ran.out
    refused = cairn(tmp_path, "fingerprint", folder / "gone\x1b[2J")
    assert (refused.code, "gone<U+001B>[2J" in refused.err) == (2, True)
    assert "\x1b" not in ran.out + ran.err + refused.out + refused.err


def test_names_in_lists_are_shown_with_what_they_hide(sqlite_node: Node) -> None:
    folder = sqlite_node.config.folder
    values = ("--name", "Unit \u202e", "--country", "BR", "--contact", "desk@unit.example")
    assert cairn(folder, "authority", "add", "--authority", "BR-UNIT", *values).code == 0
    assert "\u202e" not in cairn(folder, "series", "create", "Stone \u202e").out
    for listing in ("authority", "series"):
        assert "<U+202E>" in cairn(folder, listing, "list").out
        assert cairn(folder, listing, "list", "--json").out.isascii()


def test_a_word_that_is_not_utf_8_is_refused_with_a_sentence(sqlite_node: Node, tmp_path: Path) -> None:
    ran = cairn(sqlite_node.config.folder, "check", tmp_path / "..", "--authority", "caf\udce9")
    assert (ran.code, "There is no authority caf<U+DCE9>" in ran.err) == (2, True)


def test_help_names_every_command_and_imports_none() -> None:
    script = (
        "import sys; sys.argv = ['cairn', '--help']\n"
        "from cairn.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'django', 'numpy', 'numba', 'cv2', 'rich'} & sys.modules.keys()\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert all(name in ran.stdout for name in COMMANDS)


@pytest.mark.parametrize(("said_before", "then"), [(None, "1"), ("3", "3")])
def test_numpy_is_told_to_multiply_in_one_thread_unless_somebody_says_otherwise(
    said_before: str | None, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", said_before or "")
    if said_before is None:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    monkeypatch.setattr(sys, "argv", ["cairn", "--version"])
    with pytest.raises(SystemExit):
        main()
    assert os.environ["OPENBLAS_NUM_THREADS"] == then
