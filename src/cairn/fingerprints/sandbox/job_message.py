"""What a decoder process is told of a file: the only words that go to it; all others come from it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sheet import MOST_STILLS

_JOB = struct.Struct(f">4sQQB{MOST_STILLS}I")
_JOB_MAGIC = b"CRNJ"
JOB_BYTES = _JOB.size


@dataclass(frozen=True, slots=True)
class FileJob:
    """What a decoder process is told of one file, beside the descriptor that travels with it.

    Attributes:
        sequence: That its answer must repeat.
        size_bytes: Of the file.
        moments_ms: The frames of a video that are to be shown, at most ``MOST_STILLS``; none otherwise.
    """

    sequence: int
    size_bytes: int
    moments_ms: tuple[int, ...] = ()


def pack_job(job: FileJob) -> bytes:
    """Answer the bytes that go with a descriptor."""
    count = len(job.moments_ms)
    empty = (0,) * (MOST_STILLS - count)
    return _JOB.pack(_JOB_MAGIC, job.sequence, job.size_bytes, count, *job.moments_ms, *empty)


def parse_job(data: bytes) -> FileJob:
    """Read what goes with a descriptor.

    Raises:
        MessageError: It is not of the agreed form.
    """
    if len(data) != JOB_BYTES:
        raise MessageError(f"A job of {len(data)} bytes came where {JOB_BYTES} are agreed.")
    magic, sequence, size_bytes, count, *moments = _JOB.unpack(data)
    if magic != _JOB_MAGIC:
        raise MessageError("A job does not begin as agreed.")
    if count > MOST_STILLS:
        raise MessageError(f"A job asks for {count} frames where {MOST_STILLS} are agreed.")
    return FileJob(sequence, size_bytes, tuple(moments[:count]))
