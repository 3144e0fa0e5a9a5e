"""A disk that vanishes pauses the check; when it is back the check goes on and nothing was lost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from cairn.intake import Item, Unreadable, walk
from cairn.services.checking import patience
from cairn.services.checking.check import check
from cairn.services.checking.patience import Patience
from cairn.services.checking.planning import CheckRequest
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "POLL_SECONDS", 0.01)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A folder that stands for a mounted disk."""
    for number in range(5):
        (tmp_path / "disk" / str(number)).mkdir(parents=True)
        (tmp_path / "disk" / str(number) / "file").write_text(str(number))
    return tmp_path / "disk"


class Unplugged:
    """Takes the disk away, and puts it back as soon as the check has said that it waits."""

    def __init__(self, disk: Path) -> None:
        self.disk = disk
        self.said: list[str] = []
        self.times = 0

    def unplug(self) -> None:
        self.times += 1
        self.disk.rename(self.disk.with_name("unplugged"))

    def told(self, sentence: str) -> None:
        self.said.append(sentence)
        if "is gone" in sentence:
            threading.Timer(0.05, self.disk.with_name("unplugged").rename, [self.disk]).start()


def test_nothing_waits_while_the_disk_is_there(disk: Path) -> None:
    waiting = Patience.over([disk, disk / "0" / "file"], told=lambda _: None)
    assert not waiting.wait_if_lost()


def test_a_walk_goes_on_where_the_disk_vanished_under_it(disk: Path) -> None:
    hand = Unplugged(disk)
    met: list[str] = []
    for entry in Patience.over([disk], told=hand.told).entries(lambda: walk([disk])):
        assert isinstance(entry, Item)
        met.append(entry.address)
        if len(met) == 2:
            hand.unplug()
    assert met == [str(disk / str(number) / "file") for number in range(5)]
    assert ["is gone" in hand.said[0], "is back" in hand.said[1]] == [True, True]


def test_an_entry_that_is_unreadable_on_a_disk_that_is_there_is_yielded_once(disk: Path) -> None:
    (disk / "link").symlink_to(disk)
    entries = list(Patience.over([disk], told=lambda _: None).entries(lambda: walk([disk])))
    assert [entry.address for entry in entries if isinstance(entry, Unreadable)] == [str(disk / "link")]
    assert len(entries) == 6


def test_a_check_waits_for_its_disk_and_reads_every_file(sqlite_node: Node, disk: Path) -> None:
    hand = Unplugged(disk)

    def unplug_after_two(progress: object) -> None:
        if getattr(progress, "done", 0) == 2 and not hand.times:
            hand.unplug()

    answer = check(
        sqlite_node,
        CheckRequest((disk,)),
        watch=unplug_after_two,
        told=hand.told,
        open_pool=InProcessPool,
    )
    assert hand.times == 1
    assert answer.unreadable == ()
    assert len(answer.files) == 5


def test_a_single_file_that_vanishes_is_no_lost_disk(sqlite_node: Node, disk: Path) -> None:
    def remove(_: object) -> None:
        (disk / "4" / "file").unlink(missing_ok=True)

    answer = check(sqlite_node, CheckRequest((disk,)), watch=remove, open_pool=InProcessPool)
    assert len(answer.unreadable) == 1
