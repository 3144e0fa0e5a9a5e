"""Seccomp: the kernel runs a small program before each system call, and that program knows few names.

The filter is an allow-list in three parts. What decoding needs is allowed, some of it only with harmless
arguments. What no decoder has any business with (a socket, another program, another process, another
process's memory) kills the process on the spot, so that the attempt is seen and reported. All the rest,
opening a file included, is refused with "not permitted", so that a library that only looks
around lives on.

Assembled here as classic BPF; ``docs/adr/0026-seccomp-actions.md`` says why each part answers as it does.
Source: Documentation/userspace-api/seccomp_filter.rst, seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import kernel
from cairn.fingerprints.sandbox.syscall_numbers import AARCH64, X86_64

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
REFUSE = 0x00050000 | errno.EPERM
NO_SUCH_CALL = 0x00050000 | errno.ENOSYS
_FILTER_MODE = 2

ALLOWED = (
    "read", "write", "recvmsg", "mmap", "munmap", "mremap", "madvise", "brk", "futex", "close", "fcntl",
    "prlimit64", "getrusage", "pread64", "readv", "lseek", "fstat", "mprotect", "poll", "ppoll",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "sched_yield",
    "sched_getaffinity", "set_robust_list", "rseq", "membarrier", "getpid", "gettid", "getppid", "tgkill",
    "clone", "exit", "exit_group",
)  # fmt: skip
"""What decoding, Python's memory and the answer need; the most frequent first."""

FATAL = (
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg",
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd",
    "kill", "tkill", "mount", "pivot_root", "chroot", "unshare", "setns", "bpf", "userfaultfd",
    "io_uring_setup", "perf_event_open", "add_key", "request_key", "keyctl", "kexec_load", "init_module",
    "finit_module",
)  # fmt: skip
"""What only an attack tries."""

PROGRAM_ALSO = (
    "execve", "openat", "open", "access", "faccessat", "faccessat2", "newfstatat", "stat", "lstat", "statx",
    "readlink", "readlinkat", "getdents64", "mmap", "mprotect", "arch_prctl", "set_tid_address", "ioctl",
    "writev", "dup", "dup2", "dup3", "getuid", "geteuid", "getgid", "getegid", "uname", "umask", "getcwd",
    "sysinfo",
)  # fmt: skip
"""What starting one program takes, its libraries included; Landlock says which program and which files."""

_EXECUTABLE = 4
_PROCESSOR_TIME, _ADDRESS_SPACE = 0, 9
_DUPLICATE, _DUPLICATE_CLOSED, _GET_CLOSED, _SET_CLOSED, _GET_FLAGS = 0, 1030, 1, 2, 3
_THREAD = 0x003D0F00
_THREAD_OF_MUSL = 0x007D0F00
"""The flags with which the two C libraries start a thread; any other clone is a process."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the filter must know of a processor.

    Attributes:
        audit: The kernel's name for it, AUDIT_ARCH_… of linux/audit.h.
        numbers: System calls by name.
        foreign: The first number of a second table that the same processor answers to, or ``None``.
    """

    audit: int
    numbers: dict[str, int]
    foreign: int | None


MACHINES = {
    "x86_64": Machine(0xC000003E, X86_64, 0x40000000),
    "aarch64": Machine(0xC00000B7, AARCH64, None),
}


def _step(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """Answer one instruction: struct sock_filter."""
    return struct.pack("=HBBI", code, then, otherwise, value)


def program(machine: Machine, *, own_pid: int, further: Sequence[str] = ()) -> bytes:
    """Answer the filter as the bytes of struct sock_filter[].

    Args:
        machine: The processor.
        own_pid: The process may send signals to itself, which ``abort`` needs, and to no other.
        further: Calls that are allowed with any arguments beside those of ``ALLOWED``.
    """
    steps = [
        _step(_LOAD, _MACHINE_AT),
        _step(_IF_EQUAL, machine.audit, then=1),
        _step(_RETURN, KILL_PROCESS),
        _step(_LOAD, _NUMBER_AT),
    ]
    if machine.foreign is not None:
        steps += [_step(_IF_AT_LEAST, machine.foreign, otherwise=1), _step(_RETURN, KILL_PROCESS)]
    conditions = {name: block for name, block in _conditions(own_pid).items() if name not in further}
    for name in dict.fromkeys((*ALLOWED, *further)):
        if name in machine.numbers:
            steps += _on(machine.numbers[name], conditions.get(name, [_step(_RETURN, ALLOW)]))
    # The C library tries the newer call first, whose flags no filter can see, and then the older.
    steps += _on(machine.numbers["clone3"], [_step(_RETURN, NO_SUCH_CALL)])
    for name in FATAL:
        if name in machine.numbers:
            steps += _on(machine.numbers[name], [_step(_RETURN, KILL_PROCESS)])
    steps.append(_step(_RETURN, REFUSE))
    return b"".join(steps)


def _on(number: int, block: list[bytes]) -> list[bytes]:
    """Run a block, which returns in every case, where the call has this number."""
    return [_step(_IF_EQUAL, number, otherwise=len(block)), *block]


def _conditions(own_pid: int) -> dict[str, list[bytes]]:
    """Answer the blocks of the calls that are allowed only with harmless arguments."""
    no_new_code = _unless_bit(2, _EXECUTABLE)
    return {
        "mmap": no_new_code,
        "mprotect": no_new_code,
        "clone": _only(0, _THREAD, _THREAD_OF_MUSL, otherwise=KILL_PROCESS),
        "tgkill": _only(0, own_pid, otherwise=KILL_PROCESS),
        "fcntl": _only(1, _DUPLICATE_CLOSED, _DUPLICATE, _GET_FLAGS, _GET_CLOSED, _SET_CLOSED),
        # A limit can only be lowered or moved below its hard bound, and only one's own.
        "prlimit64": [*_must_be(0, 0), *_only(1, _PROCESSOR_TIME, _ADDRESS_SPACE)],
    }


def _argument(position: int) -> bytes:
    """Load the lower half of an argument: both processors are little-endian."""
    return _step(_LOAD, _ARGUMENTS_AT + 8 * position)


def _only(position: int, *values: int, otherwise: int = REFUSE) -> list[bytes]:
    """Allow where the argument is one of the values."""
    checks = [_step(_IF_EQUAL, value, then=len(values) - at) for at, value in enumerate(values)]
    return [_argument(position), *checks, _step(_RETURN, otherwise), _step(_RETURN, ALLOW)]


def _must_be(position: int, value: int) -> list[bytes]:
    """Refuse unless the argument has this value, and go on otherwise."""
    return [_argument(position), _step(_IF_EQUAL, value, then=1), _step(_RETURN, REFUSE)]


def _unless_bit(position: int, bit: int) -> list[bytes]:
    """Refuse where the argument has the bit."""
    return [
        _argument(position),
        _step(_IF_ANY_BIT, bit, otherwise=1),
        _step(_RETURN, REFUSE),
        _step(_RETURN, ALLOW),
    ]


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def close_the_kernel(*, further: Sequence[str] = ()) -> str:
    """Let this thread and its future threads make only the allowed system calls, for good.

    The process must have given up new privileges before.

    Args:
        further: Calls that are allowed beside those of ``ALLOWED``.

    Returns:
        What is in force, in words.

    Raises:
        OSError: The kernel has no seccomp, refused, or the processor is none of those known here.
    """
    name = platform.machine()
    machine = MACHINES.get(name)
    if machine is None:
        raise OSError(errno.ENOSYS, f"no list of system calls for the processor '{name}'")
    steps = program(machine, own_pid=os.getpid(), further=further)
    held = ctypes.create_string_buffer(steps, len(steps))
    whole = _Program(len(steps) // 8, ctypes.addressof(held))
    kernel.prctl(kernel.PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(whole))
    known = len({*ALLOWED, *further})
    return f"{known} system calls allowed, some only with harmless arguments"
