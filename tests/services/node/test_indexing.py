"""The index holds what the records hold, whoever has written to either."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import ConfigurationError
from cairn.index import open_index
from cairn.records.media import IndexMark
from cairn.services.node import indexing
from cairn.services.node.indexing import catch_up, rebuild
from pictures import drawn, save
from services.seizures import hold, run, unit, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def beside(node: Node, folder: Path) -> Node:
    """Answer another node that keeps its records in the same database."""
    return replace(node, config=replace(node.config, folder=folder, identity="another"))


def altered(folder: Path, seed: int) -> Path:
    """Write a copy of the picture that differs in its bytes."""
    return save(drawn(seed), folder / f"{seed}.jpg", quality=55)


def test_two_nodes_on_one_database_both_find_what_either_has_recorded(node: Node, tmp_path: Path) -> None:
    unit(node, "BR-UNIT")
    other = beside(node, tmp_path / "other")
    hold(node, save(drawn(1), tmp_path / "held" / "1.png"), authority="BR-UNIT")
    hold(other, save(drawn(2), tmp_path / "held" / "2.png"), authority="BR-UNIT")
    for asked in (node, other, node):
        found = run(asked, altered(tmp_path / "seizure", 1), altered(tmp_path / "seizure", 2))
        assert verdicts(found) == {"1.jpg": "similar", "2.jpg": "similar"}


def test_two_nodes_on_one_database_do_not_make_their_indexes_anew_for_nothing(
    node: Node, tmp_path: Path
) -> None:
    unit(node, "BR-UNIT")
    other = beside(node, tmp_path / "other")
    hold(node, save(drawn(1), tmp_path / "held" / "1.png"), authority="BR-UNIT")
    catch_up(other)
    catch_up(node)
    marks = list(IndexMark.objects.order_by("node").values_list())
    catch_up(other)
    catch_up(node)
    assert len(marks) == 2
    assert list(IndexMark.objects.order_by("node").values_list()) == marks


def test_a_rebuilt_index_holds_every_recorded_hash_and_nothing_waits(node: Node, tmp_path: Path) -> None:
    unit(node, "BR-UNIT")
    for seed in range(3):
        save(drawn(seed), tmp_path / "held" / f"{seed}.png")
    hold(node, tmp_path / "held", authority="BR-UNIT")
    run(node, save(drawn(9), tmp_path / "only-seen" / "9.png"))
    assert rebuild(node) == 3
    assert catch_up(node) == 0


def test_a_writer_that_does_not_finish_is_waited_for_and_then_named(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "WAIT_SECONDS", 0.1)
    with (
        open_index(sqlite_node.config.index_folder, writable=True),
        pytest.raises(ConfigurationError) as caught,
    ):
        hold(sqlite_node, save(drawn(1), tmp_path / "1.png"), authority="NL-UNIT")
    assert caught.value.code == "index.locked"


def test_an_index_whose_list_of_parts_is_damaged_is_made_anew(node: Node, tmp_path: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, save(drawn(1), tmp_path / "held" / "1.png"), authority="BR-UNIT")
    for file in node.config.index_folder.iterdir():
        if file.is_file() and file.name != "lock":
            file.write_bytes(b"damaged")
    assert verdicts(run(node, altered(tmp_path / "seizure", 1))) == {"1.jpg": "similar"}
