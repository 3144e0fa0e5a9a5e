"""The first half of the look at videos: their frames are looked at in the sandbox, and kept at once.

The files are read again, in the same walk. Every video is written when it is done, and some together are
compared at once, because what points are compared with is not kept. So a check that is stopped loses what is
under way and the few that were not compared yet; the same command goes on with the others.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from django.db import transaction

from cairn.errors import CairnError, NotComparable
from cairn.fingerprints.sandbox import Job
from cairn.frames import VideoFacts, VideoFingerprint, no_frames
from cairn.intake import Item, Unreadable
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.sightings import digest_of_address
from cairn.services.footage.compared import compared_before
from cairn.services.footage.keeping import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from contextlib import AbstractContextManager

    from cairn.fingerprints.sandbox import Done, Tell
    from cairn.frames import Frames, VideoMode
    from cairn.records.jobs import Check
    from cairn.services.footage.looks import Looks
    from cairn.types import PdqMode, Picture


COMPARED_TOGETHER: Final = 16
COMPARED_S: Final = 60.0
"""So many videos, or those of so many seconds, are looked at again where a check was stopped; comparing takes
an even time for what is hidden, most of which is the same for one and for many."""


class VideoPool(Protocol):
    """Follows videos; the sandboxed decoder processes, or what stands in for them in a test."""

    def measure_all(self, jobs: Iterable[Job], *, tell: Tell | None = None) -> Iterator[Done]:
        """Answer every job once, in the order in which they are finished."""
        ...


class OpenVideos(Protocol):
    """Opens a pool of so many workers, which takes these frames of videos."""

    def __call__(self, *, workers: int, mode: PdqMode, video: VideoMode) -> AbstractContextManager[VideoPool]:
        """Answer the pool as a context."""
        ...


@dataclass(slots=True)
class Watching:
    """Looks at some videos of a check.

    Attributes:
        check: The check, completely measured.
        pool: Where hostile bytes are decoded; it follows videos.
        mode: Which frames it takes.
        method: What is written beside them: the version, and the mode.
        looks: Hold what the comparison needs beside the hashes.
        compare: Compares these media, and keeps what it finds; then nothing has to be held of them.
        watch: Is told how many videos are done, and how far the present one is followed, in seconds.
        early: Is told the media of it, how far it is followed, and what answers its frames until there.
    """

    check: Check
    pool: VideoPool
    mode: VideoMode
    method: str
    looks: Looks
    compare: Callable[[Collection[int]], object]
    watch: Callable[[int, float], object]
    early: Callable[[int, float, Callable[[], Frames]], object] = lambda *_: None
    _done: int = 0
    _jobs_of: dict[int, int] = field(default_factory=dict)
    _fresh: set[int] = field(default_factory=set)
    _compared_at: float = field(default_factory=time.monotonic)

    def run(self, media: Collection[int], entries: Callable[[], Iterable[Item | Unreadable]]) -> None:
        """Look at one file of each of these media, where this check has not done so before.

        Args:
            media: Whose frames are wanted.
            entries: Starts the walk in which the files lie.
        """
        with database_errors_in_words():
            wanted = self._addresses(set(media) - self._before(media))
            self._done = len(media) - len(wanted)
            if not wanted:
                return
            for done in self.pool.measure_all(self._jobs(entries, wanted), tell=self._tell):
                self._take(self._jobs_of.pop(done.key), done)
                self._done += 1
                self.watch(self._done, 0.0)
                is_late = time.monotonic() - self._compared_at > COMPARED_S
                if len(self._fresh) >= COMPARED_TOGETHER or is_late:
                    self._compare()
            self._compare()

    def _compare(self) -> None:
        """Compare what was looked at and not compared yet."""
        if self._fresh:
            self.compare(frozenset(self._fresh))
        self.looks.forget()
        self._fresh.clear()
        self._compared_at = time.monotonic()

    def _tell(self, key: int, seconds: float, frames: Callable[[], Frames]) -> None:
        self.early(self._jobs_of[key], seconds, frames)
        self.watch(self._done, seconds)

    def _before(self, media: Collection[int]) -> set[int]:
        """Answer what this very check has compared: an earlier one has let go of the dense frames.

        What was looked at and not compared is looked at again: its points went with the process before.
        """
        found: set[int] = set()
        for part in parts(sorted(media)):
            rows = self.check.items.filter(media__in=part, footage_method=self.method)
            found.update(rows.values_list("media", flat=True))
        return found & compared_before(self.check, found).keys()

    def _addresses(self, media: Collection[int]) -> dict[bytes, int]:
        """Answer the media by the address digest of one of its files each."""
        first: dict[int, bytes] = {}
        for part in parts(sorted(media)):
            rows = self.check.items.filter(media__in=part, is_done=True).order_by("pk")
            for number, digest in rows.values_list("media", "address_digest"):
                if number is not None:
                    first.setdefault(number, bytes(digest))
        return {digest: number for number, digest in first.items()}

    def _jobs(
        self, entries: Callable[[], Iterable[Item | Unreadable]], wanted: dict[bytes, int]
    ) -> Iterator[Job]:
        keys = itertools.count()
        left = set(wanted)
        for entry in entries():
            digest = digest_of_address(entry.address)
            if digest not in left:
                continue
            left.remove(digest)
            if isinstance(entry, Item):
                key = next(keys)
                self._jobs_of[key] = wanted[digest]
                yield Job(key, entry.open)
            if not left:
                return

    def _take(self, media: int, done: Done) -> None:
        """Keep what was seen, unless the file is another one by now."""
        if isinstance(done.result, CairnError):
            return
        if not self.check.items.filter(media=media, media__sha256=done.result.digests.sha256).exists():
            return
        seen = seen_in(done.result.picture, self.mode)
        self.looks.hold(media, seen.frames)
        with transaction.atomic():
            keep({media: seen}, method=self.method)
            self.check.items.filter(media=media).update(footage_method=self.method)
        self._fresh.add(media)


def seen_in(picture: Picture, mode: VideoMode) -> VideoFingerprint:
    """Answer what was seen; of what could not be opened as a video, no frame and why."""
    if picture.video is not None:
        return picture.video
    facts = VideoFacts(container="", codec="", width=picture.width or 0, height=picture.height or 0)
    stopped = picture.comparison if isinstance(picture.comparison, NotComparable) else None
    return VideoFingerprint(facts, no_frames(), mode, 0.0, stopped)
