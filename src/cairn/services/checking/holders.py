"""Who holds a lease, and whether it is known to be dead.

A process is named by where it runs, its number there, and when it started. Host names are not enough for the
first: containers and copied machines share them. The kernel knows two things that they do not share, the
number of its own start and the table of processes that a container sees. Only a process in one's own table
can be looked up; for all others a lease runs out by the clock.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TABLE = Path("/proc/self/ns/pid")
_UNCONTAINED = "pid:[4026531836]"
"""The table of a machine itself, which has this number in every kernel: PROC_PID_INIT_INO."""

_WORDS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process runs.

    Attributes:
        host: The host's name.
        boot: The kernel's number of its start; empty where there is none.
        table: Which table of processes; empty where there is only one.
    """

    host: str
    boot: str
    table: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds leases.

    Attributes:
        place: Where it runs.
        process: Its number there.
        started: When it started, in the kernel's ticks.
    """

    place: Place
    process: int
    started: str

    def __str__(self) -> str:
        """Answer it as the job table keeps it."""
        place = self.place
        return f"{place.host} {self.process} {self.started or '-'} {place.boot or '-'} {place.table or '-'}"


def here() -> Place:
    """Answer where this process runs."""
    return Place(socket.gethostname().replace(" ", "_"), _boot(), _table())


def holder_of_this_process() -> str:
    """Answer who we are."""
    return str(Holder(here(), os.getpid(), started(os.getpid())))


def read(text: str) -> Holder | None:
    """Answer the holder that the job table names; ``None`` for a text of another form."""
    words = text.split(" ")
    if len(words) != _WORDS or not words[1].isdigit():
        return None
    host, process, start, boot, table = ("" if word == "-" else word for word in words)
    return Holder(Place(host, boot, table), int(process), start)


def is_dead(text: str, *, claimed_at: datetime) -> bool:
    """Answer whether a holder is known to be dead; one of which nothing is known is not.

    Args:
        text: The holder, as the job table names it.
        claimed_at: When it claimed its lease.
    """
    holder = read(text)
    if holder is None:
        return False
    place = here()
    if holder.place == place:
        return started(holder.process) != holder.started
    return _was_before_this_start(holder.place, place) and claimed_at.timestamp() < booted_s()


def _was_before_this_start(other: Place, place: Place) -> bool:
    """Answer whether the other place may be this machine before it was started the last time."""
    both = {other.table, place.table}
    return other.host == place.host and other.boot != place.boot and both == {_UNCONTAINED}


def booted_s() -> float:
    """Answer when this machine was started, in seconds since 1970."""
    return time.time() - time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _table() -> str:
    try:
        return str(_TABLE.readlink())
    except OSError:
        return ""


def started(process: int) -> str:
    """Answer when a process started, in the kernel's ticks; empty where there is none or it cannot be told.

    Field 22 of /proc/PID/stat. Where there is no /proc, a live process is told from a dead one by a signal
    that does nothing.
    """
    try:
        return (
            Path(f"/proc/{process}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rsplit(")", 1)[1]
            .split()[19]
        )
    except OSError:
        return _alive(process)


def _alive(process: int) -> str:
    if Path("/proc").is_dir():
        return ""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "alive"
    return "alive"
