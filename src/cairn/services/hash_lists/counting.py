"""Which entries of a list are new, and which it had already, without holding the list in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]


class Seen:
    """The keys of entries that were met, eight bytes each, in sorted runs that grow by doubling.

    Two different hashes share a key once in 2^64 pairs: among ten million entries, a count is wrong by one
    in about 370,000 imports. No entry is left out for it.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._runs: list[Keys] = []

    def add(self, keys: Keys) -> int:
        """Add keys, and answer how many were not there before; repetitions among them count once."""
        fresh = np.unique(keys)
        for run in self._runs:
            place = np.minimum(np.searchsorted(run, fresh), len(run) - 1)
            fresh = fresh[run[place] != fresh]
        if len(fresh):
            self._runs.append(fresh)
            while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
                last, before = self._runs.pop(), self._runs.pop()
                self._runs.append(np.sort(np.concatenate([before, last]), kind="stable"))
        return len(fresh)
