"""A full disk and a busy database end in a sentence, and the same command again ends the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from cairn.errors import ConfigurationError
from cairn.records.jobs import CheckItem
from cairn.records.sightings import Sighting
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.checking.register import register
from services.seizures import run
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

FILES = 200


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough small files that registering them needs more room than a nearly full disk has."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:04}.txt").write_text(f"file {number}")
    return folder


def leave_pages(spare: int) -> None:
    """Let SQLite have only this many more pages, as a full disk would."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (used,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {used + spare}")


def write_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a check write what it measured in parts, however slow the machine is."""
    monkeypatch.setattr("cairn.services.checking.measuring.BATCH_ITEMS", 32)
    monkeypatch.setattr("cairn.services.checking.measuring.BATCH_SECONDS", 3600.0)


def test_a_disk_that_fills_while_measuring_keeps_what_was_written(
    sqlite_node: Node, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_often(monkeypatch)
    leave_pages(14)
    with pytest.raises(ConfigurationError, match="disk that holds the node is full") as caught:
        run(sqlite_node, many)
    assert caught.value.code == "node.disk-full"
    kept = CheckItem.objects.filter(is_done=True).count()
    assert 0 < kept < FILES
    leave_pages(1_000_000)
    answer = run(sqlite_node, many)
    assert (answer.resumed, len(answer.files)) == (kept, FILES)


def test_a_disk_that_fills_while_registering_loses_nothing(
    sqlite_node: Node, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def register_on_a_nearly_full_disk(*args: Any, **rest: Any) -> int:
        leave_pages(6)
        return register(*args, **rest)

    with monkeypatch.context() as patch:
        patch.setattr("cairn.services.checking.register.BATCH_ITEMS", 33)
        patch.setattr("cairn.services.checking.check.register", register_on_a_nearly_full_disk)
        with pytest.raises(ConfigurationError, match="disk that holds the node is full"):
            run(sqlite_node, many, case="2026-1", register=True)
    assert 0 < Sighting.objects.count() < FILES
    leave_pages(1_000_000)
    answer = run(sqlite_node, many, case="2026-1", register=True)
    assert (answer.resumed, Sighting.objects.count()) == (FILES, FILES)
    assert run(sqlite_node, many, case="2026-1", register=True).registered == 0


def test_what_was_measured_before_a_failure_is_not_measured_again(
    sqlite_node: Node, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_often(monkeypatch)

    def fill_the_disk(progress: object) -> None:
        if getattr(progress, "done", 0) == FILES // 2:
            leave_pages(0)

    with pytest.raises(ConfigurationError, match="disk that holds the node is full"):
        check(sqlite_node, CheckRequest((many,)), watch=fill_the_disk, open_pool=InProcessPool)
    leave_pages(1_000_000)
    answer = check(sqlite_node, CheckRequest((many,)), open_pool=InProcessPool)
    assert answer.resumed == 96  # Three batches were written before the disk was full.
