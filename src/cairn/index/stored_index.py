"""What every kind of index can do beside searching: change, verify, compact, tell its state, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Self

from cairn.errors import ConfigurationError
from cairn.index.matches import Stats, Verification
from cairn.index.rows import checked_ids
from cairn.index.snapshot import SegmentT, Shape, live_count
from cairn.index.store import Reader
from cairn.index.tail import TailView
from cairn.index.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from cairn.index.matches import Coverage


def open_store(
    folder: Path,
    shape: Shape[SegmentT],
    *,
    writable: bool,
) -> Reader[SegmentT] | Writer[SegmentT]:
    """Open a folder for reading, or as its one writer.

    Raises:
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest is damaged, or the folder holds another kind of index.
    """
    return Writer(folder, shape) if writable else Reader(folder, shape)


class StoredIndex(Generic[SegmentT]):
    """An index in a folder, open for reading or for writing.

    Args:
        store: A reader or the writer of the folder.
        shape: How its segments are laid out.
    """

    def __init__(self, store: Reader[SegmentT] | Writer[SegmentT], shape: Shape[SegmentT]) -> None:
        """Stand before the store."""
        self._store = store
        self._width = shape.width

    def __enter__(self) -> Self:
        """Answer the index itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the index."""
        self.close()

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Remove all entries so far of these ids; durable when this returns.

        Raises:
            InputError: When ``ids`` is not a flat array of uint64.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        self._writer().remove(checked_ids(ids))

    def coverage(self) -> Coverage:
        """Answer what a search would look at now."""
        return self._store.snapshot().coverage

    def compact(self) -> None:
        """Merge everything into one segment and carry all removals out.

        Raises:
            IntegrityError: When a file is damaged.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        self._writer().compact()

    def verify(self) -> Verification:
        """Read every byte; the writer also has all processes refuse what is damaged from now on."""
        snapshot = self._store.snapshot()
        damaged = dict.fromkeys(snapshot.coverage.damaged, "refused, or read only in part")
        size = 0
        for part in snapshot.parts:
            size += part.length
            if isinstance(part, TailView):
                continue
            wrong = part.damage()
            if wrong is not None:
                damaged[part.name] = f"the checksum of '{wrong}' does not hold"
        fresh = damaged.keys() - set(snapshot.coverage.damaged)
        if fresh and isinstance(self._store, Writer):
            self._store.mark_damaged(fresh)
        files = {part.name for part in snapshot.parts} | set(snapshot.coverage.damaged)
        return Verification(len(files), size, damaged)

    def stats(self) -> Stats:
        """Answer the index in numbers; where removals wait, counting the live entries reads all ids."""
        snapshot = self._store.snapshot()
        failure = self._store.failure if isinstance(self._store, Writer) else None
        return Stats(
            generation=snapshot.coverage.generation,
            entries=snapshot.coverage.entries,
            live_entries=live_count(snapshot.parts),
            segments=snapshot.coverage.segments,
            journal_entries=sum(len(part) for part in snapshot.parts if isinstance(part, TailView)),
            removals=sum(len(part.removed) for part in snapshot.parts),
            size_bytes=sum(part.length for part in snapshot.parts),
            damaged=snapshot.coverage.damaged,
            maintenance_failure=failure.sentence if failure else None,
        )

    def preload(self) -> None:
        """Bring the whole index into memory, so that a long-lived process never waits for a page.

        A process that asks once should not: it touches a few hundred pages of the file.
        """
        for part in self._store.snapshot().parts:
            if not isinstance(part, TailView):
                part.preload()

    def settle(self) -> None:
        """Wait until the writer has nothing left to seal or merge; a reader answers at once."""
        if isinstance(self._store, Writer):
            self._store.settle()

    def close(self) -> None:
        """Release every file, and the lock where this is the writer."""
        self._store.close()

    def _writer(self) -> Writer[SegmentT]:
        """Answer the store if it can be changed."""
        if isinstance(self._store, Writer):
            return self._store
        raise ConfigurationError("This index was opened for reading only.", code="index.read-only")
