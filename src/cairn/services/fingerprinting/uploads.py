"""Uploads are measured as seized files are: in the sandbox, by decoders that one thread keeps for all.

A pool of decoders belongs to the thread that opened it, and a server has many. So one thread takes what
waits, measures all of it at once, and hands each caller its own.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.errors import CairnError
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from cairn.services.checking.measuring import Pool
    from cairn.types import Fingerprints

PATIENCE_S = 60.0
"""How long a caller waits; one file takes seconds at the most, and its decoder is stopped after that."""
TOGETHER = 64


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file that waits, and where its caller waits."""

    open: Callable[[], int]
    result: Future[Fingerprints] = field(default_factory=Future)


def _one_decoder() -> AbstractContextManager[Pool]:
    return DecoderPool(workers=1, mode=PdqMode.EXACT)


class Measurer:
    """Measures files for many threads; it starts with the first file, and ends with the process."""

    def __init__(self, open_pool: Callable[[], AbstractContextManager[Pool]] = _one_decoder) -> None:
        """Take where hostile bytes are decoded."""
        self._open_pool = open_pool
        self._files: queue.Queue[_Waiting] = queue.Queue()
        self._mutex = threading.Lock()
        self._thread: threading.Thread | None = None

    def measure(self, open_file: Callable[[], int]) -> Fingerprints:
        """Answer the digests and the picture of one file.

        Args:
            open_file: Answers a read-only descriptor, which is then closed here.

        Raises:
            CairnError: The file cannot be read, or the decoders cannot work.
            TimeoutError: It took longer than ``PATIENCE_S``.
        """
        waiting = _Waiting(open_file)
        with self._mutex:
            self._files.put(waiting)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="decoders", daemon=True)
                self._thread.start()
        return waiting.result.result(PATIENCE_S)

    def _work(self) -> None:
        taken: list[_Waiting] = []
        try:
            with self._open_pool() as pool:
                while True:
                    taken = self._take()
                    jobs = (Job(place, each.open) for place, each in enumerate(taken))
                    for done in pool.measure_all(jobs):
                        _hand_over(taken[done.key], done.result)
        except CairnError as error:  # Whoever waits is told, and the next file starts decoders anew.
            for each in [*taken, *self._left()]:
                _hand_over(each, error)

    def _take(self) -> list[_Waiting]:
        return [self._files.get(), *self._left()]

    def _left(self) -> list[_Waiting]:
        found: list[_Waiting] = []
        while len(found) < TOGETHER:
            try:
                found.append(self._files.get_nowait())
            except queue.Empty:
                break
        return found


def _hand_over(waiting: _Waiting, result: Fingerprints | CairnError) -> None:
    if waiting.result.done():
        return
    if isinstance(result, CairnError):
        waiting.result.set_exception(result)
    else:
        waiting.result.set_result(result)
