"""``cairn doctor`` says what is well and what is not, and means it with its exit code."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np

from cairn.fingerprints.sandbox import Protection, ProtectionState
from cairn.index import open_index
from cairn.readers import DiskReader
from cairn.services.node.condition import examine_machine, examine_node, examine_readers
from cli.command_line import cairn
from pictures import drawn, save

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from cairn.services.node.opening import Node


def test_every_protection_is_reported_from_a_real_decoder_process() -> None:
    subjects = {finding.subject for finding in examine_machine()}
    assert subjects == {f"protection {protection}" for protection in Protection}


def test_the_readers_are_reported_with_what_they_lack() -> None:
    found = {finding.subject: finding for finding in examine_readers()}
    assert set(found) == {"forensic images", "bsdtar", "learnt models"}
    machine_is_whole = all(finding.is_well for finding in examine_machine())
    assert all(finding.is_well for finding in found.values()) == machine_is_whole


def test_readers_that_are_not_installed_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.services.node.condition.find_disk_reader", lambda: None)
    monkeypatch.setattr("cairn.services.node.condition.find_bsdtar", lambda: None)
    images, bsdtar, _ = examine_readers()
    assert "cairn[forensic]" in images.words
    assert "named, not read" in bsdtar.words


def test_a_reader_that_does_not_run_or_lacks_a_protection_is_not_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weak = (ProtectionState(Protection.LANDLOCK, active=False, detail="Function not implemented"),)
    monkeypatch.setattr("cairn.services.node.condition.find_disk_reader", DiskReader)
    monkeypatch.setattr(DiskReader, "protections", lambda _: weak)
    monkeypatch.setattr("cairn.services.node.condition.find_bsdtar", lambda: tmp_path / "missing")
    images, bsdtar, _ = examine_readers()
    assert not images.is_well
    assert "landlock (Function not implemented)" in images.words
    assert not bsdtar.is_well
    assert "does not run" in bsdtar.words


def test_a_log_that_cannot_be_signed_is_not_well(sqlite_node: Node) -> None:
    (sqlite_node.config.folder / "node.key").unlink()
    found = {finding.subject: finding for finding in examine_node(sqlite_node.config.folder)}
    assert not found["audit log"].is_well
    assert "Put it back from a backup" in found["audit log"].words


def test_a_whole_node_is_well(sqlite_node: Node) -> None:
    findings = list(examine_node(sqlite_node.config.folder))
    assert all(finding.is_well for finding in findings)
    subjects = [finding.subject for finding in findings]
    assert subjects == ["node", "records", "checks", "e-mail", "audit log", "index"]


def test_a_damaged_index_is_found_and_the_sentence_says_what_to_do(sqlite_node: Node) -> None:
    folder = sqlite_node.config.index_folder
    hashes = np.random.default_rng(1).integers(0, 256, (5000, 32), np.uint8)
    with open_index(folder, writable=True) as index:
        index.add(np.arange(5000, dtype=np.uint64), hashes)
        index.compact()
    segment = max((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    *_, found = examine_node(sqlite_node.config.folder)
    assert not found.is_well
    assert "cairn index rebuild" in found.words


def test_an_index_that_does_not_fit_the_records_is_not_well(sqlite_node: Node, tmp_path: Path) -> None:
    save(drawn(1), tmp_path / "held" / "1.jpg")
    assert cairn(sqlite_node.config.folder, "check", tmp_path / "held", "--case", "1", "--register").code == 0
    shutil.rmtree(sqlite_node.config.index_folder)
    *_, found = examine_node(sqlite_node.config.folder)
    assert not found.is_well
    assert "does not fit the records" in found.words


def test_a_missing_node_is_not_well(tmp_path: Path) -> None:
    ran = cairn(tmp_path, "doctor", "--json")
    assert ran.code == 1
    (node,) = [row for row in json.loads(ran.out) if row["subject"] == "node"]
    assert not node["is_well"]
    assert "cairn node init" in node["words"]


def test_findings_are_lines_for_people(sqlite_node: Node) -> None:
    assert "every checksum holds" in cairn(sqlite_node.config.folder, "doctor").out
