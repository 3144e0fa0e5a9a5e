"""Writing an index: append, seal, merge; each change durable before it counts.

- ``add`` and ``remove`` append one record to the newest journal and force it onto the disk.
- A journal that has grown is *closed*: a new one begins, and the manifest names both.
- A closed journal is *sealed*: its rows become a segment, which takes its place in the manifest.
- Neighbouring segments are *merged* as ``merging.plan_merge`` says, and removals in them are carried out.

Sealing and merging run on a thread of their own, one step at a time. Readers are never held up, and the
writer only for the moment in which names change.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic

import numpy as np

from cairn.errors import CairnError, IntegrityError
from cairn.index import disk
from cairn.index.catalogue import Catalogue
from cairn.index.merging import SEAL_ROWS, plan_merge
from cairn.index.snapshot import SegmentT, Shape, Snapshot, all_removed, is_alive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.journal_file import JournalFile
    from cairn.index.manifest import Part
    from cairn.index.rows import Rows

BULK_ROWS = 131_072
"""Rows added at once from here on become a segment without passing through the journal."""
UNATTENDED_BYTES = 1 << 25
"""While the background thread is busy, a journal may grow to this before the next one begins."""
WAITING_JOURNALS_LIMIT = 4
"""When this many closed journals wait to be sealed, adding waits too, so that memory stays bounded."""


class Writer(Generic[SegmentT]):
    """The one process that changes an index; it also answers queries from what it knows.

    Args:
        folder: The index's folder; created when absent.
        shape: How its segments are laid out.
        background: Seal and merge on a thread of their own; without it, before ``add`` returns.
        anew: Begin with an empty list of files even when the manifest cannot be read.

    Raises:
        ConfigurationError: When another process is writing, or the disk refuses.
        IntegrityError: When the manifest is damaged or of another kind.
    """

    def __init__(
        self,
        folder: Path,
        shape: Shape[SegmentT],
        *,
        background: bool = True,
        anew: bool = False,
    ) -> None:
        """Take the lock and read what is there."""
        self._shape = shape
        self._mutex = threading.RLock()
        self._changed = threading.Condition(self._mutex)
        self._executor = ThreadPoolExecutor(1, "cairn-index") if background else None
        self._is_busy = False
        self._is_closing = False
        self._failure: CairnError | None = None
        self._seal_bytes = SEAL_ROWS * (shape.width + 12)
        self._catalogue = Catalogue(folder, shape, anew=anew)

    @property
    def failure(self) -> CairnError | None:
        """Answer why the last sealing or merging did not succeed, or ``None``."""
        return self._failure

    def snapshot(self) -> Snapshot[SegmentT]:
        """Answer the newest state."""
        return self._catalogue.snapshot

    def add(self, rows: Rows) -> None:
        """Add rows; they are durable when this returns.

        Raises:
            ConfigurationError: When the disk refuses; the index is then as it was.
        """
        if not len(rows):
            return
        with self._mutex:
            if len(rows) >= BULK_ROWS:
                self._add_segment(rows)
            else:
                self._appendable().add(rows)
            self._catalogue.look_again()
            self._maintain()

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Remove every row so far that has one of the ids; durable when this returns.

        Raises:
            ConfigurationError: When the disk refuses; the index is then as it was.
        """
        if not len(ids):
            return
        with self._mutex:
            self._appendable().remove(ids)
            self._catalogue.look_again()
            self._maintain()

    def compact(self) -> None:
        """Merge everything into one segment and carry all removals out.

        Raises:
            IntegrityError: When a file is damaged, because merging would hide what is missing.
            ConfigurationError: When the disk refuses; the index is then as it was.
        """
        with self._mutex, disk.explained("The compacted index"):
            self._wait_until_idle()
            damaged = self._catalogue.snapshot.coverage.damaged
            if damaged:
                sentence = f"Damaged: {', '.join(damaged)}. Rebuild the index from the records."
                raise IntegrityError(sentence, code="index.damaged")
            self._close_journal()
            closed = self._catalogue.parts[:-1]
            if len(closed) > 1 or any(part.is_journal or self._notes_removals(part) for part in closed):
                self._replace(slice(0, len(closed)))

    def replace_all(self, batches: Iterable[Rows]) -> None:
        """Make the index hold exactly these rows, in one step, whatever state it was in.

        Raises:
            ConfigurationError: When the disk refuses; the index is then as it was.
        """
        nothing = np.empty(0, np.uint64)
        with self._mutex, disk.explained("The rebuilt index"):
            self._wait_until_idle()
            segments = [self._catalogue.new_segment(rows, nothing) for rows in batches if len(rows)]
            self._catalogue.swap((*segments, self._catalogue.new_journal()))
            self._maintain()

    def mark_damaged(self, names: Iterable[str]) -> None:
        """Have every process refuse these files from now on."""
        wanted = set(names)
        with self._mutex, disk.explained("The index's list of files"):
            self._wait_until_idle()
            self._close_journal()
            self._catalogue.mark_damaged(wanted)

    def close(self) -> None:
        """Let the step that is running end, and let the next writer in."""
        self._is_closing = True
        if self._executor is not None:
            self._executor.shutdown(wait=True)
        with self._mutex:
            self._catalogue.close()

    def settle(self) -> None:
        """Wait until nothing is left to seal or merge."""
        with self._mutex:
            self._wait_until_idle()

    # Everything below runs under the mutex, except the building of a segment on the background thread.

    def _add_segment(self, rows: Rows) -> None:
        """Write many rows as a segment behind everything that is there."""
        with disk.explained("The new entries"):
            self._catalogue.require_certainty()
            segment = self._catalogue.new_segment(rows, np.empty(0, np.uint64))
            if self._journal_is_fresh():
                parts = self._catalogue.parts
                self._catalogue.swap((*parts[:-1], segment, parts[-1]))
            else:
                self._catalogue.swap((*self._catalogue.closed_last(), segment, self._catalogue.new_journal()))

    def _appendable(self) -> JournalFile:
        """Answer the last journal, or a new one where the last takes no more."""
        self._catalogue.require_certainty()
        journal = self._catalogue.last_journal
        if journal is None or not journal.is_appendable:
            self._close_journal()
        return self._catalogue.require_journal()

    def _journal_is_fresh(self) -> bool:
        """Tell whether the last journal is empty and takes entries."""
        journal = self._catalogue.last_journal
        return journal is not None and journal.is_fresh and journal.is_appendable

    def _close_journal(self) -> None:
        """Begin a new journal unless the last one is fresh."""
        if not self._journal_is_fresh():
            with disk.explained("The index's journal"):
                self._catalogue.swap((*self._catalogue.closed_last(), self._catalogue.new_journal()))

    def _notes_removals(self, part: Part) -> bool:
        """Tell whether a segment still carries ids that it removes from others."""
        return any(found.name == part.name and len(found.removed) for found in self._catalogue.snapshot.parts)

    def _maintain(self) -> None:
        """See that a grown journal is sealed; a change that is durable already never fails for it."""
        try:
            self._see_to_waiting_work()
        except CairnError as error:
            self._failure = error

    def _see_to_waiting_work(self) -> None:
        """Close a journal that has grown enough, and start what waits to be done."""
        journal = self._catalogue.last_journal
        limit = UNATTENDED_BYTES if self._is_busy else self._seal_bytes
        if journal is not None and journal.position >= limit:
            self._close_journal()
        if self._is_busy or self._next_step() is None:
            self._changed.wait_for(lambda: not self._is_busy or self._waiting() < WAITING_JOURNALS_LIMIT)
            return
        if self._executor is None:
            self._work()
        else:
            self._is_busy = True
            self._executor.submit(self._work)

    def _waiting(self) -> int:
        """Answer the number of journals that wait to be sealed."""
        return sum(part.is_journal for part in self._catalogue.parts) - 1

    def _wait_until_idle(self) -> None:
        """Wait for the background thread; its work may go on once we return the mutex."""
        self._changed.wait_for(lambda: not self._is_busy)

    def _next_step(self) -> slice | None:
        """Answer the parts to replace by one segment next: a closed journal, or segments to merge."""
        snapshot = self._catalogue.snapshot
        sizes: list[int | None] = []
        sound = {part.name: part for part in snapshot.parts if part.name not in snapshot.coverage.damaged}
        for position, part in enumerate(self._catalogue.parts):
            if part.is_journal and part.length is not None and part.name in sound:
                return slice(position, position + 1)
            sizes.append(None if part.is_journal or part.name not in sound else len(sound[part.name]))
        return plan_merge(sizes)

    def _work(self) -> None:
        """Take step after step until nothing is left, the writer closes, or the disk refuses."""
        try:
            while not self._is_closing:
                with self._mutex:
                    step = self._next_step()
                if step is None:
                    break
                with disk.explained("A merged part of the index"):
                    self._replace(step)
            self._failure = None
        except CairnError as error:
            self._failure = error
        finally:
            with self._mutex:
                self._is_busy = False
                self._changed.notify_all()

    def _replace(self, run: slice) -> None:
        """Put one segment in the place of a run of parts.

        The segment is built without the mutex. Meanwhile parts may be added at the end and journals may be
        closed there, but the run itself stays where it is, because only this method replaces parts.
        """
        with self._mutex:
            names = [part.name for part in self._catalogue.parts[run]]
            found = [part for part in self._catalogue.snapshot.parts if part.name in names]
        removed = np.empty(0, np.uint64) if run.start == 0 else all_removed(found)
        is_worth_a_file = len(removed) or is_alive(found)
        segment = (self._catalogue.new_merged(found, removed),) if is_worth_a_file else ()
        with self._mutex:
            parts = self._catalogue.parts
            self._catalogue.swap((*parts[: run.start], *segment, *parts[run.stop :]))
            self._changed.notify_all()
