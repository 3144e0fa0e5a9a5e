from __future__ import annotations

import errno
import platform
import sys

import pytest

from cairn.fingerprints.sandbox import kernel

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="these are calls to Linux")

PR_GET_DUMPABLE = 3


@linux_only
def test_a_call_answers_what_the_kernel_answers() -> None:
    assert kernel.prctl(PR_GET_DUMPABLE) in {0, 1, 2}
    with pytest.raises(OSError, match="close") as caught:
        kernel.call("close", -1)
    assert caught.value.errno == errno.EBADF


def test_a_function_that_is_not_there_is_not_implemented() -> None:
    with pytest.raises(OSError, match="no_such_function") as caught:
        kernel.call("no_such_function")
    assert caught.value.errno == errno.ENOSYS


def test_a_call_without_a_number_on_this_processor_is_not_implemented(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    with pytest.raises(OSError, match="pivot_root") as caught:
        kernel.system_call("pivot_root", b".", b".")
    assert caught.value.errno == errno.ENOSYS


def test_other_systems_have_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel.c_library.cache_clear()
    monkeypatch.setattr(sys, "platform", "plan9")
    try:
        with pytest.raises(OSError, match="prctl") as caught:
            kernel.prctl(PR_GET_DUMPABLE)
    finally:
        kernel.c_library.cache_clear()
    assert caught.value.errno == errno.ENOSYS


class Capabilities:
    """A kernel that knows 41 capabilities."""

    def __init__(self, refusal: int = 0) -> None:
        self.dropped: list[int] = []
        self.refusal = refusal
        self.is_empty = False

    def prctl(self, operation: int, capability: int) -> int:
        assert operation == kernel.PR_CAPBSET_DROP
        if self.refusal:
            raise OSError(self.refusal, "refused")
        if capability > 40:
            raise OSError(errno.EINVAL, "no such capability")
        self.dropped.append(capability)
        return 0

    def system_call(self, name: str, *_: object) -> int:
        assert name == "capset"
        self.is_empty = True
        return 0


@pytest.mark.parametrize(("refusal", "dropped"), [(0, 41), (errno.EPERM, 0)])
def test_every_capability_is_dropped_as_far_as_the_user_may(
    monkeypatch: pytest.MonkeyPatch, refusal: int, dropped: int
) -> None:
    fake = Capabilities(refusal)
    monkeypatch.setattr(kernel, "prctl", fake.prctl)
    monkeypatch.setattr(kernel, "system_call", fake.system_call)
    kernel.drop_capabilities()
    assert fake.dropped == list(range(dropped))
    assert fake.is_empty


def test_capabilities_that_cannot_be_dropped_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "prctl", Capabilities(errno.ENOSYS).prctl)
    with pytest.raises(OSError, match="refused"):
        kernel.drop_capabilities()
