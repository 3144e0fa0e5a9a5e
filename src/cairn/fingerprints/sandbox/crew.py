"""The crew: the workers of a pool, who has which file, and what becomes of a file whose worker ends.

Each worker has the file that it decodes and at least one that waits in its line, so that it never waits for
the pool; of small files several, because a busy machine may not let the pool run for some milliseconds.
Answers come in the order of the files. When a worker ends, the file that it was decoding is blamed, the
others are handed back, and a fresh worker takes the place.
"""

from __future__ import annotations

import contextlib
import selectors
import time
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError
from cairn.fingerprints.sandbox import blame
from cairn.fingerprints.sandbox.link import NurseryLink, NurseryLost
from cairn.fingerprints.sandbox.seat import Measured, Worker
from cairn.fingerprints.sandbox.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.fingerprints.sandbox.limits import Limits
    from cairn.fingerprints.sandbox.protections import ProtectionState
    from cairn.fingerprints.sandbox.reading import Content
    from cairn.fingerprints.sandbox.seat import Event, GoesOn
    from cairn.fingerprints.sandbox.trust import Asked

_START_S = 60.0
"""How long the decoders may take to load; it takes under a second on a quiet machine."""

_LOOK_UP_S = 0.5
"""The longest sleep: a Ctrl-C that comes just before it begins does not end it, so it must end by itself."""

_LOST_IN_A_ROW = 3
"""How often the nursery may end without any answer in between before the pool gives up."""


class Crew:
    """A fixed number of workers, each replaced when it ends or has served its time."""

    def __init__(
        self,
        size: int,
        limits: Limits,
        start: Callable[[], NurseryLink],
        *,
        asked: Asked,
    ) -> None:
        """Bring up the workers.

        Args:
            size: How many.
            limits: What one file may cost.
            start: Starts a nursery; called again when one is lost.
            asked: What is asked of the workers.

        Raises:
            ConfigurationError: The decoders could not be started.
        """
        self._size = size
        self._limits = limits
        self._start = start
        self._trust = Trust(asked, limits, self._note)
        self._sequence = 0
        self._lost_in_a_row = 0
        self._events: list[Event] = []
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._is_closed = False
        self._link = start()
        try:
            self._hire_all()
            while not self.protections:
                self.wait()
        except BaseException:
            self.close()
            raise

    @property
    def protections(self) -> tuple[ProtectionState, ...]:
        """How every worker is held, as the first one said; empty before its hello."""
        return self._trust.protections

    def watch(self, descriptor: int, act: Callable[[], None]) -> None:
        """Wake from ``wait`` also when this descriptor is readable, and do something first."""
        self._selector.register(descriptor, selectors.EVENT_READ, act)

    def unwatch(self, descriptor: int) -> None:
        """Undo ``watch``; nothing is left to undo once the crew is closed."""
        if not self._is_closed:
            self._selector.unregister(descriptor)

    def offer(self, content: Content) -> bool:
        """Give a file to the worker with the least to do; False where all have enough."""
        chosen = None
        for worker in self._workers:
            if (
                worker.is_ready
                and not worker.is_alone
                and worker.has_room
                and worker.given < self._limits.files_per_worker
                and (chosen is None or len(worker.files) < len(chosen.files))
            ):
                chosen = worker
        return chosen is not None and self._give(chosen, content)

    def offer_alone(self, content: Content) -> bool:
        """Give a file to a fresh worker that gets nothing else meanwhile; False where there is none."""
        for worker in self._workers:
            if worker.is_ready and not worker.given:
                worker.is_alone = True
                return self._give(worker, content)
        return False

    def wait(self) -> list[Event]:
        """Wait until something happens, half a second at most, and answer what became of which file."""
        now = time.monotonic()
        until = min((worker.deadline for worker in self._workers), default=now)
        ready = self._selector.select(min(_LOOK_UP_S, max(0.0, until - now)))
        try:
            for key, _ in ready:
                if not isinstance(key.data, Worker):
                    key.data()
                elif key.data in self._workers:
                    self._listen(key.data)
            self._look_at_the_clock()
        except NurseryLost:
            self._start_over()
        events, self._events = self._events, []
        return events

    def dismiss(self) -> None:
        """Let go of every file that a worker still has, and of that worker: nobody waits for the answers."""
        try:
            for worker in [worker for worker in self._workers if worker.files]:
                self._retire(worker)
        except NurseryLost:
            self._start_over()
        self._events.clear()

    def close(self) -> None:
        """End every worker."""
        self._is_closed = True
        for worker in self._workers:
            self._forget(worker)
        self._workers.clear()
        self._link.close()
        self._selector.close()

    def _hire(self) -> None:
        """Bring up one more worker."""
        number, line = self._link.bring_up()
        worker = Worker(number, line, time.monotonic() + _START_S)
        self._workers.append(worker)
        self._selector.register(line, selectors.EVENT_READ, worker)

    def _hire_all(self) -> None:
        """Bring up the whole crew."""
        for _ in range(self._size):
            self._hire()

    def _forget(self, worker: Worker) -> None:
        """Close the line to a worker, which ends it."""
        self._selector.unregister(worker.line)
        worker.line.close()

    def _retire(self, worker: Worker) -> None:
        """Put a fresh worker in the place of one that nobody waits for."""
        worker.files.clear()
        self._forget(worker)
        self._workers.remove(worker)
        self._link.status_of(worker.number)
        self._hire()

    def _give(self, worker: Worker, content: Content) -> bool:
        """Hand a file to a worker."""
        self._sequence += 1
        return worker.give(self._sequence, content, wall_s=self._limits.wall_s)

    def _listen(self, worker: Worker) -> None:
        """Take in what a worker says."""
        if not worker.receive():
            self._bury(worker, None)
            return
        fault = self._trust.hear_all(worker)
        if fault:
            self._bury(worker, fault)
        elif not worker.files and worker.given >= self._limits.files_per_worker:
            self._retire(worker)

    def _note(self, event: Measured | GoesOn) -> None:
        """Keep what became of a file; an answer shows that the nursery works."""
        if isinstance(event, Measured):
            self._lost_in_a_row = 0
        self._events.append(event)

    def _bury(self, worker: Worker, fault: blame.Blame | None) -> None:
        """Replace a worker that is gone or must go, and say what becomes of its files.

        Args:
            worker: Which.
            fault: Why it must go; ``None`` where it went by itself, and its end says why.
        """
        if not worker.is_ready and not worker.given:
            raise NurseryLost  # none ends before its hello, unless the nursery has
        reason = fault or blame.of_an_outsider()
        try:
            self._forget(worker)
            self._workers.remove(worker)
            status = self._link.status_of(worker.number)
            reason = fault or blame.of_an_end(status, self._limits)
        finally:
            self._events += worker.give_back(reason)
        self._hire()

    def _look_at_the_clock(self) -> None:
        """Replace every worker that is past its deadline."""
        now = time.monotonic()
        for worker in [worker for worker in self._workers if worker.deadline <= now]:
            self._bury(worker, blame.of_the_clock(self._limits))

    def _start_over(self) -> None:
        """Start a new nursery and crew after the old one ended.

        Raises:
            ConfigurationError: This has happened several times with no answer in between.
        """
        for worker in self._workers:
            self._events += worker.give_back(blame.of_an_outsider())
        while True:
            for worker in self._workers:
                self._forget(worker)
            self._workers.clear()
            self._give_up_if_hopeless()
            self._link.close()
            self._link = self._start()
            with contextlib.suppress(NurseryLost):
                self._hire_all()
                return

    def _give_up_if_hopeless(self) -> None:
        """Count a lost nursery, and raise where another would fare no better."""
        self._lost_in_a_row += 1
        complaint = self._link.complaint()
        if self._lost_in_a_row >= _LOST_IN_A_ROW or (complaint and not self.protections):
            raise ConfigurationError(
                "The decoder processes do not start" + (f": {complaint}" if complaint else "."),
                code="configuration.decoder",
            )
