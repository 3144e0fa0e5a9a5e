"""A worker as the pool sees it, and what can become of the files that it was given."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from cairn.fingerprints.sandbox.blame import Blame
    from cairn.fingerprints.sandbox.reading import Content
    from cairn.types import Picture

FILES_A_WORKER = 2
"""One that is decoded and one that waits."""

SMALL_FILES_A_WORKER = 6
"""How many it may have while they are small together; more would only make a crash hand back more."""

SMALL_FILES_BYTES = 1 << 20
"""What counts as small together: about 10 ms of decoding."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A worker's answer for a file."""

    content: Content
    picture: Picture


@dataclass(frozen=True, slots=True)
class Blamed:
    """A file at which a worker ended."""

    content: Content
    blame: Blame


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A file that no worker has begun."""

    content: Content


Event = Measured | Blamed | HandedBack


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

    @property
    def has_room(self) -> bool:
        """True where another file would keep it from waiting."""
        count = len(self.files)
        return count < FILES_A_WORKER or (
            count < SMALL_FILES_A_WORKER and self.given_bytes < SMALL_FILES_BYTES
        )
