"""Since when an authority has been given each entry of a stretch as it stands.

An entry that a new version of a list has as the one before is not given again. Its stretch says since which
version it stands so, and the authority's row since when each version was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from cairn.services.hash_lists.unchanged import unchanged_since

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.records.lists import ListChunk
    from cairn.services.hash_lists.noticing import Stands


@dataclass(frozen=True, slots=True)
class Ages:
    """Since when each entry is given.

    Attributes:
        times: The times there are, in seconds since 1970, ``(t,) int64``.
        which: Of each entry its place in ``times``, ``(n,) int64``.
    """

    times: NDArray[np.int64]
    which: NDArray[np.int64]

    @classmethod
    def of(cls, each: Stands, chunk: ListChunk) -> Ages:
        """Answer those of a stretch of a list that is given."""
        later = [at for first, at in each.row.added if first <= chunk.number]
        newest = later[-1] if later else int(each.row.since.timestamp())
        times = np.array([*(at for _, at in each.row.versions), newest], np.int64)
        versions = np.array([number for number, _ in each.row.versions], np.uint64)
        stands = unchanged_since(chunk)
        if stands is None:
            return cls(times, np.full(chunk.entries, len(versions), np.int64))
        # The first version that was given of those that have the entry as it stands.
        return cls(times, np.searchsorted(versions, stands).astype(np.int64))

    def any_within(self, since: datetime, until: datetime) -> bool:
        """Answer whether an entry came within this time, without a look at each where none can have."""
        return bool(self._fits(since, until).any()) and bool(self.within(since, until).any())

    def within(self, since: datetime, until: datetime) -> NDArray[np.bool_]:
        """Answer which entries came within this time."""
        found: NDArray[np.bool_] = self._fits(since, until)[self.which]
        return found

    def of_row(self, row: int) -> datetime:
        """Answer since when one entry is given."""
        return datetime.fromtimestamp(int(self.times[self.which[row]]), UTC)

    def _fits(self, since: datetime, until: datetime) -> NDArray[np.bool_]:
        at = [datetime.fromtimestamp(int(each), UTC) for each in self.times]
        return np.array([since <= each <= until for each in at], np.bool_)
