"""Closing the doors: every protection that this kernel offers, each tried, each reported.

``leave_the_host`` is done once, by the process from which workers are forked; ``close_the_doors`` by each
worker as its last act before it reads a hostile byte. Nothing fails here: a protection that cannot be had is
reported as off with the reason, and the pool decides whether the operator accepts that.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import kernel, landlock, namespaces, seccomp
from cairn.fingerprints.sandbox.limits import KEPT_BYTES
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.fingerprints.sandbox.limits import Limits

DESCRIPTORS = 16
"""Three standard streams, the line to the pool, the file, its mapping, and some room."""


_RENEWAL_S = 0.5
"""How old a bound on processor time may be when a file begins; the file loses as much of its time."""

_SMALL_FILE_BYTES = 32 << 20
"""Files up to this size share one bound on memory."""


def attempt(protection: Protection, act: Callable[[], str]) -> ProtectionState:
    """Try a protection and answer whether it is on.

    Args:
        protection: Which.
        act: Switches it on and answers what is in force; raises ``OSError`` where it cannot be had.
    """
    try:
        return ProtectionState(protection, active=True, detail=act())
    except OSError as error:
        return ProtectionState(protection, active=False, detail=error.strerror or type(error).__name__)


def leave_the_host() -> tuple[ProtectionState, ...]:
    """Leave the host's network and file tree as far as the kernel lets this process."""
    separate = attempt(Protection.NETWORK_NAMESPACE, namespaces.separate)
    if not separate.active:
        return separate, replace(separate, protection=Protection.EMPTY_ROOT)
    return separate, attempt(Protection.EMPTY_ROOT, namespaces.empty_root)


def close_the_doors(limits: Limits, *, at_rest_bytes: int) -> tuple[ProtectionState, ...]:
    """Give up everything that decoding does not need, for good.

    Args:
        limits: What one file may cost.
        at_rest_bytes: Address space of this process with every decoder loaded; 0 where unknown.
    """
    states = (
        attempt(Protection.RESOURCE_LIMITS, lambda: limit_resources(limits, at_rest_bytes=at_rest_bytes)),
        attempt(Protection.DIES_WITH_PARENT, die_with_parent),
        attempt(Protection.NOT_DUMPABLE, _hide_memory),
        attempt(Protection.NO_NEW_PRIVILEGES, renounce_privileges),
        attempt(Protection.NO_CAPABILITIES, renounce_capabilities),
        attempt(Protection.LANDLOCK, landlock.refuse_every_path),
        attempt(Protection.SECCOMP, seccomp.close_the_kernel),
    )
    return believed(states)


def limit_resources(limits: Limits, *, at_rest_bytes: int) -> str:
    """Bound memory, time, files and descriptors; none of it can be raised again.

    Raises:
        OSError: The system refused one.
    """
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_CPU, (limits.cpu_s + limits.watch_s) * limits.files_per_worker),
    ):
        resource.setrlimit(what, (most, most))
    if not at_rest_bytes:
        return "time, files and descriptors; this system does not bound memory"
    most = at_rest_bytes + KEPT_BYTES + limits.memory_bytes + max(limits.file_bytes + 1, _SMALL_FILE_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return f"{limits.memory_bytes >> 20:,} MiB of memory and {limits.cpu_s} s of processor time a file"


class Meter:
    """Moves the soft limits of this process, so that each file gets what one file may cost.

    Two system calls a file are saved where nothing would change: processor time runs no faster than the
    clock, and files up to some size share one bound on memory.
    """

    def __init__(self, limits: Limits, *, at_rest_bytes: int) -> None:
        """Start with nothing set.

        Args:
            limits: What one file may cost.
            at_rest_bytes: Address space of this process with every decoder loaded; 0 where unknown.
        """
        self._limits = limits
        self._at_rest_bytes = at_rest_bytes
        self._file_bytes = -1
        self._renewed_s = float("-inf")

    def start(self, mapped_bytes: int) -> None:
        """Give the next file, of which this much is mapped, its time and memory."""
        now_s = time.monotonic()
        if now_s - self._renewed_s > _RENEWAL_S:
            self._renewed_s = now_s
            self._renew_time()
        file_bytes = max(mapped_bytes, _SMALL_FILE_BYTES)
        if self._at_rest_bytes and file_bytes != self._file_bytes:
            self._file_bytes = file_bytes
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            soft = self._at_rest_bytes + KEPT_BYTES + self._limits.memory_bytes + file_bytes
            resource.setrlimit(resource.RLIMIT_AS, (min(soft, hard), hard))

    def _renew_time(self) -> None:
        """Let the processor time that one file may cost begin now."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        # The kernel counts whole seconds; to the nearest is near enough.
        soft = round(usage.ru_utime + usage.ru_stime) + self._limits.cpu_s
        resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))


def address_space_bytes() -> int:
    """Answer how much address space this process has mapped, or 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def die_with_parent() -> str:
    """Have the kernel kill this process when the thread that started it ends.

    Raises:
        OSError: The system has no such thing.
    """
    kernel.prctl(kernel.PR_SET_PDEATHSIG, int(signal.SIGKILL))
    return "killed when its parent ends"


def _hide_memory() -> str:
    """Let no process of the same user read this one's memory."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    return "memory closed to other processes of the same user"


def renounce_privileges() -> str:
    """Let no program that is started from here have more rights than this process."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    return "cannot be raised by a set-uid program"


def renounce_capabilities() -> str:
    """Give up root's powers."""
    kernel.drop_capabilities()
    return "none held"


def believed(states: tuple[ProtectionState, ...]) -> tuple[ProtectionState, ...]:
    """Answer the states, those of Landlock and seccomp only if paths can no longer be opened."""
    return tuple(map(_disbelieve, states)) if _opens_the_root() else states


def _opens_the_root() -> bool:
    """Answer whether a path can still be opened; asked after the doors are said to be closed."""
    try:
        os.close(os.open("/", os.O_RDONLY))
    except OSError:
        return False
    return True


def _disbelieve(state: ProtectionState) -> ProtectionState:
    """Call a file protection off that the kernel accepted and does not enforce."""
    if state.active and state.protection in {Protection.LANDLOCK, Protection.SECCOMP}:
        return replace(state, active=False, detail="accepted by the kernel, but paths can still be opened")
    return state
