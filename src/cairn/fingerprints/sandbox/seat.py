"""A worker as the pool sees it, and what can become of the files that it was given."""

from __future__ import annotations

import socket
import struct
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox.job_message import FileJob, pack_job

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.blame import Blame
    from cairn.fingerprints.sandbox.film import Film
    from cairn.fingerprints.sandbox.reading import Content
    from cairn.types import Picture

FILES_A_WORKER = 2
"""One that is decoded and one that waits."""

SMALL_FILES_A_WORKER = 6
"""How many it may have while they are small together; more would only make a crash hand back more."""

SMALL_FILES_BYTES = 1 << 20
"""What counts as small together: about 10 ms of decoding."""


_DESCRIPTOR = struct.Struct("=i")


@dataclass(frozen=True, slots=True)
class Measured:
    """A worker's answer for a file."""

    content: Content
    picture: Picture


@dataclass(frozen=True, slots=True)
class Blamed:
    """A file at which a worker ended.

    Attributes:
        content: The file.
        blame: Why.
        film: What it had told of a video by then.
    """

    content: Content
    blame: Blame
    film: Film | None = None


@dataclass(frozen=True, slots=True)
class GoesOn:
    """More of a video is known."""

    content: Content
    film: Film


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A file that no worker has begun."""

    content: Content


Event = Measured | Blamed | HandedBack | GoesOn


@dataclass(slots=True, eq=False)
class Worker:
    """One decoder process, as the pool sees it.

    Attributes:
        number: At the nursery.
        line: To the process.
        deadline: When it must have answered, on the monotonic clock; infinite while it has nothing to do.
        files: What it has been given and not yet answered, with the sequence number of each.
        received: What it said and is not yet a whole message.
        given: How many files it has ever been given.
        is_ready: True after its hello, until it is known to be gone.
        is_alone: True while it has a file that must be tried alone.
        given_bytes: Size of the files that it has and has not answered.
        began: When it began with the file that it decodes, on the monotonic clock.
        film: What it has told of the video that it follows; ``None`` where it follows none.
    """

    number: int
    line: socket.socket
    deadline: float
    files: deque[tuple[int, Content]] = field(default_factory=deque)
    received: bytearray = field(default_factory=bytearray)
    given: int = 0
    is_ready: bool = False
    is_alone: bool = False
    given_bytes: int = 0
    began: float = 0.0
    film: Film | None = None

    @property
    def has_room(self) -> bool:
        """True where another file would keep it from waiting."""
        count = len(self.files)
        return count < FILES_A_WORKER or (
            count < SMALL_FILES_A_WORKER and self.given_bytes < SMALL_FILES_BYTES
        )

    def give(self, sequence: int, content: Content, *, wall_s: float) -> bool:
        """Hand it a file; False where it has just ended, which its line will say.

        Args:
            sequence: That its answer must repeat.
            content: The file; its descriptor travels with the message and stays open here.
            wall_s: Seconds on the clock for one file.
        """
        job = pack_job(FileJob(sequence, content.size_bytes, content.moments_ms))
        passed = (socket.SOL_SOCKET, socket.SCM_RIGHTS, _DESCRIPTOR.pack(content.descriptor))
        try:
            self.line.sendmsg([job], [passed])
        except OSError:
            self.is_ready = False
            return False
        if not self.files:
            self.began = time.monotonic()
            self.deadline = self.began + wall_s
        self.files.append((sequence, content))
        self.given += 1
        self.given_bytes += content.size_bytes
        content.attempts += 1
        return True

    def receive(self) -> bool:
        """Take in what it has said; False where its line has ended."""
        try:
            said = self.line.recv(1 << 16)
        except ConnectionError:
            return False
        self.received += said
        return bool(said)

    def answered(self, *, wall_s: float) -> Content:
        """Answer the file that it has measured; the next one, if it has one, starts its time."""
        _, content = self.files.popleft()
        self.given_bytes -= content.size_bytes
        self.is_alone = False
        self.film = None
        self.began = time.monotonic()
        self.deadline = self.began + wall_s if self.files else float("inf")
        return content

    def give_back(self, reason: Blame) -> list[Event]:
        """Blame the file that it was decoding, and hand back the others, which it had not begun."""
        contents = [content for _, content in self.files]
        film, self.film = self.film, None
        self.files.clear()
        for content in contents[1:]:
            content.attempts -= 1
        events: list[Event] = [Blamed(content, reason, film) for content in contents[:1]]
        return events + [HandedBack(content) for content in contents[1:]]
