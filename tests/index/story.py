"""A story of changes to an index, told by a number: the same number always tells the same story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.index import merging, writer
from cairn.index.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cairn.index.segment import PdqSegment
    from cairn.index.writer import Writer

Content = frozenset[tuple[int, int, bytes]]
SMALL_SEAL_ROWS = 8
SMALL_BULK_ROWS = 30


@dataclass(frozen=True, slots=True)
class Change:
    """One change, and what the index holds afterwards."""

    added: Rows | None
    removed: NDArray[np.uint64] | None
    after: Content

    def apply(self, store: Writer[PdqSegment]) -> None:
        """Make the change; neither rows nor ids means a compaction."""
        if self.added is not None:
            store.add(self.added)
        elif self.removed is not None:
            store.remove(self.removed)
        else:
            store.compact()


def tell(seed: int, length: int) -> Iterator[Change]:
    """Yield changes: mostly small additions, some removals, a few bulk additions and compactions."""
    random = np.random.default_rng(seed)
    content: set[tuple[int, int, bytes]] = set()
    for _ in range(length):
        kind = random.random()
        if kind < 0.2:
            gone = random.integers(0, 40, random.integers(1, 4)).astype(np.uint64)
            content = {row for row in content if row[0] not in set(gone.tolist())}
            yield Change(None, gone, frozenset(content))
        elif kind < 0.25:
            yield Change(None, None, frozenset(content))
        else:
            count = int(random.integers(1, 6)) if kind < 0.95 else SMALL_BULK_ROWS
            rows = Rows(
                random.integers(0, 40, count).astype(np.uint64),
                random.integers(0, 3, count).astype(np.uint32),
                random.integers(0, 2, (count, 32)).astype(np.uint8),
            )
            content |= rows_as_content(rows)
            yield Change(rows, None, frozenset(content))


def rows_as_content(rows: Rows) -> Content:
    """Answer rows as a set that can be compared."""
    values = [value.tobytes() for value in rows.values]
    return frozenset(zip(rows.ids.tolist(), rows.timestamps_ms.tolist(), values, strict=True))


def make_files_small() -> None:
    """Have journals sealed and segments merged after a handful of rows, in this process."""
    for module in (writer, merging):
        module.__dict__["SEAL_ROWS"] = SMALL_SEAL_ROWS
    writer.__dict__["BULK_ROWS"] = SMALL_BULK_ROWS
