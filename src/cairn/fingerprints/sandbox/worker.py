"""A decoder process: takes one file after another by descriptor, answers what each shows, and knows no path.

It has forgotten the file tree, the network and every other process before the first file arrives. A file is
mapped, not copied: its pages are those that the pool just read for the digests.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cairn.errors import NotComparable
from cairn.fingerprints.media_type import HEAD_BYTES, media_type
from cairn.fingerprints.sandbox.confine import Meter
from cairn.fingerprints.sandbox.job_message import JOB_BYTES, FileJob, parse_job
from cairn.fingerprints.sandbox.message import Answer, Failure, pack
from cairn.fingerprints.sandbox.video_message import VideoBegins, VideoEnds, VideoGoesOn
from cairn.fingerprints.source import Source
from cairn.types import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.fingerprints.sandbox.limits import Limits
    from cairn.fingerprints.video_listener import Ending, Listener
    from cairn.frames import Frames, VideoFacts, VideoMode

_EAGER_BYTES = 32 << 20
"""Files up to this size are mapped with all pages at once; larger ones may not be read as a whole."""


class Examine(Protocol):
    """What a decoder process does with the bytes of a file."""

    def __call__(self, data: bytes | mmap.mmap, /) -> Picture:
        """Answer what the bytes show."""
        ...


class Take(Protocol):
    """What a decoder process does with a video of which some frames are to be shown."""

    def __call__(self, source: Source, moments_ms: Sequence[int], /) -> Picture:
        """Answer these frames as a picture to look at."""
        ...


class Watch(Protocol):
    """What a decoder process does with a video or a sound; it may be larger than memory and take minutes."""

    def __call__(self, source: Source, listener: Listener, /) -> Ending | NotComparable | Picture:
        """Follow it, tell the listener, and answer how it ended, or at once what it shows."""
        ...


def serve(
    line: socket.socket,
    examine: Examine,
    limits: Limits,
    *,
    at_rest_bytes: int,
    watch: Watch | None = None,
    take: Take | None = None,
) -> None:
    """Examine files until the pool hangs up.

    Args:
        line: To the pool.
        examine: Answers what the bytes of a file show.
        limits: What one file may cost.
        at_rest_bytes: Address space of this process with every decoder loaded; 0 where unknown.
        watch: Follows videos instead, where that is what this process is for.
        take: Takes frames out of them instead, as above.
    """
    meter = Meter(limits, at_rest_bytes=at_rest_bytes)
    while received := _receive(line):
        job, descriptor = received
        if watch is not None:
            meter.start(0)
            send(line, pack(_watched(job, descriptor, watch, _Teller(line, job.sequence, meter))))
            continue
        if take is not None:
            meter.start(0)
            send(line, pack(_taken(job, descriptor, take)))
            continue
        mapped_bytes = min(job.size_bytes, limits.file_bytes + 1)
        meter.start(mapped_bytes)
        send(line, pack(_answer(job, descriptor, mapped_bytes, examine)))


def send(line: socket.socket, data: bytes) -> None:
    """Write all of a message; ``socket.send`` is another system call, which is forbidden here."""
    while data:
        data = data[os.write(line.fileno(), data) :]


def _answer(job: FileJob, descriptor: int, mapped_bytes: int, examine: Examine) -> Answer | Failure:
    """Examine one file; whatever goes wrong is answered as a failure, and the pool replaces this process."""
    try:
        data = _map(descriptor, mapped_bytes)
        try:
            return Answer(job.sequence, examine(data))
        finally:
            _unmap(data)
    # The boundary of the process: beyond it nobody could see which fault it was.
    except Exception as error:  # noqa: BLE001
        return Failure(job.sequence, type(error).__name__)


@dataclass(slots=True)
class _Teller:
    """Tells the pool of a video as it goes on; each time the next stretch of it gets its processor time."""

    line: socket.socket
    sequence: int
    meter: Meter
    media_type: str = ""

    def begins(self, facts: VideoFacts, mode: VideoMode, /) -> None:
        """Tell what the file says of itself."""
        send(self.line, pack(VideoBegins(self.sequence, self.media_type, mode, facts)))

    def goes_on(self, frames: Frames, /) -> None:
        """Tell the next frames."""
        self.meter.start(0)
        send(self.line, pack(VideoGoesOn(self.sequence, frames)))


def _watched(job: FileJob, descriptor: int, watch: Watch, teller: _Teller) -> Answer | VideoEnds | Failure:
    """Follow one video, as ``_answer`` examines one file."""
    try:
        source = Source(descriptor, job.size_bytes)
        kind = media_type(source.read(HEAD_BYTES))
        source.seek(0)
        teller.media_type = kind or ""
        ending = watch(source, teller)
        if isinstance(ending, Picture):
            return Answer(job.sequence, ending)
        if isinstance(ending, NotComparable):
            return Answer(job.sequence, Picture(kind, None, None, ending))
        return VideoEnds(job.sequence, ending.covered_s, ending.stopped)
    # The boundary of the process, as below.
    except Exception as error:  # noqa: BLE001
        return Failure(job.sequence, type(error).__name__)
    finally:
        os.close(descriptor)


def _taken(job: FileJob, descriptor: int, take: Take) -> Answer | Failure:
    """Take frames out of one video, as ``_answer`` examines one file."""
    try:
        return Answer(job.sequence, take(Source(descriptor, job.size_bytes), job.moments_ms))
    # The boundary of the process, as above.
    except Exception as error:  # noqa: BLE001
        return Failure(job.sequence, type(error).__name__)
    finally:
        os.close(descriptor)


def _map(descriptor: int, mapped_bytes: int) -> bytes | mmap.mmap:
    """Answer the first bytes of a file as memory, and close the descriptor."""
    try:
        if not mapped_bytes:
            return b""
        flags = mmap.MAP_PRIVATE
        if mapped_bytes <= _EAGER_BYTES:
            flags |= getattr(mmap, "MAP_POPULATE", 0)
        return mmap.mmap(descriptor, mapped_bytes, flags=flags, prot=mmap.PROT_READ)
    finally:
        os.close(descriptor)


def _unmap(data: bytes | mmap.mmap) -> None:
    """Give the memory of a file back."""
    if isinstance(data, mmap.mmap):
        # A decoder that keeps a view holds the mapping until that view is collected.
        with contextlib.suppress(BufferError):
            data.close()


def _receive(line: socket.socket) -> tuple[FileJob, int] | None:
    """Wait for a file and answer it with its descriptor, or ``None`` where the pool has hung up."""
    data, descriptors, _flags, _address = socket.recv_fds(line, JOB_BYTES, 1)
    while data and len(data) < JOB_BYTES:
        more = os.read(line.fileno(), JOB_BYTES - len(data))  # ``recv`` is ``recvfrom``: forbidden
        if not more:
            return None
        data += more
    if not data or not descriptors:
        return None
    return parse_job(data), descriptors[0]
