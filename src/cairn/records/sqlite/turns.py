"""Whose turn it is: first come, first served."""

from __future__ import annotations

from collections import deque
from threading import Event, Lock


class Turns:
    """A lock that threads get in the order in which they asked for it.

    An ordinary lock goes to whoever happens to ask at the right moment, so that under load a thread may wait
    for as long as others keep coming.
    """

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._guard = Lock()
        self._queue: deque[Event] = deque()

    def take(self, timeout_s: float) -> Event | None:
        """Wait for a turn.

        Args:
            timeout_s: How long at most.

        Returns:
            The turn, to be given back; ``None`` where it did not come in time.
        """
        turn = Event()
        with self._guard:
            self._queue.append(turn)
            if self._queue[0] is turn:
                return turn
        if turn.wait(timeout_s):
            return turn
        with self._guard:
            if self._queue[0] is turn:  # It came while the guard was waited for.
                return turn
            self._queue.remove(turn)
        return None

    def give_back(self, turn: Event) -> None:
        """Let the next one go on.

        Args:
            turn: What ``take`` answered.
        """
        with self._guard:
            self._queue.remove(turn)
            if self._queue:
                self._queue[0].set()
