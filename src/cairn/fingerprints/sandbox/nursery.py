"""The nursery: one process that has loaded every decoder, and from which workers are forked in milliseconds.

Starting Python and the decoders takes a third of a second; forking takes a few milliseconds. So a crashed
worker is replaced at once, and a process can be retired after some hundred files, at no cost that shows.
The nursery itself never sees a byte of a file: it knows three orders (bring up a worker on this line, end
that worker, hang up) and reports each worker's end with its exit status.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox.confine import (
    address_space_bytes,
    attempt,
    close_the_doors,
    die_with_parent,
    leave_the_host,
)
from cairn.fingerprints.sandbox.limits import Limits
from cairn.fingerprints.sandbox.message import Hello, pack
from cairn.fingerprints.sandbox.orders import BRING_UP, ENDED, ORDER
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState
from cairn.fingerprints.sandbox.worker import send, serve

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.worker import Examine, Take, Watch


@dataclass(frozen=True, slots=True)
class Setting:
    """What every worker of one nursery is made of.

    Attributes:
        examine: What a worker does with a file.
        limits: What one file may cost.
        at_rest_bytes: Address space with every decoder loaded; 0 where unknown.
        left: How far the nursery has left the host.
        watch: What a worker does with a video, where that is what it is for.
        take: How it takes frames out of one, where that is what it is for.
    """

    examine: Examine
    limits: Limits
    at_rest_bytes: int
    left: tuple[ProtectionState, ...]
    watch: Watch | None = None
    take: Take | None = None


def begin(
    arguments: list[str], examine_bytes: Examine, *, watch: Watch | None = None, take: Take | None = None
) -> None:
    """Be a nursery whose workers do something with files.

    Args:
        arguments: The descriptor of the line to the pool, the PDQ mode, what to look for, and the limits in
            their order, as ``link`` writes them.
        examine_bytes: What a worker does with a file.
        watch: What it does with a video instead, where that is what it is for.
        take: How it takes frames out of one instead, as above.
    """
    run(int(arguments[0]), examine_bytes, limits_of(arguments), watch=watch, take=take)


def limits_of(arguments: list[str]) -> Limits:
    """Answer what one file may cost, as the pool has said it.

    Args:
        arguments: As for ``begin``.
    """
    memory_bytes, cpu_s, wall_s, file_bytes, files, watch_s = arguments[3:]
    return Limits(int(memory_bytes), int(cpu_s), float(wall_s), int(file_bytes), int(files), int(watch_s))


def run(
    line_descriptor: int,
    examine_bytes: Examine,
    limits: Limits,
    *,
    watch: Watch | None = None,
    take: Take | None = None,
) -> None:
    """Take orders until the pool hangs up; whatever still runs then is killed.

    Args:
        line_descriptor: Of the line to the pool.
        examine_bytes: What a worker does with a file; everything it needs is loaded.
        limits: What one file may cost.
        watch: What it does with a video instead.
        take: How it takes frames out of one instead.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    attempt(Protection.DIES_WITH_PARENT, die_with_parent)
    _be_the_first_to_go()
    line = socket.socket(fileno=line_descriptor)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    gc.freeze()  # workers share what is loaded, and the collector does not touch it in any of them
    at_rest_bytes = address_space_bytes()
    setting = Setting(examine_bytes, limits, at_rest_bytes, leave_the_host(), watch, take)
    Nursery(line, setting).take_orders()


def _be_the_first_to_go() -> None:
    """Have the kernel end a decoder, and not the check, where the whole machine runs out of memory."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


class Nursery:
    """Forks workers on order and reports their ends."""

    def __init__(self, line: socket.socket, setting: Setting) -> None:
        """Listen on ``line`` and make every worker of ``setting``."""
        self._line = line
        self._setting = setting
        self._workers: dict[int, int] = {}
        self._bell, self._bell_rope = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def take_orders(self) -> None:
        """Serve until the pool hangs up."""
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(self._bell_rope)
        try:
            while True:
                ready, _, _ = select.select([self._line.fileno(), self._bell], [], [])
                if self._bell in ready:
                    os.read(self._bell, 4096)
                    self._report_ends()
                if self._line.fileno() in ready and not self._obey():
                    return
        finally:
            for pid in self._workers:
                os.kill(pid, signal.SIGKILL)

    def _obey(self) -> bool:
        """Carry out one order; False where the pool has hung up."""
        data, descriptors, _flags, _address = socket.recv_fds(self._line, ORDER.size, 1)
        if len(data) != ORDER.size:
            return False
        what, number = ORDER.unpack(data)
        if what == BRING_UP:
            self._bring_up(number, descriptors[0])
        else:
            # A worker that has ended by itself is reported already, or soon.
            for pid, other in self._workers.items():
                if other == number:
                    os.kill(pid, signal.SIGKILL)
        return True

    def _bring_up(self, number: int, descriptor: int) -> None:
        """Fork a worker on a line of its own."""
        pid = os.fork()
        if pid == 0:
            # Nothing of the nursery may go on in the worker, however it ends.
            with contextlib.suppress(BaseException):
                self._be_a_worker(descriptor)
            os._exit(0)
        os.close(descriptor)
        self._workers[pid] = number

    def _be_a_worker(self, descriptor: int) -> None:
        """In the fork: close the doors, say so, and serve."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._line.close()
        os.close(self._bell)
        os.close(self._bell_rope)
        line = socket.socket(fileno=descriptor)  # asks the kernel of what kind it is: not allowed later
        setting = self._setting
        states = setting.left + close_the_doors(setting.limits, at_rest_bytes=setting.at_rest_bytes)
        send(line, pack(Hello(states)))
        serve(
            line,
            setting.examine,
            setting.limits,
            at_rest_bytes=setting.at_rest_bytes,
            watch=setting.watch,
            take=setting.take,
        )

    def _report_ends(self) -> None:
        """Tell the pool which workers have ended, and how."""
        for pid in list(self._workers):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                os.write(self._line.fileno(), ENDED.pack(self._workers.pop(pid), status))


def _wake(_signal: int, _frame: object) -> None:
    """Let the wake-up descriptor ring; the work is done in the loop."""
