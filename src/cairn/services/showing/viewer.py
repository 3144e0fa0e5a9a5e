"""The viewers: one for pictures and one for frames of videos, each a thread that owns sandboxed decoders.

The kernel ends decoders with the thread that started them, and the threads that answer browsers come and go.
So a thread of its own has them, starts when the first picture is asked for, and ends when nobody looks.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.errors import CairnError, InputError, NotComparable
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.sentences import Sentence
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.types import Fingerprints, Preview

WORKERS = 2
"""A page of tiles is decoded two at a time; more would take the machine from everybody else."""
TOGETHER = 16
"""Pictures that are handed to the decoders at once."""
IDLE_S = 300.0
"""After so long without a picture the decoders are let go."""
PATIENCE_S = 90.0
"""Above what a decoder may take for one file; then the disk is dead, and another thread takes over."""


@dataclass(frozen=True, slots=True)
class _Asked:
    open: Callable[[], int]
    moments_ms: tuple[int, ...]
    answer: Future[Fingerprints | CairnError] = field(default_factory=Future)


class Viewer:
    """Answers small pictures of files; any thread may ask."""

    def __init__(self, *, of_videos: bool = False) -> None:
        """Start nothing yet.

        Args:
            of_videos: Show frames of videos, and no pictures.
        """
        self._of_videos = of_videos
        self._lock = threading.Lock()
        self._asked: queue.SimpleQueue[_Asked] | None = None

    def show(
        self, open_file: Callable[[], int], *, sha256: bytes, moments_ms: tuple[int, ...] = ()
    ) -> Preview:
        """Answer the small picture of a file, whose content is the one that is meant.

        Args:
            open_file: Answers a read-only descriptor; called in a thread of the pool.
            sha256: What the content must be.
            moments_ms: Of a video, which frames; they come on one sheet.

        Raises:
            InputError: The file cannot be read, is another one, or cannot be shown (``picture.changed``,
                ``picture.undecodable``, ``picture.slow``).
            CairnError: As ``open_file``.
        """
        asked = _Asked(open_file, moments_ms)
        with self._lock:
            if self._asked is None:
                self._asked = queue.SimpleQueue()
                threading.Thread(
                    target=self._serve, args=(self._asked,), name="cairn-view", daemon=True
                ).start()
            mine = self._asked
            mine.put(asked)
        try:
            found = asked.answer.result(PATIENCE_S)
        except TookTooLong:
            with self._lock:
                self._asked = None if self._asked is mine else self._asked
            raise InputError(Sentence("The disk does not answer."), code="picture.slow") from None
        return _shown(found, sha256)

    def _serve(self, line: queue.SimpleQueue[_Asked]) -> None:
        """Show what is asked for until nobody asks any more."""
        taken: list[_Asked] = []
        try:
            with self._pool() as pool:
                while taken := self._next(line):
                    jobs = [Job(number, each.open, each.moments_ms) for number, each in enumerate(taken)]
                    for done in pool.measure_all(jobs):
                        taken[done.key].answer.set_result(done.result)
        except CairnError as error:
            self._fail(line, taken, error)
        except BaseException:
            failed = InputError(Sentence("The picture could not be opened."), code="picture.undecodable")
            self._fail(line, taken, failed)
            raise

    def _pool(self) -> DecoderPool:
        if self._of_videos:
            return DecoderPool(workers=WORKERS, mode=PdqMode.FAST, with_stills=True)
        return DecoderPool(workers=WORKERS, mode=PdqMode.FAST, with_preview=True)

    def _next(self, line: queue.SimpleQueue[_Asked]) -> list[_Asked]:
        """Wait for the next that is asked, and take those behind it too; none where this thread may end."""
        try:
            taken = [line.get(timeout=IDLE_S)]
        except queue.Empty:
            with self._lock:
                if not line.empty():
                    return [line.get()]
                self._asked = None if self._asked is line else self._asked
            return []
        while len(taken) < TOGETHER and not line.empty():
            taken.append(line.get())
        return taken

    def _fail(self, line: queue.SimpleQueue[_Asked], taken: list[_Asked], error: CairnError) -> None:
        """Tell everybody who waits; the next one who asks starts anew."""
        with self._lock:
            self._asked = None if self._asked is line else self._asked
        while not line.empty():
            taken.append(line.get())
        for each in taken:
            if not each.answer.done():
                each.answer.set_result(error)


def _shown(found: Fingerprints | CairnError, sha256: bytes) -> Preview:
    if isinstance(found, CairnError):
        raise found
    if found.digests.sha256 != sha256:
        raise InputError(Sentence("The file is no longer the one that was recorded."), code="picture.changed")
    if found.picture.preview is not None:
        return found.picture.preview
    why = found.picture.comparison
    sentence = why.sentence if isinstance(why, NotComparable) else "The picture cannot be shown."
    raise InputError(sentence, code="picture.undecodable")


VIEWER = Viewer()
"""The viewer of this process."""
FRAME_VIEWER = Viewer(of_videos=True)
"""The same for frames of videos."""
