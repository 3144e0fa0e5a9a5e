"""``cairn doctor`` says what is well and what is not, and means it with its exit code."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np

from cairn.fingerprints.sandbox import Protection
from cairn.index import open_index
from cairn.services.condition import examine_machine, examine_node
from cli.command_line import cairn
from pictures import drawn, save

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node import Node


def test_every_protection_is_reported_from_a_real_decoder_process() -> None:
    subjects = {finding.subject for finding in examine_machine()}
    assert subjects == {f"protection {protection}" for protection in Protection}


def test_a_whole_node_is_well(sqlite_node: Node) -> None:
    findings = list(examine_node(sqlite_node.config.folder))
    assert all(finding.is_well for finding in findings)
    assert [finding.subject for finding in findings] == ["node", "records", "checks", "index"]


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
