from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.job_message import FileJob, pack_job, parse_job
from cairn.fingerprints.sheet import MOST_STILLS


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.lists(st.integers(0, 2**32 - 1), max_size=MOST_STILLS).map(tuple),
)
def test_a_job_arrives_as_it_was_sent(sequence: int, size_bytes: int, moments_ms: tuple[int, ...]) -> None:
    job = FileJob(sequence, size_bytes, moments_ms)
    assert parse_job(pack_job(job)) == job


WHOLE = pack_job(FileJob(1, 2))


@pytest.mark.parametrize(
    "data",
    [b"", b"CRNJ", WHOLE + b"\0", b"X" + WHOLE[1:], WHOLE[:20] + bytes([MOST_STILLS + 1]) + WHOLE[21:]],
)
def test_a_job_of_another_form_is_rejected(data: bytes) -> None:
    with pytest.raises(MessageError):
        parse_job(data)
