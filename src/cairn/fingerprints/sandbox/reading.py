"""Reading files for their digests, in the parent: hashing is no parsing, so it needs no sandbox.

Digests are computed here and not by the decoder processes, so that they are true whatever a hostile file does
to the process that decodes it, are there before anything is decoded (a content that is already known need not
be), and leave the file's pages in memory for the decoder. A few threads do it: reading and hashing release
the interpreter lock, and a slow disk is kept busy.
"""

from __future__ import annotations

import contextlib
import os
import queue
import stat
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import CairnError, InputError
from cairn.fingerprints.digests import BLOCK_BYTES, Digester

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.jobs import Job
    from cairn.types import Digests


STOP_S = 5.0
"""How long closing waits for a block to be read; a disk that takes longer is dead or nearly so."""


@dataclass(slots=True)
class Content:
    """A file that was read and is open: on its way to a decoder.

    Attributes:
        key: The caller's number.
        descriptor: Open for reading; closed by whoever settles the content.
        size_bytes: As read.
        digests: Of what was read.
        attempts: How often a decoder has been given it.
        moments_ms: As of the job.
    """

    key: int
    descriptor: int
    size_bytes: int
    digests: Digests
    attempts: int = 0
    moments_ms: tuple[int, ...] = ()

    @property
    def alike(self) -> tuple[bytes, tuple[int, ...]]:
        """What a decoder's answer depends on: two that are alike in it have one answer."""
        return self.digests.sha256, self.moments_ms


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read."""

    key: int
    error: CairnError


class Stopped(Exception):  # noqa: N818 - the end of the work, not an error that anyone sees
    """Nobody waits for this file any more."""


def read(job: Job, buffer: memoryview, stop: threading.Event) -> Content | Unreadable:
    """Open a file, and read it once for its digests.

    Args:
        job: The file.
        buffer: Memory to read through.
        stop: Looked at between blocks, because a file of a hundred gigabytes takes minutes.

    Raises:
        Stopped: It was set; the file is closed.
    """
    descriptor = -1
    try:
        descriptor = job.open()
        expected_bytes = _check(descriptor)
        digester = Digester()
        size_bytes = 0
        while count := os.preadv(descriptor, [buffer], size_bytes):
            if stop.is_set():
                raise Stopped  # noqa: TRY301 - closed below, as after every other end
            digester.update(buffer[:count])
            size_bytes += count
            if size_bytes == expected_bytes:
                break  # saves asking once more whether the file ends here
        return Content(job.key, descriptor, size_bytes, digester.finish(), moments_ms=job.moments_ms)
    except (CairnError, OSError, Stopped) as error:
        if descriptor >= 0:
            os.close(descriptor)
        if isinstance(error, Stopped):
            raise
        return Unreadable(job.key, error if isinstance(error, CairnError) else _refusal(error))


def _check(descriptor: int) -> int:
    """Refuse what is not a regular file open for reading only; answer the size that the system states."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("This is not a regular file, so it was not read.", code="input.not-a-file")
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
        raise InputError(
            "This file was opened for writing; evidence is only ever opened for reading.",
            code="input.writable",
        )
    return status.st_size


def _refusal(error: OSError) -> InputError:
    """Put an error of the operating system into a sentence."""
    match error:
        case FileNotFoundError():
            return InputError("The file is no longer there.", code="input.missing")
        case PermissionError():
            return InputError("The file may not be read by this user.", code="input.permission")
        case _:
            why = error.strerror or type(error).__name__
            return InputError(f"The file could not be read: {why}.", code="input.unreadable")


class Readers:
    """A few threads that read files; results are collected by the one thread that runs the pool."""

    def __init__(self, threads: int) -> None:
        """Start the threads."""
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._results: deque[Content | Unreadable] = deque()
        self._is_awaited = False
        self._stop = threading.Event()
        self._fault: BaseException | None = None
        self._bell, self._rope = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._rope, False)
        # Daemons: one that is stuck on a dead disk must not keep the program from ending.
        self._threads = [
            threading.Thread(target=self._work, name=f"cairn-read-{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def fileno(self) -> int:
        """Answer the descriptor that is readable when there is something to collect."""
        return self._bell

    def submit(self, job: Job) -> None:
        """Have a file read."""
        self._jobs.put(job)

    def collect(self) -> list[Content | Unreadable]:
        """Answer everything that has been read since the last call, without waiting.

        Raises:
            BaseException: A fault in a reading thread that is neither the file's nor the system's.
        """
        self._is_awaited = False
        if self._fault is not None:
            raise self._fault
        results = []
        while self._results:
            results.append(self._results.popleft())
        return results

    def await_next(self) -> bool:
        """Have the next result ring; False where one is there already.

        The flag is set before the look, and a reader looks at the flag after it has put its result, so
        whichever comes second sees the other.
        """
        self._is_awaited = True
        return not self._results and self._fault is None

    def hush(self) -> None:
        """Take note of the ringing."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._bell, 4096)

    def close(self) -> None:
        """Stop the threads within a block of the files that they are reading; close what was not collected.

        A thread that a dead disk holds is left behind; it closes its file itself, should the disk come back.
        """
        self._stop.set()
        for _ in self._threads:
            self._jobs.put(None)
        until_s = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, until_s - time.monotonic()))
        for result in self._results:
            if isinstance(result, Content):
                os.close(result.descriptor)
        os.close(self._bell)
        if not any(thread.is_alive() for thread in self._threads):
            os.close(self._rope)

    def _work(self) -> None:
        """Read files until told to stop; a fault of Cairn's own goes to the thread that collects."""
        try:
            self._read_all()
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by ``collect``; unseen, it would hang all
            self._fault = error
            self._ring()

    def _read_all(self) -> None:
        """Read file after file."""
        buffer = memoryview(bytearray(BLOCK_BYTES))
        while (job := self._jobs.get()) and not self._stop.is_set():
            result = read(job, buffer, self._stop)
            if self._stop.is_set():
                # Whoever closes may have given this thread up: it must not leave anything to collect.
                if isinstance(result, Content):
                    os.close(result.descriptor)
                return
            self._results.append(result)
            if self._is_awaited:
                self._is_awaited = False
                self._ring()

    def _ring(self) -> None:
        """Wake the thread that waits; a full pipe rings already, and behind a closed one nobody waits."""
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            os.write(self._rope, b"!")
