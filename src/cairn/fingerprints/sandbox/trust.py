"""How far the pool trusts a worker: what it takes of its words, and which of them end it.

Only what is well formed, answers the file whose turn it is and tells what was asked for is taken. A worker
that says anything else may have been taken over by the file, so it must go, and the file is blamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import blame
from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.film import Film
from cairn.fingerprints.sandbox.message import Answer, Failure, Hello, Message, take
from cairn.fingerprints.sandbox.protections import insist
from cairn.fingerprints.sandbox.seat import GoesOn, Measured
from cairn.fingerprints.sandbox.video_message import VideoBegins, VideoEnds, VideoGoesOn

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.fingerprints.sandbox.limits import Limits
    from cairn.fingerprints.sandbox.protections import ProtectionState
    from cairn.fingerprints.sandbox.seat import Worker
    from cairn.types import Picture


@dataclass(frozen=True, slots=True)
class Asked:
    """What workers are asked for beside hashes; unasked, a worker that sends any is not trusted.

    Attributes:
        features: Local features.
        preview: Small pictures to look at.
        video: Videos.
        sound: Sound.
    """

    features: bool = False
    preview: bool = False
    video: bool = False
    sound: bool = False


class Trust:
    """Takes what the workers of a crew say, as far as they are trusted.

    Attributes:
        protections: How the first worker said that it is held; empty before its hello.
    """

    def __init__(self, asked: Asked, limits: Limits, note: Callable[[Measured | GoesOn], None]) -> None:
        """Trust no worker yet.

        Args:
            asked: What is asked of them.
            limits: What one file may cost.
            note: Is given what became of a file, in the order in which it was said.
        """
        self.protections: tuple[ProtectionState, ...] = ()
        self._asked = asked
        self._limits = limits
        self._note = note

    def hear_all(self, worker: Worker) -> blame.Blame | None:
        """Take every whole message; answer why the worker must go, if it must."""
        try:
            while message := take(worker.received):
                fault = self._hear(worker, message)
                if fault:
                    return fault
        except MessageError:
            return blame.of_a_false_answer()
        return None

    def _hear(self, worker: Worker, message: Message) -> blame.Blame | None:
        """Take one message; answer why the worker must go, if it must."""
        if isinstance(message, Hello):
            if worker.is_ready or worker.given:
                return blame.of_a_false_answer()
            worker.is_ready = True
            worker.deadline = float("inf")
            self.compare(message.protections)
            return None
        if not worker.files or worker.files[0][0] != message.sequence:
            return blame.of_a_false_answer()
        if isinstance(message, Failure):
            return blame.of_a_failure(message.fault, self._limits)
        if isinstance(message, Answer):
            return self._take(worker, message.picture)
        return self._follow(worker, message)

    def _take(self, worker: Worker, picture: Picture) -> blame.Blame | None:
        """Take what a picture shows; answer why the worker must go, if it sends what nobody asked for."""
        unasked = (
            (picture.features is not None and not self._asked.features)
            or (picture.preview is not None and not self._asked.preview)
            or (picture.sound is not None and not self._asked.sound)
        )
        if unasked:
            return blame.of_a_false_answer()
        self._conclude(worker, picture)
        return None

    def _conclude(self, worker: Worker, picture: Picture) -> None:
        """Take the answer for the file that a worker was decoding."""
        self._note(Measured(worker.answered(wall_s=self._limits.wall_s), picture))

    def _follow(self, worker: Worker, message: VideoBegins | VideoGoesOn | VideoEnds) -> blame.Blame | None:
        """Take what is told of a video; answer why the worker must go, if it must.

        Raises:
            MessageError: It does not fit what was told before.
        """
        if not self._asked.video or (worker.film is None) != isinstance(message, VideoBegins):
            return blame.of_a_false_answer()
        if isinstance(message, VideoBegins):
            worker.film = Film(message, worker.began + 2 * self._limits.watch_s)
        film = worker.film
        if film is None:
            return blame.of_a_false_answer()
        if isinstance(message, VideoEnds):
            self._conclude(worker, film.picture(covered_s=message.covered_s, stopped=message.stopped))
            return None
        if isinstance(message, VideoGoesOn) and len(message.frames):
            film.go_on(message.frames)
            self._note(GoesOn(worker.files[0][1], film))
        worker.deadline = film.deadline(wall_s=self._limits.wall_s)
        return None

    def compare(self, protections: tuple[ProtectionState, ...]) -> None:
        """Hold every worker to what the first one reported, because that is what the operator was told.

        Raises:
            ConfigurationError: A later worker lacks a protection that the first has.
        """
        self.protections = self.protections or protections
        insist(protections, frozenset(state.protection for state in self.protections if state.active))
