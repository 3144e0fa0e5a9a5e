from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import ConfigurationError, IntegrityError
from cairn.index import Rows, disk, merging, open_index, writer
from cairn.index.segment import PdqShape
from cairn.index.snapshot import live_rows
from cairn.index.store import Reader
from cairn.index.writer import Writer
from index.fragile_disk import FragileDisk, PowerCut
from index.story import Content, make_files_small, rows_as_content, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.index.segment import PdqSegment

KILLS = 30
SMALL_STORY = 26
STRIDE = 4


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in [(writer, "SEAL_ROWS"), (merging, "SEAL_ROWS"), (writer, "BULK_ROWS")]:
        monkeypatch.setattr(module, name, getattr(module, name))
    make_files_small()


def content_of(store: Reader[PdqSegment] | Writer[PdqSegment]) -> Content:
    snapshot = store.snapshot()
    assert snapshot.coverage.is_complete
    return rows_as_content(live_rows(snapshot.parts, 32))


def check_usable(folder: Path, allowed: list[Content]) -> None:
    """What a reader and the next writer see is one of the allowed contents, and more can be added."""
    reader = Reader(folder, PdqShape())
    seen = content_of(reader)
    assert seen in allowed
    store = Writer(folder, PdqShape(), background=False)
    assert content_of(store) == seen
    extra = Rows(np.array([999], np.uint64), np.zeros(1, np.uint32), np.full((1, 32), 9, np.uint8))
    store.add(extra)
    assert content_of(reader) == seen | rows_as_content(extra)
    store.close()
    reader.close()


def run_story(folder: Path, seed: int) -> list[Content]:
    """Tell the story until the power fails; answer the contents that may be found afterwards."""
    allowed: list[Content] = [frozenset()]
    store = None
    try:
        store = Writer(folder, PdqShape(), background=False)
        for change in tell(seed, SMALL_STORY):
            allowed = [allowed[-1], change.after]
            change.apply(store)
            allowed = [change.after]
    except PowerCut:
        pass
    finally:
        if store is not None:
            store._catalogue._lock.release()
    return allowed


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("forgetful", [False, True], ids=["the process is killed", "the power fails"])
@pytest.mark.parametrize("half", [False, True], ids=["before a step", "in the middle of a step"])
def test_nothing_acknowledged_is_lost_at_any_step(tmp_path: Path, *, half: bool, forgetful: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        whole = FragileDisk(tmp_path / "whole", 10**9, half=half)
        whole.install(patch)
        run_story(whole.folder, 5)
    assert whole.steps > 150, whole.steps
    for fails_at in range(1 + forgetful + 2 * half, whole.steps + 1, STRIDE):
        folder = tmp_path / str(fails_at)
        with pytest.MonkeyPatch.context() as patch:
            fragile = FragileDisk(folder, fails_at, half=half)
            fragile.install(patch)
            allowed = run_story(folder, 5)
        if forgetful:
            fragile.forget()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(disk, "sync", lambda _: None)
            check_usable(folder, allowed)


@pytest.fixture
def crash_server() -> Iterator[subprocess.Popen[str]]:
    tests = Path(__file__).parents[1]
    paths = os.pathsep.join([str(tests), str(tests.parent / "src")])
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("crash_server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    yield server
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    server.stdout.close()
    assert server.wait(30) == 0


def test_nothing_acknowledged_is_lost_when_a_writer_is_killed(
    tmp_path: Path, crash_server: subprocess.Popen[str]
) -> None:
    assert crash_server.stdin is not None
    assert crash_server.stdout is not None
    chance = random.Random(11)  # noqa: S311 - no secret depends on it
    acknowledged_in_all = 0
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        folder.mkdir()
        crash_server.stdin.write(f"{folder} {kill}\n")
        crash_server.stdin.flush()
        child = int(crash_server.stdout.readline())
        enough = chance.randrange(6)
        while not (folder / "notes").exists() or (folder / "notes").stat().st_size < enough:
            time.sleep(0.0005)
        time.sleep(chance.random() * 0.05)
        os.kill(child, signal.SIGKILL)
        assert crash_server.stdout.readline() == "ended\n"
        acknowledged = (folder / "notes").stat().st_size
        contents = [frozenset(), *(change.after for change in tell(kill, acknowledged + 1))]
        check_usable(folder / "index", contents[acknowledged : acknowledged + 2])
        acknowledged_in_all += acknowledged
    assert acknowledged_in_all > KILLS


def test_a_torn_last_record_is_passed_over_and_cut_off(tmp_path: Path) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (3, 32), dtype=np.uint8)
    with open_index(tmp_path, writable=True) as index:
        index.add(np.array([1], np.uint64), hashes[:1])
    journal = next(tmp_path.glob("journal-*"))
    whole = journal.read_bytes()
    with open_index(tmp_path, writable=True) as index:
        index.add(np.array([2], np.uint64), hashes[1:2])
    longer = journal.read_bytes()
    for torn in [
        longer[:-1],
        longer[: len(whole) + 10],
        whole + bytes(50),
        longer[: len(whole) + 30] + bytes(38),
    ]:
        journal.write_bytes(torn)
        with open_index(tmp_path) as reader:
            assert reader.search(hashes, radius=0).id.tolist() == [1]
            with open_index(tmp_path, writable=True) as index:
                index.add(np.array([3], np.uint64), hashes[2:])
            assert reader.search(hashes, radius=0).id.tolist() == [1, 3]
            assert reader.coverage().is_complete
        journal.write_bytes(whole)


def test_damage_in_the_journal_is_named_and_the_rest_stays_usable(tmp_path: Path) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (4, 32), dtype=np.uint8)
    with open_index(tmp_path, writable=True) as index:
        for one in range(3):
            index.add(np.array([one], np.uint64), hashes[one : one + 1])
    journal = next(tmp_path.glob("journal-*"))
    whole = journal.read_bytes()
    record = (len(whole) - 32) // 3
    for position, left in [
        (32 + record + 60, [0, 2]),
        (32 + record + 4, [0]),
        (len(whole) - 3, [0, 1]),
        (3, []),
    ]:
        folder = tmp_path / f"damaged-{position}"
        folder.mkdir()
        (folder / "manifest").write_bytes((tmp_path / "manifest").read_bytes())
        damaged = bytearray(whole)
        damaged[position] ^= 4
        (folder / journal.name).write_bytes(damaged)
        with open_index(folder) as reader:
            assert reader.search(hashes, radius=0).id.tolist() == left
            assert reader.coverage().damaged == (journal.name,)
        with open_index(folder, writable=True) as index:
            index.add(np.array([3], np.uint64), hashes[3:])
            assert index.search(hashes, radius=0).id.tolist() == [*left, 3]
            assert journal.name in index.verify().damaged
            with pytest.raises(IntegrityError, match=journal.name):
                index.compact()
        with open_index(folder, writable=True) as index:
            assert index.search(hashes, radius=0).id.tolist() == [*left, 3]
            assert index.coverage().damaged == (journal.name,)


@pytest.mark.parametrize("what", ["a full disk", "a failing sync", "a failing rename"])
def test_when_the_disk_refuses_the_index_is_as_it_was(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (200_000, 32), dtype=np.uint8)
    ids = np.arange(len(hashes), dtype=np.uint64)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    step = {"a full disk": "write", "a failing sync": "sync", "a failing rename": "replace"}[what]
    with open_index(tmp_path, writable=True) as index, open_index(tmp_path) as reader:
        index.add(ids[:10], hashes[:10])
        for change in [
            lambda: index.add(ids[10:20], hashes[10:20]),
            lambda: index.remove(ids[:3]),
            index.compact,
        ]:
            before = reader.coverage()
            with monkeypatch.context() as patch:
                patch.setattr(disk, step, refuse)
                if step != "replace" or change == index.compact:
                    with pytest.raises(ConfigurationError, match="No space left"):
                        change()
            assert reader.search(hashes[:20], radius=0).id.tolist() == list(range(10))
            assert reader.coverage().entries == before.entries
        if step == "replace":
            with pytest.raises(ConfigurationError, match="Open the index again"):
                index.add(ids, hashes)
            return
        with monkeypatch.context() as patch:
            patch.setattr(disk, step, refuse)
            with pytest.raises(ConfigurationError, match="No space left"):
                index.add(ids, hashes)
        index.add(ids[10:20], hashes[10:20])
        assert reader.search(hashes[:20], radius=0).id.tolist() == list(range(20))


def test_a_file_size_limit_of_the_system_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (5000, 32), dtype=np.uint8)
    ids = np.arange(len(hashes), dtype=np.uint64)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_index(tmp_path, writable=True) as index:
        index.add(ids[:1000], hashes[:1000])
        old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(ConfigurationError, match="could not be written"):
                index.add(ids, hashes)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, old)
        assert len(index.search(hashes, radius=0)) == 1000
        index.add(ids, hashes)
        assert len(index.search(hashes, radius=0)) == 5000
    with open_index(tmp_path) as index:
        assert len(index.search(hashes, radius=0)) == 5000


def test_a_change_that_is_durable_never_fails_because_sealing_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_files: None
) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (25, 32), dtype=np.uint8)
    ids = np.arange(25, dtype=np.uint64)

    def refuse(path: Path) -> int:
        raise OSError(28, "No space left on device")

    with open_index(tmp_path, writable=True) as index:
        with monkeypatch.context() as patch:
            patch.setattr(disk, "create", refuse)
            index.add(ids[:20], hashes[:20])
            index.settle()
        assert "No space left" in str(index.stats().maintenance_failure)
        assert index.search(hashes, radius=0).id.tolist() == ids[:20].tolist()
        index.add(ids[20:], hashes[20:])
        index.settle()
        assert index.stats().maintenance_failure is None
        assert index.stats().journal_entries == 0
    with open_index(tmp_path) as index:
        assert index.search(hashes, radius=0).id.tolist() == ids.tolist()


def test_a_merge_that_fails_in_the_background_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_files: None
) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (25, 32), dtype=np.uint8)
    ids = np.arange(25, dtype=np.uint64)

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with open_index(tmp_path, writable=True) as index:
        with monkeypatch.context() as patch:
            patch.setattr(PdqShape, "write", refuse)
            index.add(ids[:20], hashes[:20])
            index.settle()
        assert "A merged part of the index could not be written" in str(index.stats().maintenance_failure)
        index.add(ids[20:], hashes[20:])
        index.settle()
        assert index.stats().maintenance_failure is None
        assert index.search(hashes, radius=0).id.tolist() == ids.tolist()


def test_files_that_were_exchanged_or_shortened_or_vanished_are_named(tmp_path: Path) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (910, 32), dtype=np.uint8)
    ids = np.arange(910, dtype=np.uint64)
    for name, count in [("one", 20), ("other", 900)]:
        with open_index(tmp_path / name, writable=True) as index:
            index.add(ids[:count], hashes[:count])
            index.compact()
            index.add(ids[900:], hashes[900:])
    segments = [next((tmp_path / name).glob("segment-*")) for name in ("one", "other")]
    segments[0].write_bytes(segments[1].read_bytes())
    with open_index(tmp_path / "one") as index:
        assert index.coverage().damaged == (segments[0].name,)
        assert len(index.search(hashes, radius=0)) == 10
    journal = next((tmp_path / "other").glob("journal-*"))
    with open_index(tmp_path / "other", writable=True) as index:
        assert isinstance(index._store, Writer)
        catalogue = index._store._catalogue
        catalogue.swap((*catalogue.closed_last(), catalogue.new_journal()))
    for vanished in (False, True):
        if vanished:
            journal.unlink()
        else:
            os.truncate(journal, 40)
        for writable in (False, True):
            with open_index(tmp_path / "other", writable=writable) as index:
                assert index.coverage().damaged == (journal.name,)
                assert len(index.search(hashes, radius=0)) == 900


def test_a_vanished_last_journal_is_named_and_replaced(tmp_path: Path) -> None:
    hashes = np.random.default_rng(1).integers(0, 256, (2, 32), dtype=np.uint8)
    ids = np.arange(2, dtype=np.uint64)
    with open_index(tmp_path, writable=True) as index:
        index.add(ids[:1], hashes[:1])
    journal = next(tmp_path.glob("journal-*"))
    journal.unlink()
    with open_index(tmp_path) as reader, open_index(tmp_path, writable=True) as index:
        index.add(ids[1:], hashes[1:])
        assert reader.search(hashes, radius=0).id.tolist() == [1]
        assert reader.coverage().damaged == (journal.name,)
