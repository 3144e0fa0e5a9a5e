"""What a query sees: the open files of one moment, oldest first.

A snapshot never changes. A removal that a part notes acts on all the parts before it, so whether a match
counts is decided by looking at the parts behind the one that it came from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np

from cairn.index.matches import Coverage
from cairn.index.rows import is_among, join_rows
from cairn.index.tail import TailView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.rows import Rows


class Segment(Protocol):
    """An immutable file of entries; what every kind of index shares."""

    @property
    def name(self) -> str:
        """Answer the file's name."""
        ...

    @property
    def length(self) -> int:
        """Answer the file's bytes."""
        ...

    @property
    def removed(self) -> NDArray[np.uint64]:
        """Answer the sorted ids that it removes from older parts."""
        ...

    def __len__(self) -> int:
        """Answer the number of entries."""
        ...

    def rows(self) -> Rows:
        """Answer every entry."""
        ...

    def count_without(self, removed: NDArray[np.uint64]) -> int:
        """Answer how many entries are left when those with these sorted ids go."""
        ...

    def damage(self) -> str | None:
        """Read every byte; answer what does not match its checksum, or ``None``."""
        ...

    def preload(self) -> None:
        """Bring every page into memory and into this process's page table."""
        ...


SegmentT = TypeVar("SegmentT", bound=Segment)
OpenedT_co = TypeVar("OpenedT_co", bound=Segment, covariant=True)


class Shape(Protocol[OpenedT_co]):
    """How one kind of index lays its entries out."""

    @property
    def kind(self) -> str:
        """Answer the name that the manifest carries."""
        ...

    @property
    def width(self) -> int:
        """Answer the bytes of one value."""
        ...

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment durably; answer its bytes."""
        ...

    def merge(self, path: Path, parts: Sequence[Any], removed: NDArray[np.uint64]) -> int:
        """Write a segment of what lives in consecutive parts of this shape durably; answer its bytes."""
        ...

    def open(self, path: Path) -> OpenedT_co:
        """Map a segment; ``IntegrityError`` when it is damaged."""
        ...


class MergedInMemory(ABC):
    """A shape whose parts are merged with all their rows in memory."""

    width: int

    @abstractmethod
    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment durably; answer its bytes."""

    def merge(self, path: Path, parts: Sequence[Any], removed: NDArray[np.uint64]) -> int:
        """Write a segment of what lives in consecutive parts durably; answer its bytes."""
        return self.write(path, live_rows(parts, self.width), removed)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot(Generic[SegmentT]):
    """The parts of one moment.

    Attributes:
        parts: Oldest first; damaged ones are left out.
        coverage: The same in numbers, for the caller of a search.
    """

    parts: tuple[SegmentT | TailView, ...]
    coverage: Coverage

    def counts(self, position: int, ids: NDArray[np.uint64]) -> NDArray[np.bool_] | None:
        """Answer which ids found in the part at ``position`` still count; ``None`` means all of them."""
        gone = None
        for part in self.parts[position + 1 :]:
            if len(part.removed):
                among = is_among(ids, part.removed)
                gone = among if gone is None else gone | among
        return None if gone is None else ~gone


def make_snapshot(
    generation: int,
    parts: Sequence[SegmentT | TailView],
    damaged: Sequence[str],
) -> Snapshot[SegmentT]:
    """Answer the snapshot of these parts.

    Args:
        generation: The manifest's generation; 0 where there is no index yet.
        parts: Oldest first, without the refused ones.
        damaged: The names of the files that were refused, or read only in part.
    """
    segments = sum(1 for part in parts if not isinstance(part, TailView))
    entries = sum(len(part) for part in parts)
    return Snapshot(tuple(parts), Coverage(generation, segments, entries, tuple(damaged)))


def live_rows(parts: Sequence[Segment | TailView], width: int) -> Rows:
    """Answer the rows of consecutive parts that were not removed by a later one of them."""
    kept = []
    removed = np.empty(0, np.uint64)
    for part in reversed(parts):
        rows = part.live_rows if isinstance(part, TailView) else part.rows()
        if len(removed):
            rows = rows.select(~is_among(rows.ids, removed))
        kept.append(rows)
        removed = np.union1d(removed, part.removed)
    return join_rows(kept[::-1], width)


def is_alive(parts: Sequence[Segment | TailView]) -> bool:
    """Tell whether consecutive parts hold any entry that was not removed by a later one of them."""
    removed = np.empty(0, np.uint64)
    for part in reversed(parts):
        if isinstance(part, TailView):
            lives = not is_among(part.live_rows.ids, removed).all()
        else:
            lives = part.count_without(removed) > 0
        if lives:
            return True
        removed = np.union1d(removed, part.removed)
    return False


def live_count(parts: Sequence[Segment | TailView]) -> int:
    """Answer how many entries of consecutive parts were not removed by a later one of them."""
    total = 0
    removed = np.empty(0, np.uint64)
    for part in reversed(parts):
        if isinstance(part, TailView):
            ids = part.live_rows.ids
            total += len(ids) - int(is_among(ids, removed).sum())
        else:
            total += part.count_without(removed)
        removed = np.union1d(removed, part.removed)
    return total


def all_removed(parts: Sequence[Segment | TailView]) -> NDArray[np.uint64]:
    """Answer the sorted ids that any of the parts removes."""
    columns = [part.removed for part in parts]
    return np.unique(np.concatenate(columns)) if columns else np.empty(0, np.uint64)
