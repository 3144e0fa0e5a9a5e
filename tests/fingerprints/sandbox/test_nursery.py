"""The nursery in this process: its orders are real, its forks are harmless programs."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import PIL.AvifImagePlugin
import pillow_heif
import pytest

from cairn import fingerprints
from cairn.fingerprints.sandbox import nursery, start, warm
from cairn.fingerprints.sandbox.limits import Limits
from cairn.fingerprints.sandbox.message import Hello, take
from cairn.fingerprints.sandbox.nursery import Nursery, Setting
from cairn.fingerprints.sandbox.orders import BRING_UP, END, ENDED, ORDER
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState
from fingerprints.sandbox.stand_in import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.types import PdqMode

LEFT = (ProtectionState(Protection.EMPTY_ROOT, active=True, detail="empty"),)
SETTING = Setting(examine, Limits(), 0, LEFT)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The nursery's signals are not the tests'."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGCHLD)}
    yield
    signal.set_wakeup_fd(-1)
    for number, action in before.items():
        signal.signal(number, action)


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """What the nursery brought up: programs that wait, or end at once with status 3."""
    children: list[subprocess.Popen[bytes]] = []

    def fork() -> int:
        code = "import time; time.sleep(60)" if not children else "raise SystemExit(3)"
        children.append(subprocess.Popen([sys.executable, "-S", "-c", code]))
        return children[-1].pid

    monkeypatch.setattr(os, "fork", fork)
    return children


def reap(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.returncode = child.returncode or 0  # the nursery has waited for it


def bring_up(line: socket.socket, number: int) -> None:
    near, far = socket.socketpair()
    with near, far:
        socket.send_fds(line, [ORDER.pack(BRING_UP, number)], [far.fileno()])


def test_ends_are_reported_with_their_status(
    line: tuple[socket.socket, socket.socket], forked: list[subprocess.Popen[bytes]]
) -> None:
    near, far = line
    home = Nursery(far, SETTING)
    bring_up(near, 1)
    bring_up(near, 2)
    near.sendall(ORDER.pack(END, 1) + ORDER.pack(END, 99))
    ends: dict[int, int] = {}
    original = home._report_ends

    def report_and_hang_up() -> None:
        original()
        near.setblocking(False)
        try:
            data = near.recv(4096)
        except BlockingIOError:
            return
        ends.update(ENDED.unpack_from(data, at) for at in range(0, len(data), ENDED.size))
        if len(ends) == 2:
            near.shutdown(socket.SHUT_WR)

    home._report_ends = report_and_hang_up  # type: ignore[method-assign]  # looks on while it works
    home.take_orders()
    reap(forked)
    assert os.WTERMSIG(ends[1]) == signal.SIGKILL
    assert os.waitstatus_to_exitcode(ends[2]) == 3


def test_workers_end_when_the_pool_hangs_up(
    line: tuple[socket.socket, socket.socket], forked: list[subprocess.Popen[bytes]]
) -> None:
    near, far = line
    bring_up(near, 1)
    near.shutdown(socket.SHUT_WR)
    Nursery(far, SETTING).take_orders()
    assert forked[0].wait(5) == -signal.SIGKILL


class WouldExit(BaseException):
    """Raised where a fork would have ended."""


def test_a_worker_says_how_it_is_held_and_then_serves(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    served = []

    def leave(status: int) -> None:
        raise WouldExit(status)

    doors = (ProtectionState(Protection.SECCOMP, active=False, detail="no"),)
    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(nursery, "close_the_doors", lambda *_, **__: doors)
    monkeypatch.setattr(nursery, "serve", lambda line, *_, **__: served.append(line))
    near, far = line
    ours, worker_line = socket.socketpair()
    with ours:
        socket.send_fds(near, [ORDER.pack(BRING_UP, 1)], [worker_line.fileno()])
        worker_line.close()
        home = Nursery(far, SETTING)
        with pytest.raises(WouldExit):
            home._obey()
        hello = take(bytearray(ours.recv(4096)))
    served[0].close()
    assert hello == Hello(LEFT + doors)


def test_the_nursery_leaves_the_host_before_it_takes_orders(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    monkeypatch.setattr(os, "dup2", lambda _, standard: steps.append(f"close {standard}"))
    monkeypatch.setattr(nursery, "die_with_parent", lambda: steps.append("die with parent"))
    monkeypatch.setattr(Path, "write_text", lambda path, *_, **__: steps.append(f"write {path.name}"))
    monkeypatch.setattr(nursery, "leave_the_host", lambda: steps.append("leave"))

    def take_orders(home: Nursery) -> None:
        steps.append("take orders")
        home._line.close()

    monkeypatch.setattr(Nursery, "take_orders", take_orders)
    nursery.begin(
        [str(os.dup(line[1].fileno())), "fast", "hashes", "1024", "20", "60.0", "512", "7", "0"], examine
    )
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # As every process of the tests begins.
    assert steps == [
        "die with parent",
        "write oom_score_adj",
        "close 0",
        "close 1",
        "close 2",
        "leave",
        "take orders",
    ]


def test_the_program_loads_every_decoder_first(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    monkeypatch.setattr(
        start, "load_every_decoder", lambda *, with_features: steps.append(f"load, features: {with_features}")
    )
    monkeypatch.setattr(start, "begin", lambda arguments, _: steps.append(f"begin {arguments}"))
    start.main(["3", "exact", "hashes"])
    start.main(["4", "fast", "features"])
    assert steps == [
        "load, features: False",
        "begin ['3', 'exact', 'hashes']",
        "load, features: True",
        "begin ['4', 'fast', 'features']",
    ]


def test_every_decoder_decodes_something_while_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    found: set[str | None] = set()

    def note(data: bytes, *, mode: PdqMode, with_features: bool) -> None:
        assert not with_features
        picture = fingerprints.examine(data, mode=mode)
        if picture.width:
            found.add(picture.media_type)

    monkeypatch.setattr(warm, "examine", note)
    monkeypatch.setattr(PIL.AvifImagePlugin, "DEFAULT_MAX_THREADS", 0)
    monkeypatch.setattr(pillow_heif.options, "DECODE_THREADS", 4)
    warm.load_every_decoder()
    assert found >= {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/bmp",
        "image/tiff",
        "image/webp",
        "image/avif",
        "image/jp2",
        "image/heic",
    }
