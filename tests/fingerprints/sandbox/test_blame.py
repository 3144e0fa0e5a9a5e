from __future__ import annotations

import signal

import pytest

from cairn.errors import Reason
from cairn.fingerprints.sandbox import blame
from cairn.fingerprints.sandbox.limits import Limits

LIMITS = Limits(memory_bytes=256 << 20, cpu_s=3, wall_s=4.5)


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (signal.SIGXCPU, Reason.TIMED_OUT, "used more than 3 s of processor time"),
        (signal.SIGKILL, Reason.TOO_LARGE, "when memory runs out"),
        (signal.SIGSYS, Reason.DECODER_CRASHED, "tried what the sandbox forbids"),
        (signal.SIGBUS, Reason.DECODER_CRASHED, "crashed (SIGBUS)"),
        (signal.SIGSEGV | 128, Reason.DECODER_CRASHED, "crashed (SIGSEGV)"),
        (45, Reason.DECODER_CRASHED, "crashed (signal 45)"),
        (3 << 8, Reason.DECODER_CRASHED, "ended without an answer"),
    ],
)
def test_the_way_in_which_a_process_ended_says_what_the_file_did(
    status: int, reason: Reason, words: str
) -> None:
    found = blame.of_an_end(int(status), LIMITS)
    assert found.reason is reason
    assert words in found.what


def test_a_verdict_is_a_sentence() -> None:
    assert blame.of_the_clock(LIMITS).verdict().sentence == (
        "The decoder gave no answer within 4.5 s, also when the file was tried alone."
    )
    assert blame.of_a_failure("MemoryError", LIMITS).reason is Reason.TOO_LARGE
    assert blame.of_a_failure("ValueError", LIMITS).what == "failed (ValueError)"
    assert blame.of_an_outsider().reason is Reason.DECODER_CRASHED
