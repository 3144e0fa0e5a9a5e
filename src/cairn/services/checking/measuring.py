"""The first half of a check: every file is measured once, and what was measured is kept at once.

Finished files are written in batches, each a transaction. A check that is stopped, at whatever point, loses
at most the batch that was not written yet; the same command skips what is there and unchanged.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from django.db import transaction

from cairn.errors import CairnError
from cairn.fingerprints.sandbox import Job
from cairn.intake import Item, Unreadable
from cairn.records.connection import database_errors_in_words
from cairn.records.jobs import Check, CheckItem
from cairn.records.sightings import digest_of_address
from cairn.services.checking.content import recall, record_contents
from cairn.services.checking.holders import holder_of_this_process
from cairn.services.checking.leasing import claim, settle

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from cairn.fingerprints.sandbox import Done, ProtectionState, Recall
    from cairn.records.users import Actor
    from cairn.services.checking.patience import Patience
    from cairn.types import Digests, Fingerprints, PdqMode, Picture

BATCH_ITEMS = 256
"""Files a transaction: enough that the disk's flush does not count, few enough to lose."""

BATCH_SECONDS = 1.0
"""A batch is written after this time even where it is not full, so that a slow check keeps its work too."""

CLAIMED_TOGETHER = 64
"""Files claimed in one transaction, before they are opened."""

SHARED_WAIT_SECONDS = 0.5
"""How long to wait before asking again for files that another process is measuring."""

Watcher = Callable[["Progress"], None]


class Pool(Protocol):
    """Measures files; the sandboxed decoder processes, or what stands in for them in a test."""

    @property
    def protections(self) -> tuple[ProtectionState, ...]:
        """How the decoder processes are held."""
        ...

    def measure_all(self, jobs: Iterable[Job], *, recall: Recall | None = None) -> Iterator[Done]:
        """Answer every job once, in the order in which they are finished."""
        ...


class OpenPool(Protocol):
    """Opens a pool of so many workers, which decodes in this mode, and looks for more than hashes or not."""

    def __call__(
        self,
        *,
        workers: int,
        mode: PdqMode,
        with_features: bool = False,
        with_preview: bool = False,
        with_sound: bool = False,
    ) -> AbstractContextManager[Pool]:
        """Answer the pool as a context."""
        ...


@dataclass(slots=True)
class Progress:
    """How far a check is.

    Attributes:
        total: Files found so far; final once the walk is through.
        done: Files finished, those of an earlier run included.
        resumed: Of these, the ones that an earlier run had measured.
        recalled: Of these, the ones whose content was not decoded, because it had been measured before.
        bytes_read: Bytes of the files measured now.
    """

    total: int = 0
    done: int = 0
    resumed: int = 0
    recalled: int = 0
    bytes_read: int = 0


@dataclass(slots=True)
class Measuring:
    """One run over the items of a check.

    Attributes:
        check: The row that the items belong to.
        asker: For whom is measured: what only others have measured is measured again.
        pool: Where hostile bytes are decoded.
        mode: How the pool decodes.
        patience: Waits where the disk has vanished.
        watch: Is told the progress after every file.
        progress: How far it is.
        met: The address digest of every entry of this walk.
    """

    check: Check
    asker: Actor
    pool: Pool
    mode: PdqMode
    patience: Patience
    watch: Watcher
    progress: Progress = field(default_factory=Progress)
    met: set[bytes] = field(default_factory=set)
    _waiting: list[tuple[Item | Unreadable, Fingerprints | CairnError]] = field(default_factory=list)
    _taken: list[Item | Unreadable] = field(default_factory=list)
    _written_at: float = field(default_factory=time.monotonic)
    _holder: str = field(default_factory=holder_of_this_process)

    def run(self, entries: Iterable[Item | Unreadable]) -> None:
        """Measure every entry that is not there yet; whatever interrupts, finished files are written.

        A file that could not be read is tried once more at the end. Files that another process is measuring
        for the same check are waited for, and taken over where it dies.

        Raises:
            CairnError: The records cannot be written, or the pool cannot work.
        """
        with database_errors_in_words():
            left = self._round(entries, is_first=True)
            while left:
                before = len(left)
                left = self._round(left, is_first=False)
                if len(left) == before:
                    time.sleep(SHARED_WAIT_SECONDS)

    def _round(self, entries: Iterable[Item | Unreadable], *, is_first: bool) -> list[Item | Unreadable]:
        """Measure what is free of these entries, and answer those that are to be asked again."""
        in_flight: dict[int, Item] = {}
        left: list[Item | Unreadable] = []
        try:
            for done in self.pool.measure_all(self._jobs(entries, in_flight, left), recall=self._recall):
                entry = in_flight.pop(done.key)
                if isinstance(done.result, CairnError) and (self.patience.wait_if_lost() or is_first):
                    left.append(entry)
                    continue
                self.progress.recalled += not done.attempts and not isinstance(done.result, CairnError)
                self._finish(entry, done.result)
        finally:
            self._write()
        left.extend(self._taken)
        self._taken.clear()
        return left

    def _jobs(
        self,
        entries: Iterable[Item | Unreadable],
        in_flight: dict[int, Item],
        left: list[Item | Unreadable],
    ) -> Iterator[Job]:
        """Yield a job for every file that is ours to measure; what is done or cannot be read is counted."""
        keys = itertools.count()
        for some in _in_claims(entries):
            self.met.update(digest_of_address(entry.address) for entry in some)
            claims = claim(self.check, some, holder=self._holder)
            left.extend(claims.theirs)
            for _ in claims.done:
                self.progress.resumed += 1
                self._count()
            for entry in claims.ours:
                if isinstance(entry, Unreadable):
                    self._finish(entry, entry.error)
                    continue
                key = next(keys)
                in_flight[key] = entry
                yield Job(key, entry.open)

    def _recall(self, contents: Sequence[tuple[Digests, int]]) -> list[Picture | None]:
        """Answer the pictures of contents that were measured before, here or in the batch not written yet."""
        wanted = [digests.sha256 for digests, _ in contents]
        known = recall(wanted, mode=self.mode, asker=self.asker)
        waiting = (result for _, result in self._waiting if not isinstance(result, CairnError))
        known.update({result.digests.sha256: result.picture for result in waiting})
        return [known.get(digest) for digest in wanted]

    def _finish(self, entry: Item | Unreadable, result: Fingerprints | CairnError) -> None:
        if not isinstance(result, CairnError):
            self.progress.bytes_read += result.size_bytes
        self._waiting.append((entry, result))
        late = time.monotonic() - self._written_at > BATCH_SECONDS
        if late or len(self._waiting) >= BATCH_ITEMS:
            self._write()
        self._count()

    def _count(self) -> None:
        self.progress.done += 1
        self.progress.total = max(self.progress.total, len(self.met))  # Members of archives come on top.
        self.watch(self.progress)

    def _write(self) -> None:
        """Write what has finished, in one transaction; what another has taken over is asked about again."""
        measured = [result for _, result in self._waiting if not isinstance(result, CairnError)]
        with transaction.atomic():
            ids = record_contents(measured, mode=self.mode)
            rows = [self._row(entry, result, ids) for entry, result in self._waiting]
            taken = settle(self.check, rows, holder=self._holder)
        lost = [entry for entry, _ in self._waiting if digest_of_address(entry.address) in taken]
        self._taken.extend(lost)
        self.progress.done -= len(lost)
        self._waiting.clear()
        self._written_at = time.monotonic()

    def _row(
        self, entry: Item | Unreadable, result: Fingerprints | CairnError, ids: dict[bytes, int]
    ) -> CheckItem:
        row = CheckItem(
            check_run=self.check,
            address=entry.address,
            address_digest=digest_of_address(entry.address),
            is_done=True,
        )
        if isinstance(entry, Item):
            row.signature = entry.signature
            row.file_changed_at = _as_time(entry.modified_ns)
        if isinstance(result, CairnError):
            row.error_code, row.error_sentence = result.code, result.sentence
        else:
            row.media_id = ids[result.digests.sha256]
        return row


def _in_claims(entries: Iterable[Item | Unreadable]) -> Iterator[list[Item | Unreadable]]:
    """Yield the entries in lists that are claimed together."""
    waiting = iter(entries)
    while some := list(itertools.islice(waiting, CLAIMED_TOGETHER)):
        yield some


def _as_time(nanoseconds: int | None) -> datetime | None:
    """Answer a file's own time, or ``None`` where it is none: seized clocks are often wrong."""
    if nanoseconds is None:
        return None
    try:
        return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    except (OverflowError, ValueError, OSError):
        return None
