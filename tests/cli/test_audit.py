"""``cairn audit`` as people type it: two nodes that witness each other, and an auditor without a node."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cairn.records.authorities import AuthorityKind
from cairn.records.connection import connect
from cairn.services.directory.authorities import NewAuthority
from cairn.services.node.opening import create_node
from cli.command_line import cairn
from services.auditing.acts import act, execute

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def folder(sqlite_node: Node) -> Path:
    return sqlite_node.config.folder


@pytest.fixture
def witness(folder: Path, tmp_path: Path, sqlite_node: Node) -> Path:
    """Make another node in another country."""
    new = NewAuthority(
        "BR-UNIT", "Demonstration unit, Brazil", AuthorityKind.UNIT, "BR", "desk@unit.br.example"
    )
    other = create_node(tmp_path / "witness", authority=new, database="sqlite")
    connect(sqlite_node.config)
    return other.config.folder


def key_of(node: Path) -> str:
    ran = cairn(node, "audit", "key")
    assert ran.code == 0
    return ran.out.strip()


def test_a_log_that_nobody_touched_is_said_to_be_so(sqlite_node: Node, folder: Path) -> None:
    act(sqlite_node, 3, sign=True)
    ran = cairn(folder, "audit", "verify")
    assert (ran.code, ran.err) == (0, "")
    assert "entries           5" in ran.out
    assert ran.out.endswith("the log is what was written\n")


def test_a_changed_entry_is_named_and_the_command_fails(sqlite_node: Node, folder: Path) -> None:
    act(sqlite_node, 3, sign=True)
    execute("UPDATE records_auditevent SET case_reference = 'another' WHERE position = 3")
    ran = cairn(folder, "audit", "verify")
    assert ran.code == 2
    assert "CHANGED      The entry at position 3 (row 4) was changed after it was written." in ran.out
    assert "cairn: The audit log is not what was written." in ran.err
    ran = cairn(folder, "audit", "verify", "--json")
    found = json.loads(ran.out)["findings"]
    assert [(each["wrong"], each["first"], each["rows"]) for each in found] == [("changed", 3, [4])]


def test_a_proof_is_made_on_the_node_and_checked_without_one(
    sqlite_node: Node, folder: Path, tmp_path: Path
) -> None:
    act(sqlite_node, 3)
    proof = tmp_path / "entry.tlog-proof"
    assert cairn(folder, "audit", "prove", "3", "--out", proof).code == 0
    ran = cairn(tmp_path / "nowhere", "audit", "check-proof", proof, "--key", key_of(folder))
    assert ran.code == 0
    assert "position 3 of the log of cairn/" in ran.out
    assert '"case":"Fall 1"' in ran.out
    proof.write_text(proof.read_text().replace("index 3", "index 2"))
    ran = cairn(tmp_path / "nowhere", "audit", "check-proof", proof, "--key", key_of(folder))
    assert (ran.code, ran.out) == (2, "")
    assert "does not hold" in ran.err


def test_an_export_is_written_and_checked_without_a_node(
    sqlite_node: Node, folder: Path, tmp_path: Path
) -> None:
    act(sqlite_node, 3)
    ran = cairn(folder, "audit", "export", tmp_path / "one")
    assert "6 entries, 0 of them as a hash only" in ran.out
    act(sqlite_node, 2)
    assert cairn(folder, "audit", "export", tmp_path / "two", "--since", "6").code == 0
    words = ("audit", "check-export", tmp_path / "one", tmp_path / "two", "--key", key_of(folder))
    ran = cairn(tmp_path / "nowhere", *words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("9 entries of cairn/")


def test_another_node_witnesses_the_log_and_refuses_one_that_was_rewritten(
    sqlite_node: Node, folder: Path, witness: Path, tmp_path: Path
) -> None:
    head, signed = tmp_path / "head", tmp_path / "signed"
    act(sqlite_node, 3)
    assert cairn(folder, "audit", "head", "--out", head).code == 0
    key, witness_key = key_of(folder), key_of(witness)
    assert cairn(witness, "audit", "witness", head, "--key", key, "--out", signed).code == 0
    ran = cairn(folder, "audit", "witnessed", signed, "--key", witness_key)
    assert "has witnessed 6 entries" in ran.out
    assert "witnessed         6 entries by cairn/" in cairn(folder, "audit", "verify").out

    connect(sqlite_node.config)
    act(sqlite_node, 2)
    assert cairn(folder, "audit", "head", "--since", "6", "--out", head).code == 0
    assert cairn(witness, "audit", "witness", head).code == 0
    ran = cairn(witness, "audit", "witness", signed)
    assert (ran.code, ran.out) == (2, "")
    assert "--since 10" in ran.err


def test_a_head_that_somebody_kept_shows_what_is_missing(
    sqlite_node: Node, folder: Path, tmp_path: Path
) -> None:
    act(sqlite_node, 3)
    cairn(folder, "audit", "head", "--out", tmp_path / "kept")
    assert cairn(folder, "audit", "verify", "--head", tmp_path / "kept").code == 0
    assert cairn(folder, "audit", "verify", "--head", tmp_path / "none").code == 2


def test_entries_and_looks_are_listed_for_people_and_programs(sqlite_node: Node, folder: Path) -> None:
    assert cairn(folder, "series", "create", "Stone").code == 0
    ran = cairn(folder, "audit", "list", "--tag", "records:series:create")
    assert "NL-UNIT" in ran.out
    assert "records 1" in ran.out
    rows = json.loads(cairn(folder, "audit", "looks", "Stone", "--json").out)
    assert [(row["tag"], row["authority"], row["records"]) for row in rows] == [
        ("records:series:create", "NL-UNIT", [1])
    ]
    assert "audit:series:looks" in cairn(folder, "audit", "looks", "Stone").out


def test_long_lists_of_records_are_cut_for_people(sqlite_node: Node, folder: Path) -> None:
    act(sqlite_node, 13)
    assert cairn(folder, "audit", "list", "--since", "2020-01-01", "--most", "1").out.count("\n") == 1


def test_the_key_is_exchanged_by_command_only(sqlite_node: Node, folder: Path) -> None:
    old = key_of(folder)
    new = cairn(folder, "audit", "key", "--new").out.strip()
    assert new == key_of(folder) != old
    assert cairn(folder, "audit", "verify").code == 0
    (folder / "node.key").unlink()
    ran = cairn(folder, "audit", "key", "--new")
    assert (ran.code, "--lost KEY" in ran.err) == (2, True)
    assert cairn(folder, "audit", "key", "--new", "--lost", new).code == 0
    assert cairn(folder, "audit", "verify").code == 0
    assert cairn(folder, "audit", "key", "--lost", new).code == 2
    assert "no public key" in cairn(folder, "audit", "key", "--new", "--lost", "nothing").err


def test_a_file_that_is_no_text_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\xff\xd8\xff")
    for words in (("witness",), ("check-proof", "--key", key_of(folder))):
        ran = cairn(folder, "audit", words[0], tmp_path / "picture", *words[1:])
        assert (ran.code, ran.out) == (2, "")
        assert "not what is expected" in ran.err
