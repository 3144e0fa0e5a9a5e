"""One round of the pool: from a stream of files to a stream of results, with bounded work in between.

A file goes through four stations: it is read for its digests; the caller is asked whether the content is
known; a worker decodes it; the result is handed out. Only so many files are between the first and the last
station, so nothing grows, and a slow taker slows the whole line down to the disk.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.sandbox.jobs import Done
from cairn.fingerprints.sandbox.reading import Content, Readers, Unreadable
from cairn.fingerprints.sandbox.seat import Blamed, GoesOn, HandedBack, Measured
from cairn.types import Fingerprints, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cairn.fingerprints.sandbox.crew import Crew
    from cairn.fingerprints.sandbox.jobs import Job, Recall, Tell
    from cairn.fingerprints.sandbox.limits import Limits

FILES_AHEAD_A_WORKER = 12
"""How many files are under way for each worker: enough that reading runs ahead of decoding and that the
caller is asked about several contents at once, and few open descriptors."""

FILES_PULLED_A_WORKER = 4
"""How many files are pulled at once for each worker: waking a reading thread costs about as much as hashing a
small file, so it is woken for several."""

WORKERS_A_READER = 4
"""Digests cost about a sixth of decoding, and threads that only take turns at the interpreter lock cost
more than they give."""


class Round:
    """Iterates over the results of one stream of files."""

    def __init__(
        self,
        crew: Crew,
        jobs: Iterable[Job],
        recall: Recall | None,
        *,
        workers: int,
        limits: Limits,
        tell: Tell | None = None,
    ) -> None:
        """Take the stations' staff; nothing is read before the first result is asked for."""
        self._crew = crew
        self._jobs: Iterator[Job] | None = iter(jobs)
        self._recall = recall
        self._limits = limits
        self._tell = tell
        self._most_under_way = FILES_AHEAD_A_WORKER * workers
        self._fewest_pulled = FILES_PULLED_A_WORKER * workers
        self._threads = 1 + (workers - 1) // WORKERS_A_READER
        self._under_way = 0
        self._open: dict[int, Content] = {}
        self._waiting: deque[Content] = deque()
        self._suspects: deque[Content] = deque()
        self._same: dict[tuple[bytes, tuple[int, ...]], list[Content]] = {}
        self._done: deque[Done] = deque()

    def __iter__(self) -> Iterator[Done]:
        """Yield every result once; when the taker stops early, everything under way is dropped."""
        readers = Readers(self._threads)
        try:
            self._crew.watch(readers.fileno(), readers.hush)
            try:
                yield from self._run(readers)
            finally:
                self._crew.unwatch(readers.fileno())
        finally:
            readers.close()
            if self._under_way:
                self._drop_everything()

    def _run(self, readers: Readers) -> Iterator[Done]:
        """Keep every station busy until the last result is out."""
        while True:
            self._pull(readers)
            results = readers.collect()
            if results:
                self._sort(results)
            self._assign()
            if self._done:
                while self._done:
                    self._under_way -= 1
                    yield self._done.popleft()
            elif not self._under_way:
                return
            elif self._waiting or readers.await_next():
                # While files wait for workers, only a worker's answer is worth waking up for.
                for event in self._crew.wait():
                    self._learn(event)

    def _pull(self, readers: Readers) -> None:
        """Take files from the caller, several at a time, until enough are under way."""
        if self._under_way > self._most_under_way - self._fewest_pulled:
            return
        while self._jobs is not None and self._under_way < self._most_under_way:
            job = next(self._jobs, None)
            if job is None:
                self._jobs = None
            else:
                self._under_way += 1
                readers.submit(job)

    def _sort(self, results: list[Content | Unreadable]) -> None:
        """Decide what becomes of files that have been read."""
        contents = []
        for result in results:
            if isinstance(result, Unreadable):
                self._done.append(Done(result.key, result.error, 0))
            else:
                self._open[id(result)] = result
                contents.append(result)
        if self._recall is not None and contents:
            contents = self._without_known(contents, self._recall)
        for content in contents:
            same = self._same.get(content.alike)
            if same is None:
                self._same[content.alike] = []
                self._waiting.append(content)
            else:
                same.append(content)

    def _without_known(self, contents: list[Content], recall: Recall) -> list[Content]:
        """Finish the contents that the caller knows, and answer the others."""
        unknown = []
        pictures = recall([(content.digests, content.size_bytes) for content in contents])
        for content, picture in zip(contents, pictures, strict=True):
            if picture is None:
                unknown.append(content)
            else:
                self._finish(content, picture)
        return unknown

    def _assign(self) -> None:
        """Give workers as much as they may have; a file that ended a worker goes first, and alone."""
        while self._suspects and self._crew.offer_alone(self._suspects[0]):
            self._suspects.popleft()
        while self._waiting and self._crew.offer(self._waiting[0]):
            self._waiting.popleft()

    def _learn(self, event: Measured | Blamed | HandedBack | GoesOn) -> None:
        """Take in what became of a file at a worker."""
        match event:
            case Measured(content, picture):
                self._conclude(content, self._checked(content, picture))
            case Blamed(content, blame, film):
                if content.attempts < self._limits.attempts:
                    self._suspects.append(content)
                elif film is not None:
                    # What a video showed before its decoder failed remains.
                    found = film.picture(covered_s=film.covered_s, stopped=blame.verdict(content.attempts))
                    self._conclude(content, found)
                else:
                    self._conclude(content, Picture(None, None, None, blame.verdict(content.attempts)))
            case GoesOn(content, film):
                if self._tell is not None:
                    self._tell(content.key, film.covered_s, film.frames)
            case HandedBack(content):
                self._waiting.appendleft(content)

    def _checked(self, content: Content, picture: Picture) -> Picture:
        """Put the true size in the sentence about a file of which a worker saw only the beginning."""
        if content.size_bytes <= self._limits.file_bytes or not isinstance(picture.comparison, NotComparable):
            return picture
        if picture.comparison.reason is not Reason.TOO_LARGE:
            return picture
        sentence = (
            f"The file is {content.size_bytes >> 20:,} MiB; pictures above "
            f"{self._limits.file_bytes >> 20:,} MiB are not decoded."
        )
        return replace(picture, comparison=NotComparable(Reason.TOO_LARGE, sentence))

    def _conclude(self, content: Content, picture: Picture) -> None:
        """Finish a content, and every file with the same content that came meanwhile."""
        for same in self._same.pop(content.alike):
            self._finish(same, picture)
        self._finish(content, picture)

    def _finish(self, content: Content, picture: Picture) -> None:
        """Close a file and have its result handed out."""
        del self._open[id(content)]
        os.close(content.descriptor)
        result = Fingerprints(content.size_bytes, content.digests, picture)
        self._done.append(Done(content.key, result, content.attempts))

    def _drop_everything(self) -> None:
        """Let go of all files under way, after the taker has stopped early."""
        self._crew.dismiss()
        for content in self._open.values():
            os.close(content.descriptor)
        self._open.clear()
