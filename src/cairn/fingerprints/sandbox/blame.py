"""What a worker's end says of the file that it was decoding, in words."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import NotComparable, Reason

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.limits import Limits


@dataclass(frozen=True, slots=True)
class Blame:
    """Why a decoder process gave no answer.

    Attributes:
        reason: The code.
        what: What the decoder did, to follow "The decoder".
    """

    reason: Reason
    what: str

    def verdict(self, attempts: int = 2) -> NotComparable:
        """Answer what is said of a file that ended the last process in which it was tried.

        Args:
            attempts: In how many.
        """
        alone = ", also when the file was tried alone" if attempts > 1 else ""
        return NotComparable(self.reason, f"The decoder {self.what}{alone}.")


def of_the_clock(limits: Limits) -> Blame:
    """Blame a file whose decoder did not answer in time."""
    return Blame(Reason.TIMED_OUT, f"gave no answer within {limits.wall_s:g} s")


def of_a_false_answer() -> Blame:
    """Blame a file after which the decoder did not keep to the agreed form."""
    return Blame(Reason.DECODER_CRASHED, "gave an answer that cannot be trusted")


def of_a_failure(fault: str, limits: Limits) -> Blame:
    """Blame a file on which the decoder gave up.

    Args:
        fault: The name of the exception.
        limits: In force.
    """
    if fault == MemoryError.__name__:
        return Blame(Reason.TOO_LARGE, f"needed more than {limits.memory_bytes >> 20:,} MiB of memory")
    return Blame(Reason.DECODER_CRASHED, f"failed ({fault})")


def of_an_outsider() -> Blame:
    """Blame a file whose decoder process ended together with all others."""
    return Blame(Reason.DECODER_CRASHED, "was ended from outside")


def of_an_end(status: int, limits: Limits) -> Blame:
    """Blame a file whose decoder process ended.

    Args:
        status: As wait(2) gives it.
        limits: In force.
    """
    if not os.WIFSIGNALED(status):
        return Blame(Reason.DECODER_CRASHED, "ended without an answer")
    match os.WTERMSIG(status):
        case signal.SIGXCPU:
            return Blame(Reason.TIMED_OUT, f"used more than {limits.cpu_s} s of processor time")
        case signal.SIGKILL:
            return Blame(Reason.TOO_LARGE, "was ended by the system, which does so when memory runs out")
        case signal.SIGSYS:
            return Blame(Reason.DECODER_CRASHED, "tried what the sandbox forbids and was stopped")
        case number:
            name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
            return Blame(Reason.DECODER_CRASHED, f"crashed ({name})")
