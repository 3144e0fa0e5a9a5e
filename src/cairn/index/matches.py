"""What a search answers: flat arrays of equal length, and what was searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a search looked at, so that an empty answer means something.

    Attributes:
        generation: Grows whenever the list of files changes; 0 where there is no index yet.
        segments: Immutable files that were searched, beside the newest entries.
        entries: Entries that were searched; repeated and removed ones count until a merge purges them.
        damaged: Files that were refused, or read only in part. Where there is one, the answer is incomplete.
    """

    generation: int
    segments: int
    entries: int
    damaged: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether everything that was ever acknowledged was searched."""
        return not self.damaged


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Every entry within the radius of a query, by query, distance, id and timestamp; each row once.

    Attributes:
        query: ``(m,) int64``, the position of the query.
        id: ``(m,) uint64``.
        timestamp_ms: ``(m,) uint32``.
        distance: ``(m,) uint16``, differing bits, 0 to 256.
        coverage: What was searched.
    """

    query: NDArray[np.int64]
    id: NDArray[np.uint64]
    timestamp_ms: NDArray[np.uint32]
    distance: NDArray[np.uint16]
    coverage: Coverage

    def __len__(self) -> int:
        """Answer the number of matches."""
        return len(self.query)


@dataclass(frozen=True, slots=True, eq=False)
class OrientedMatches:
    """As ``Matches``, with the orientation of the query that came closest to the entry.

    Attributes:
        query: ``(m,) int64``.
        id: ``(m,) uint64``.
        timestamp_ms: ``(m,) uint32``.
        distance: ``(m,) uint16``, the smallest over the eight orientations.
        orientation: ``(m,) uint8``, a position in ``cairn.types.ORIENTATIONS``; the lowest among equals.
        coverage: What was searched.
    """

    query: NDArray[np.int64]
    id: NDArray[np.uint64]
    timestamp_ms: NDArray[np.uint32]
    distance: NDArray[np.uint16]
    orientation: NDArray[np.uint8]
    coverage: Coverage

    def __len__(self) -> int:
        """Answer the number of matches."""
        return len(self.query)


Score = TypeVar("Score", bound="np.generic")


@dataclass(frozen=True, slots=True, eq=False)
class ScoredMatches(Generic[Score]):
    """Every entry near enough to a query, in the order of query, nearness and id; each id once a query.

    Attributes:
        query: ``(m,) int64``, the position of the query.
        id: ``(m,) uint64``.
        score: ``(m,)``, how near, in what the index measures: of PhotoDNA values the sum of the squared
            differences, ``uint32``; of vectors the cosine, ``float32``, at most 1.
        coverage: What was searched.
    """

    query: NDArray[np.int64]
    id: NDArray[np.uint64]
    score: NDArray[Score]
    coverage: Coverage

    def __len__(self) -> int:
        """Answer the number of matches."""
        return len(self.query)

    @classmethod
    def of(
        cls,
        found: Sequence[tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[Score]]],
        *,
        dtype: type[Score],
        nearest_is_highest: bool,
        coverage: Coverage,
    ) -> ScoredMatches[Score]:
        """Answer what the parts of an index have found, put in order.

        Args:
            found: Of each part query, id and score; an id may stand there more often than once.
            dtype: Of the scores, where no part has found anything.
            nearest_is_highest: Whether a higher score is nearer.
            coverage: What was searched.
        """
        query = np.concatenate([np.empty(0, np.int64), *(columns[0] for columns in found)])
        ids = np.concatenate([np.empty(0, np.uint64), *(columns[1] for columns in found)])
        score = np.concatenate([np.empty(0, dtype), *(columns[2] for columns in found)])
        far = -score if nearest_is_highest else score
        order = np.lexsort((far, ids, query))
        first = np.ones(len(order), np.bool_)
        first[1:] = (np.diff(query[order]) != 0) | (np.diff(ids[order]) != 0)
        order = order[first]
        order = order[np.lexsort((ids[order], far[order], query[order]))]
        return cls(query[order], ids[order], score[order], coverage)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Every two entries of different ids within the radius of each other; each pair once, lower id first.

    Attributes:
        first_id: ``(m,) uint64``.
        second_id: ``(m,) uint64``, greater than ``first_id``.
        first_timestamp_ms: ``(m,) uint32``.
        second_timestamp_ms: ``(m,) uint32``.
        distance: ``(m,) uint16``.
        coverage: What was searched.
    """

    first_id: NDArray[np.uint64]
    second_id: NDArray[np.uint64]
    first_timestamp_ms: NDArray[np.uint32]
    second_timestamp_ms: NDArray[np.uint32]
    distance: NDArray[np.uint16]
    coverage: Coverage

    def __len__(self) -> int:
        """Answer the number of pairs."""
        return len(self.first_id)


@dataclass(frozen=True, slots=True)
class Verification:
    """What reading every byte of the index found.

    Attributes:
        files: Files that were read.
        size_bytes: Their bytes.
        damaged: File name to what is wrong with it.
    """

    files: int
    size_bytes: int
    damaged: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stats:
    """The index in numbers.

    Attributes:
        generation: As in ``Coverage``.
        entries: Entries on the disk, repeated and removed ones included.
        live_entries: The same without the removed ones; repeated ones count until a merge.
        segments: Immutable files.
        journal_entries: Entries that are not in a segment yet.
        removals: Ids whose removal a merge has yet to carry out.
        size_bytes: Bytes on the disk; the same bytes are what memory holds, through the memory map.
        damaged: Files that are refused.
        maintenance_failure: Why the last sealing or merging failed, or ``None``.
    """

    generation: int
    entries: int
    live_entries: int
    segments: int
    journal_entries: int
    removals: int
    size_bytes: int
    damaged: tuple[str, ...]
    maintenance_failure: str | None
