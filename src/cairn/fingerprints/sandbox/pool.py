"""The pool: a stream of files in, a stream of fingerprints out, and every file accounted for.

One thread runs it, the caller's: it pulls files only as fast as results are taken, so memory does not grow
with the seizure. A few reader threads compute digests; decoding happens in sandboxed processes and nowhere
else. A content that the caller knows already, or that is being decoded at this moment, is not decoded again.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Self

from cairn.errors import ConfigurationError
from cairn.fingerprints.sandbox.crew import Crew
from cairn.fingerprints.sandbox.limits import SOUND_LIMITS, STILLS_LIMITS, VIDEO_LIMITS, Limits
from cairn.fingerprints.sandbox.link import (
    NURSERY_COMMAND,
    PREVIEW_COMMAND,
    SOUND_COMMAND,
    STILLS_COMMAND,
    VIDEO_COMMAND,
    NurseryLink,
)
from cairn.fingerprints.sandbox.protections import insist
from cairn.fingerprints.sandbox.round import Round
from cairn.fingerprints.sandbox.trust import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from cairn.fingerprints.sandbox.jobs import Done, Job, Recall, Tell
    from cairn.fingerprints.sandbox.protections import Protection, ProtectionState
    from cairn.frames import VideoMode
    from cairn.types import PdqMode


class DecoderPool:
    """Sandboxed decoder processes behind one method; to be used as a context manager, by one thread.

    The kernel kills the processes when the thread that entered the context ends, so the thread that entered
    it must be the one that uses it.

    Attributes:
        protections: How a real decoder process is held; known once the context is entered.
    """

    def __init__(
        self,
        *,
        workers: int,
        mode: PdqMode,
        with_features: bool = False,
        with_preview: bool = False,
        video: VideoMode | None = None,
        with_sound: bool = False,
        with_stills: bool = False,
        limits: Limits | None = None,
        require: frozenset[Protection] = frozenset(),
        command: Sequence[str] | None = None,
    ) -> None:
        """Describe a pool; nothing starts before the context is entered.

        Args:
            workers: How many decoder processes; one a processor core.
            mode: How pictures are decoded.
            with_features: Look for local features too, which takes many times as long.
            with_preview: Make small pictures to look at, and no hashes.
            video: Follow videos, and take these frames of them; pictures are then not examined.
            with_sound: Listen to sound; pictures are then not examined, and videos not followed.
            with_stills: Take the frames out of videos that each job names; nothing is measured then.
            limits: What one file may cost; ``None`` for the usual.
            require: Protections without which nothing is decoded.
            command: Another nursery program, for tests that need a decoder which misbehaves.

        Raises:
            ConfigurationError: There must be at least one worker.
        """
        if workers < 1:
            raise ConfigurationError(
                "There must be at least one decoder process.", code="configuration.workers"
            )
        self.protections: tuple[ProtectionState, ...] = ()
        self._workers = workers
        self._mode = mode
        self._with_features = with_features
        self._with_preview = with_preview or with_stills
        self._video = video
        self._with_sound = with_sound
        self._with_stills = with_stills
        usual = SOUND_LIMITS if with_sound else STILLS_LIMITS if with_stills else Limits()
        usual = usual if video is None else VIDEO_LIMITS
        self._limits = limits or usual
        self._require = require
        self._command = command
        self._crew: Crew | None = None
        self._is_busy = False

    def __enter__(self) -> Self:
        """Start the processes and find out how they are held.

        Raises:
            ConfigurationError: They do not start, a required protection is off, or the system is one on
                which Cairn cannot decode in separate processes.
        """
        if sys.platform == "win32":
            raise ConfigurationError(
                "Cairn opens seized files only in separate, restricted processes, and does not do that on "
                "Windows yet. Run the check on Linux.",
                code="configuration.platform",
            )
        start = partial(
            NurseryLink,
            self._limits,
            self._mode if self._video is None else self._video,
            self._command or self._usual_command(),
            with_features=self._with_features,
        )
        crew = Crew(
            self._workers,
            self._limits,
            start,
            asked=Asked(
                features=self._with_features,
                preview=self._with_preview,
                video=self._video is not None,
                sound=self._with_sound,
            ),
        )
        self.protections = crew.protections
        try:
            insist(self.protections, self._require)
        except ConfigurationError:
            crew.close()
            raise
        self._crew = crew
        return self

    def _usual_command(self) -> Sequence[str]:
        """Answer the nursery program for what is asked."""
        if self._with_sound:
            return SOUND_COMMAND
        if self._with_stills:
            return STILLS_COMMAND
        if self._video is not None:
            return VIDEO_COMMAND
        return PREVIEW_COMMAND if self._with_preview else NURSERY_COMMAND

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the processes; files that are still with them are dropped."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def measure_all(
        self, jobs: Iterable[Job], *, recall: Recall | None = None, tell: Tell | None = None
    ) -> Iterator[Done]:
        """Measure files, and answer each exactly once, in the order in which they are finished.

        Args:
            jobs: The files; pulled as results are taken, a small multiple of the workers ahead.
            recall: Answers the pictures of contents that the caller has seen before; see ``Recall``.
            tell: Is told how far videos are followed; see ``Tell``.

        Yields:
            One result for each job.

        Raises:
            ConfigurationError: The pool is not open or is busy, or its processes end as fast as they start.
        """
        if self._crew is None or self._is_busy:
            raise ConfigurationError(
                "The decoder pool is not open." if self._crew is None else "The decoder pool is in use.",
                code="configuration.pool",
            )
        self._is_busy = True
        try:
            yield from Round(self._crew, jobs, recall, workers=self._workers, limits=self._limits, tell=tell)
        finally:
            self._is_busy = False
