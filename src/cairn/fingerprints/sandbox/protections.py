"""What stands between a hostile file and the machine: each protection, and whether it is on.

A protection that the kernel does not offer is never silently skipped. Every decoder process reports the state
of each one when it starts; the check repeats it in its summary, and an operator can require any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Protection(StrEnum):
    """One mechanism that holds a decoder process; several overlap on purpose."""

    RESOURCE_LIMITS = "resource-limits"
    """Bounded memory and processor time, no file may grow, no core dump, few descriptors."""
    NO_NEW_PRIVILEGES = "no-new-privileges"
    """No set-uid program can raise the process again."""
    NO_CAPABILITIES = "no-capabilities"
    """None of root's powers, even where Cairn is run by root."""
    DIES_WITH_PARENT = "dies-with-parent"
    """The kernel kills the process when the check ends, however it ends."""
    NOT_DUMPABLE = "not-dumpable"
    """No other process of the same user may read its memory, and it leaves no core."""
    NETWORK_NAMESPACE = "network-namespace"
    """A network of its own, with no interface that is up."""
    EMPTY_ROOT = "empty-root"
    """A file tree of its own, with nothing in it."""
    LANDLOCK = "landlock"
    """The kernel refuses every path and every TCP port."""
    SECCOMP = "seccomp"
    """The kernel refuses every system call that decoding does not need."""


@dataclass(frozen=True, slots=True)
class ProtectionState:
    """Whether one protection is on in a real decoder process.

    Attributes:
        protection: Which.
        active: True where the decoder process has it.
        detail: What was found, in words: a version where it is on, the reason where it is off.
    """

    protection: Protection
    active: bool
    detail: str


def insist(states: Iterable[ProtectionState], required: frozenset[Protection]) -> None:
    """Refuse to go on unless every required protection is on.

    Args:
        states: What a real decoder process reported.
        required: What the operator insists on.

    Raises:
        ConfigurationError: At least one required protection is off.
    """
    reported = {state.protection: state for state in states}
    missing = []
    for protection in sorted(required):
        state = reported.get(protection)
        if state is None:
            missing.append(f"{protection} (not reported)")
        elif not state.active:
            missing.append(f"{protection} ({state.detail})")
    if missing:
        raise ConfigurationError(
            f"This machine cannot give the decoders a protection that you require: {', '.join(missing)}. "
            "Check this seizure on a machine that has it, or remove it from the required protections.",
            code="configuration.protection",
            missing=len(missing),
        )
