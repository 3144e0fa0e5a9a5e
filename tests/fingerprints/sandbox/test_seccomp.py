"""The filter, run by a small machine that does what the kernel does with it."""

from __future__ import annotations

import errno
import platform
import struct

import pytest

from cairn.fingerprints.sandbox import seccomp
from cairn.fingerprints.sandbox.seccomp import ALLOW, KILL_PROCESS, MACHINES, NO_SUCH_CALL, REFUSE, program

OWN_PID = 4711
THREAD = 0x003D0F00


def run(steps: bytes, *, number: int, machine: int, arguments: tuple[int, ...] = ()) -> int:
    """Run a filter over one system call and answer its verdict."""
    data = struct.pack("=iIQ6Q", number, machine, 0, *arguments, *[0] * (6 - len(arguments)))
    held = at = 0
    while True:
        code, then, otherwise, value = struct.unpack_from("=HBBI", steps, at * 8)
        at += 1
        match code:
            case 0x20:
                (held,) = struct.unpack_from("=I", data, value)
            case 0x15:
                at += then if held == value else otherwise
            case 0x35:
                at += then if held >= value else otherwise
            case 0x45:
                at += then if held & value else otherwise
            case 0x06:
                return int(value)
            case _:
                pytest.fail(f"the kernel knows no instruction {code:#x}")


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> seccomp.Machine:
    return MACHINES[request.param]


def verdict(machine: seccomp.Machine, name: str, *arguments: int) -> int:
    steps = program(machine, own_pid=OWN_PID)
    return run(steps, number=machine.numbers[name], machine=machine.audit, arguments=arguments)


def test_what_decoding_needs_is_allowed(machine: seccomp.Machine) -> None:
    conditional = {"clone", "tgkill", "fcntl", "prlimit64", "mmap", "mprotect"}
    for name in set(seccomp.ALLOWED) - conditional:
        if name in machine.numbers:
            assert verdict(machine, name) == ALLOW, name


def test_what_only_an_attack_tries_ends_the_process(machine: seccomp.Machine) -> None:
    for name in seccomp.FATAL:
        if name in machine.numbers:
            assert verdict(machine, name) == KILL_PROCESS, name


def test_every_other_call_is_refused(machine: seccomp.Machine) -> None:
    steps = program(machine, own_pid=OWN_PID)
    named = {machine.numbers[name] for name in (*seccomp.ALLOWED, *seccomp.FATAL) if name in machine.numbers}
    for number in set(range(600)) - named - {machine.numbers["clone3"]}:
        assert run(steps, number=number, machine=machine.audit) == REFUSE, number
    assert REFUSE & 0xFFFF == errno.EPERM


def test_memory_may_not_become_code(machine: seccomp.Machine) -> None:
    for name in ("mmap", "mprotect"):
        assert verdict(machine, name, 0, 4096, 1 | 2) == ALLOW
        assert verdict(machine, name, 0, 4096, 1 | 4) == REFUSE


def test_threads_may_start_and_processes_may_not(machine: seccomp.Machine) -> None:
    assert verdict(machine, "clone", THREAD) == ALLOW
    assert verdict(machine, "clone", THREAD | 0x400000) == ALLOW
    assert verdict(machine, "clone", 17) == KILL_PROCESS
    assert verdict(machine, "clone", THREAD | 0x10000000) == KILL_PROCESS
    assert verdict(machine, "clone3") == NO_SUCH_CALL


def test_a_process_may_signal_only_itself(machine: seccomp.Machine) -> None:
    assert verdict(machine, "tgkill", OWN_PID, OWN_PID, 6) == ALLOW
    assert verdict(machine, "tgkill", 1, 1, 9) == KILL_PROCESS


def test_only_its_own_time_and_memory_limits_may_move(machine: seccomp.Machine) -> None:
    assert verdict(machine, "prlimit64", 0, 0) == ALLOW
    assert verdict(machine, "prlimit64", 0, 9) == ALLOW
    assert verdict(machine, "prlimit64", 0, 7) == REFUSE
    assert verdict(machine, "prlimit64", 1, 0) == REFUSE


def test_descriptors_may_be_copied_and_not_changed(machine: seccomp.Machine) -> None:
    assert verdict(machine, "fcntl", 3, 1030) == ALLOW
    assert verdict(machine, "fcntl", 3, 4) == REFUSE


def test_another_table_of_calls_ends_the_process(machine: seccomp.Machine) -> None:
    steps = program(machine, own_pid=OWN_PID)
    assert run(steps, number=machine.numbers["read"], machine=0x40000003) == KILL_PROCESS
    if machine.foreign is not None:
        assert run(steps, number=machine.foreign, machine=machine.audit) == KILL_PROCESS


def test_a_filter_has_no_jump_over_its_end_and_fits_the_kernel(machine: seccomp.Machine) -> None:
    steps = program(machine, own_pid=OWN_PID)
    count = len(steps) // 8
    assert count < 4096
    for at, (code, then, otherwise, _) in enumerate(struct.iter_unpack("=HBBI", steps)):
        if code != 0x06:
            assert at + 1 + max(then, otherwise) < count


def test_an_unknown_processor_has_no_filter_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    with pytest.raises(OSError, match="abacus"):
        seccomp.close_the_kernel()
