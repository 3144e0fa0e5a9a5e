from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from cairn.cli.index_commands import bench, index, warmup
from cairn.cli.points import points
from cairn.cli.sound import sound
from cairn.errors import IntegrityError
from cairn.index import open_index

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(1)
    with open_index(tmp_path / "index", writable=True) as opened:
        opened.add(np.arange(50, dtype=np.uint64), random.integers(0, 256, (50, 32), dtype=np.uint8))
        opened.remove(np.array([3], np.uint64))
    return tmp_path / "index"


def run(*words: str) -> str:
    result = CliRunner().invoke(index, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_status_is_told_in_words_and_as_json(folder: Path) -> None:
    assert "entries           49" in run("status", "--index", str(folder))
    assert json.loads(run("status", "--index", str(folder), "--json"))["journal_entries"] == 50


def test_compacting_carries_removals_out(folder: Path) -> None:
    assert run("compact", "--index", str(folder)) == "49 entries in 1 segments\n"
    assert "every checksum holds" in run("verify", "--index", str(folder))


def test_an_index_that_is_being_written_can_be_verified(folder: Path) -> None:
    with open_index(folder, writable=True):
        assert "every checksum holds" in run("verify", "--index", str(folder))


def test_damage_is_named_and_is_an_error(folder: Path) -> None:
    run("compact", "--index", str(folder))
    segment = next(folder.glob("segment-*"))
    content = bytearray(segment.read_bytes())
    content[4 * 4096] ^= 1
    segment.write_bytes(content)
    with pytest.raises(IntegrityError, match="rebuild"):
        run("verify", "--index", str(folder))
    assert f"DAMAGED           {segment.name}" in run("status", "--index", str(folder))


def test_an_operator_can_warm_up_and_measure(tmp_path: Path) -> None:
    assert "ready in" in CliRunner().invoke(warmup, catch_exceptions=False).output
    words = ["index", "--entries", "10000", "--folder", str(tmp_path)]
    result = CliRunner().invoke(bench, words, catch_exceptions=False)
    assert "one query" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_list_of_nothing_is_a_sentence(sqlite_node: Node) -> None:
    where = ["list", "--node", str(sqlite_node.config.folder)]
    for group, word in ((points, "No points are on the list"), (sound, "No sound is on the list")):
        assert word in CliRunner().invoke(group, where, catch_exceptions=False).output
