"""What goes into the pool and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.types import Digests, Picture

if TYPE_CHECKING:
    from cairn.errors import CairnError
    from cairn.frames import Frames
    from cairn.types import Fingerprints


@dataclass(frozen=True, slots=True)
class Job:
    """One file to measure.

    Attributes:
        key: The caller's number for it; comes back with the result.
        open: Answers a read-only descriptor, which the pool then owns and closes. Raises ``InputError`` or
            ``OSError`` where there is none. It is called in a thread of the pool.
        moments_ms: The frames of a video that are to be shown, in milliseconds since its first, rising; at
            most ``cairn.fingerprints.sheet.MOST_STILLS``, and for a pool that takes frames out alone.
    """

    key: int
    open: Callable[[], int]
    moments_ms: tuple[int, ...] = ()


Recall = Callable[[Sequence[tuple[Digests, int]]], Sequence[Picture | None]]
"""Asked, in the caller's thread, about several contents at once (digests and size), because one question to
a database costs about as much as many. Answers for each, in order, its picture or ``None`` where it must be
decoded. Results that were handed out before are known to the caller by then."""


Tell = Callable[[int, float, Callable[[], "Frames"]], object]
"""Told, in the caller's thread, that the video of a job is followed to so many seconds; the last argument
answers the frames until there. Whoever takes long holds the pool up: workers wait for a minute at most."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one job.

    Attributes:
        key: Of the job.
        result: What was measured, or why the file could not be read.
        attempts: How often a decoder was given the file; 0 where none was, because the content was known,
            was being decoded for another job, or could not be read.
    """

    key: int
    result: Fingerprints | CairnError
    attempts: int
