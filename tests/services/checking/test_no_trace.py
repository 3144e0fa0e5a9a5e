"""A blind series changes nothing of what its asker gets: two nodes that differ by it alone answer alike."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from rich.console import Console

from cairn.cli.answer_view import show
from cairn.records.connection import disconnect
from cairn.services.answering.answer_json import write_json
from cairn.services.answering.receipt import write_receipt
from cairn.services.directory.acting import operator_of
from cairn.services.features import codebook_size, comparing, indexing
from cairn.services.features.index_state import state_of
from cairn.services.features.indexing import catch_up_features
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.looking_up.asking import look_up
from cairn.services.looking_up.hashes import Hashes, HashKind
from cairn.services.node.opening import open_node
from cairn.services.report import write_report
from cairn.services.series.opening import create_series
from cairn.types import Handling
from pictures import drawn, save
from services.features.rooms import busy
from services.seizures import hold, run, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

CROWD = 6
"""Hidden pictures with many points each: in these tests enough for an index."""


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no two answers differ by their times alone."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def _index_that_grows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every media change the state of the index, as it would after some ten thousand."""
    monkeypatch.setattr("cairn.index.writer.SEAL_ROWS", 1)


@pytest.fixture(autouse=True)
def _index_of_features_for_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a crowd be enough for an index, as 48 pictures would, and nothing that is hidden take its time."""
    for module in (codebook_size, comparing, indexing):
        monkeypatch.setattr(module, "FEWEST_PICTURES", CROWD)
    monkeypatch.setattr(codebook_size, "FEWEST_CELLS", 16)
    monkeypatch.setattr("cairn.index.codebook_training.LEAST_EXAMPLES", 2_000)
    monkeypatch.setattr(comparing, "HIDDEN_S", 0.01)


def handed_over(node: Node, seizure: Path, place: Path, *, register: bool) -> list[bytes]:
    """Answer the bytes of all that SE-UNIT gets: a look-up; a check's JSON, receipt, page and screen."""
    actor, digest = operator_of(node, "SE-UNIT"), sha256((seizure / "copy.jpg").read_bytes()).hexdigest()
    found = look_up(node, Hashes.parse({HashKind.SHA256: [digest]}), actor=actor)
    answer = run(node, seizure, authority="SE-UNIT", case="S1", register=register, features=FeaturesFor.NEW)
    place.mkdir(parents=True)
    write_json(answer, place / "json")
    write_receipt(answer, place / "receipt")
    write_report(answer, place / "page")
    screen = StringIO()
    show(answer, Console(file=screen, width=100))
    files = [
        *((place / name).read_bytes() for name in ("json", "receipt", "page")),
        screen.getvalue().encode(),
    ]
    return [*files, repr(found).encode()]


def test_two_nodes_that_differ_by_a_blind_series_alone_answer_byte_for_byte_alike(
    sqlite_node: Node, tmp_path: Path
) -> None:
    for seed in range(2):
        save(drawn(seed), tmp_path / "shared" / f"{seed}.jpg")
        save(drawn(10 + seed), tmp_path / "hidden" / f"{seed}.jpg")
    seizure = tmp_path / "seizure"
    shutil.copytree(tmp_path / "shared", seizure / "shared")
    shutil.copy(tmp_path / "hidden" / "0.jpg", seizure / "copy.jpg")
    save(drawn(11), seizure / "smaller.jpg", quality=50)
    save(drawn(100), seizure / "new.jpg")
    save(busy(1), tmp_path / "shared" / "busy.jpg")
    save(busy(1).crop((40, 30, 310, 250)), seizure / "crop.jpg")
    for seed in range(CROWD):
        save(busy(10 + seed), tmp_path / "hidden" / f"busy{seed}.jpg")
    save(busy(10).crop((40, 30, 310, 250)), seizure / "crop_of_hidden.jpg")
    for code in ("BR-UNIT", "SE-UNIT"):
        unit(sqlite_node, code)
    owner = operator_of(sqlite_node, "BR-UNIT")
    create_series("Lantern", actor=owner)
    hold(sqlite_node, tmp_path / "shared", authority="BR-UNIT", series="Lantern", features=FeaturesFor.NEW)
    disconnect()
    shutil.copytree(sqlite_node.config.folder, tmp_path / "twin")
    said = []
    for folder, has_blind in ((sqlite_node.config.folder, False), (tmp_path / "twin", True)):
        node = open_node(folder)
        if has_blind:
            actor = operator_of(node, "BR-UNIT")
            create_series("Stone", actor=actor, handling=Handling.BLIND)
            hold(node, tmp_path / "hidden", authority="BR-UNIT", series="Stone", features=FeaturesFor.NEW)
            assert catch_up_features(node) == 0
            assert not state_of(node).is_one_by_one
        place = tmp_path / f"{has_blind}"
        said.append([handed_over(node, seizure, place / str(step), register=step == 1) for step in range(2)])
        disconnect()
    assert b"Lantern" in said[0][0][0]
    assert b"points-agree" in said[0][0][0]
    assert said[0] == said[1]
