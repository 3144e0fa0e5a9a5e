from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.job_message import FileJob, pack_job, parse_job


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_job_arrives_as_it_was_sent(sequence: int, size_bytes: int) -> None:
    job = FileJob(sequence, size_bytes)
    assert parse_job(pack_job(job)) == job


@pytest.mark.parametrize("data", [b"", b"CRNJ", b"CRNX" + bytes(16), b"CRNJ" + bytes(17)])
def test_a_job_of_another_form_is_rejected(data: bytes) -> None:
    with pytest.raises(MessageError):
        parse_job(data)
