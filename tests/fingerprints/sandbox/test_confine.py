"""Which doors are tried, and what is said of those that do not close; nothing here closes one."""

from __future__ import annotations

import errno
import os
import resource
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from cairn.fingerprints.sandbox import confine, kernel, landlock, namespaces, seccomp
from cairn.fingerprints.sandbox.limits import Limits
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Limits(memory_bytes=1000, cpu_s=20, file_bytes=5000, files_per_worker=10)


def refuse(*_: object, **__: object) -> str:
    raise OSError(errno.ENOSYS, "Function not implemented")


class FakeResource:
    """Remembers limits instead of setting them."""

    RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_NOFILE = "core", "fsize", "nofile"
    RLIMIT_CPU, RLIMIT_AS, RUSAGE_SELF = "cpu", "as", 0

    def __init__(self) -> None:
        self.limits: dict[str, tuple[int, int]] = {}
        self.used_s = 0.0
        self.calls = 0

    def setrlimit(self, what: str, limit: tuple[int, int]) -> None:
        self.calls += 1
        self.limits[what] = limit

    def getrlimit(self, what: str) -> tuple[int, int]:
        return self.limits[what]

    def getrusage(self, _: int) -> SimpleNamespace:
        return SimpleNamespace(ru_utime=self.used_s, ru_stime=0.0)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> FakeResource:
    fake = FakeResource()
    monkeypatch.setattr(confine, "resource", fake)
    return fake


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch, limited: FakeResource) -> list[str]:
    """The doors that were closed, by the name of the function that closes them."""
    closed: list[str] = []

    def note(name: str) -> Callable[..., str]:
        def act(*_: object) -> str:
            closed.append(name)
            return name

        return act

    monkeypatch.setattr(kernel, "prctl", lambda operation, *_: closed.append(f"prctl {operation}"))
    monkeypatch.setattr(kernel, "drop_capabilities", note("capabilities"))
    monkeypatch.setattr(landlock, "refuse_every_path", note("landlock"))
    monkeypatch.setattr(seccomp, "close_the_kernel", note("seccomp"))
    monkeypatch.setattr(os, "open", refuse)
    return closed


def test_the_kernel_is_closed_last_and_after_new_privileges_are_given_up(doors: list[str]) -> None:
    states = confine.close_the_doors(LIMITS, at_rest_bytes=100)
    assert doors == ["prctl 1", "prctl 4", "prctl 38", "capabilities", "landlock", "seccomp"]
    assert all(state.active for state in states)
    assert len(states) == len(Protection) - 2


def test_a_door_that_does_not_close_is_reported_with_its_reason(
    doors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landlock, "refuse_every_path", refuse)
    off = [state for state in confine.close_the_doors(LIMITS, at_rest_bytes=0) if not state.active]
    assert off == [ProtectionState(Protection.LANDLOCK, active=False, detail="Function not implemented")]


def test_a_kernel_that_only_pretends_is_not_believed(
    doors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", lambda *_: os.dup(0))
    off = {state.protection for state in confine.close_the_doors(LIMITS, at_rest_bytes=0) if not state.active}
    assert off == {Protection.LANDLOCK, Protection.SECCOMP}


def test_leaving_the_host_is_two_protections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespaces, "separate", lambda: "separate")
    monkeypatch.setattr(namespaces, "empty_root", refuse)
    assert [state.active for state in confine.leave_the_host()] == [True, False]
    monkeypatch.setattr(namespaces, "separate", refuse)
    states = confine.leave_the_host()
    assert [state.protection for state in states] == [Protection.NETWORK_NAMESPACE, Protection.EMPTY_ROOT]
    assert not any(state.active for state in states)


def test_limits_bound_memory_beside_the_file_and_what_is_loaded(limited: FakeResource) -> None:
    confine.limit_resources(LIMITS, at_rest_bytes=100)
    room = 100 + (128 << 20) + 1000 + (32 << 20)
    assert limited.limits == {
        "core": (0, 0),
        "fsize": (0, 0),
        "nofile": (16, 16),
        "cpu": (200, 200),
        "as": (room, room),
    }
    assert "does not bound memory" in confine.limit_resources(LIMITS, at_rest_bytes=0)


def test_each_file_gets_its_own_time_and_memory(
    limited: FakeResource, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(confine, "time", SimpleNamespace(monotonic=lambda: clock.now))
    limits = Limits(memory_bytes=1000, cpu_s=20, file_bytes=100 << 20, files_per_worker=10)
    confine.limit_resources(limits, at_rest_bytes=100)
    meter = confine.Meter(limits, at_rest_bytes=100)
    limited.used_s = 7.6
    meter.start(10)
    assert limited.limits["cpu"] == (28, 200)
    assert limited.limits["as"][0] == 100 + (128 << 20) + 1000 + (32 << 20)
    calls = limited.calls
    meter.start(2 << 20)
    assert limited.calls == calls
    meter.start(64 << 20)
    assert limited.limits["as"][0] == 100 + (128 << 20) + 1000 + (64 << 20)
    limited.used_s, clock.now = 195.0, 1.0
    meter.start(10)
    assert limited.limits["cpu"] == (200, 200)
    unbounded = confine.Meter(limits, at_rest_bytes=0)
    calls = limited.calls
    unbounded.start(10)
    assert limited.calls == calls + 1


def test_the_address_space_is_known_on_linux_and_said_to_be_unknown_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if sys.platform == "linux":
        assert confine.address_space_bytes() > 1 << 20
    monkeypatch.setattr(Path, "read_text", refuse)
    assert confine.address_space_bytes() == 0


def test_the_tests_have_left_the_limits_alone() -> None:
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > confine.DESCRIPTORS
