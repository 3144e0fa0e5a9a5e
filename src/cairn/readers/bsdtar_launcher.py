"""The program that confines itself, says how, and becomes ``bsdtar``.

Limits that are set between fork and exec in the check itself would not be safe beside its threads. What can
be kept across the start of a program is: limits, no new privileges, no powers, the network of its own, the
kernel's list of calls, and Landlock, which leaves it the folders of its libraries and nothing else.
"""

from __future__ import annotations

import os
import resource
import struct
from pathlib import Path

from cairn.fingerprints.sandbox import landlock, namespaces, seccomp
from cairn.fingerprints.sandbox.confine import (
    attempt,
    believed,
    die_with_parent,
    renounce_capabilities,
    renounce_privileges,
)
from cairn.fingerprints.sandbox.message import Hello, pack
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState

_MOST_INTERPRETERS = 4
_HEAD_BYTES = 4096
_PROGRAM_HEADERS_AT, _HEADER_SIZE_AT = 32, 54
_INTERPRETER = 3


def main(arguments: list[str]) -> None:
    """Become the program.

    Args:
        arguments: Descriptor for the report, bytes of memory, seconds of processor time, number of trees,
            the trees, the program, its arguments.
    """
    report, memory_bytes, cpu_s, count = map(int, arguments[:4])
    trees, (program, *words) = list(map(Path, arguments[4 : 4 + count])), arguments[4 + count :]
    os.set_inheritable(report, False)  # noqa: FBT003 - takes it by place only
    states = _confine(Path(program), trees, memory_bytes=memory_bytes, cpu_s=cpu_s)
    os.write(report, pack(Hello(states)))
    os.execv(program, [program, *words])  # noqa: S606 - the point of this program; there is no shell


def _confine(
    program: Path, trees: list[Path], *, memory_bytes: int, cpu_s: int
) -> tuple[ProtectionState, ...]:
    def limit() -> str:
        return _limit(memory_bytes, cpu_s)

    def refuse_paths() -> str:
        return landlock.refuse_every_path(readable=trees, executable=_with_interpreters(program))

    def close_kernel() -> str:
        return seccomp.close_the_kernel(further=seccomp.PROGRAM_ALSO)

    states = (
        attempt(Protection.NETWORK_NAMESPACE, namespaces.separate),
        ProtectionState(Protection.EMPTY_ROOT, active=False, detail="the program needs its libraries"),
        attempt(Protection.RESOURCE_LIMITS, limit),
        attempt(Protection.DIES_WITH_PARENT, die_with_parent),
        ProtectionState(Protection.NOT_DUMPABLE, active=False, detail="ends when a program starts"),
        attempt(Protection.NO_NEW_PRIVILEGES, renounce_privileges),
        attempt(Protection.NO_CAPABILITIES, renounce_capabilities),
        attempt(Protection.LANDLOCK, refuse_paths),
        attempt(Protection.SECCOMP, close_kernel),
    )
    return believed(states)


def _limit(memory_bytes: int, cpu_s: int) -> str:
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    return f"{memory_bytes >> 20:,} MiB of memory and {cpu_s:,} s of processor time an archive"


def _with_interpreters(program: Path) -> list[Path]:
    """Answer the program and what the system starts for it: a script's interpreter, the loader."""
    found = [program]
    while len(found) <= _MOST_INTERPRETERS:
        interpreter = _interpreter(found[-1])
        if interpreter is None:
            break
        found.append(interpreter)
    return found


def _interpreter(program: Path) -> Path | None:
    try:
        with program.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        return None
    if head.startswith(b"#!"):
        return Path(os.fsdecode(head[2:].split(None, 1)[0]))
    if not head.startswith(b"\x7fELF\2\1"):
        return None
    (table,) = struct.unpack_from("<Q", head, _PROGRAM_HEADERS_AT)
    size, count = struct.unpack_from("<HH", head, _HEADER_SIZE_AT)
    for at in range(table, min(table + size * count, len(head) - size), size):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", head, at)
        if kind == _INTERPRETER:
            return Path(os.fsdecode(head[offset : offset + length].rstrip(b"\0")))
    return None
