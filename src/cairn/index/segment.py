"""An immutable file of PDQ hashes: sorted, equal ones joined, with the tables of multi-index hashing."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.index.bands import SIXTEEN, THIRTEEN, BandTable, Layout, Tables, build_band, layout_for
from cairn.index.checked_file import CheckedFileWriter, open_checked
from cairn.index.mapped_segment import MappedSegment
from cairn.index.owners import Owners, collapse
from cairn.index.words import to_values, to_words
from cairn.types import PDQ_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.rows import Rows
from cairn.index.snapshot import MergedInMemory

KIND = "pdq-segment"
LAYOUTS = {layout.signature_bits: layout for layout in (SIXTEEN, THIRTEEN)}
BUILDERS_LIMIT = 4
"""Each builder holds one band in memory, some 20 bytes a hash."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PdqSegment(MappedSegment):
    """A mapped segment.

    Attributes:
        words: ``(hashes, 4) uint64``, strictly increasing.
        tables: Their postings; ``None`` where there are so few that they are scanned.
    """

    words: NDArray[np.uint64]
    tables: Tables | None

    def rows(self) -> Rows:
        """Answer every entry, in the order of the hashes."""
        return self.owners.rows_of(to_values(self.words, PDQ_BYTES))


class PdqShape(MergedInMemory):
    """How PDQ hashes are laid out on the disk."""

    kind = "pdq"
    width = PDQ_BYTES

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment of the rows durably; answer its bytes."""
        collapsed = collapse(to_words(rows.values), rows)
        layout = layout_for(len(collapsed.words))
        arrays = {"words": collapsed.words, "removed": removed} | collapsed.owners.arrays()
        sections: dict[str, tuple[Any, tuple[int, ...]]] = {
            name: (array.dtype, array.shape) for name, array in arrays.items()
        }
        if layout is not None:
            sections |= _table_sections(layout, len(collapsed.words))
        writer = CheckedFileWriter(path, kind=KIND, sections=sections)
        try:
            for name, array in arrays.items():
                writer.append(name, array)
            if layout is not None:
                _append_tables(writer, collapsed.words, layout)
            return writer.finish({"lowest_id": collapsed.owners.lowest_id})
        finally:
            writer.close()

    def open(self, path: Path) -> PdqSegment:
        """Map a segment.

        Raises:
            IntegrityError: When its header is damaged.
        """
        file = open_checked(path, kind=KIND)
        arrays = file.arrays
        owners = Owners.from_arrays(arrays, lowest_id=file.facts["lowest_id"])
        tables = None
        if "offsets" in arrays:
            signatures = arrays["signatures"]
            layout = LAYOUTS[signatures.itemsize * 8]
            tables = Tables(layout, arrays["offsets"], signatures, arrays["rows"])
        return PdqSegment(
            name=path.name,
            length=file.length,
            words=arrays["words"],
            tables=tables,
            owners=owners,
            removed=arrays["removed"],
            file=file,
        )


def _append_tables(writer: CheckedFileWriter, words: NDArray[np.uint64], layout: Layout) -> None:
    """Write the postings of every band, built on all cores and written in order."""
    workers = min(os.cpu_count() or 1, BUILDERS_LIMIT)
    with ThreadPoolExecutor(workers, "cairn-build") as executor:
        waiting: deque[Future[BandTable]] = deque()
        for band in range(layout.bands):
            waiting.append(executor.submit(build_band, words, layout, band))
            if len(waiting) > workers:
                _append_band(writer, waiting.popleft().result())
        while waiting:
            _append_band(writer, waiting.popleft().result())


def _append_band(writer: CheckedFileWriter, band: BandTable) -> None:
    """Write the postings of one band behind those of the band before."""
    offsets, signatures, rows = band
    writer.append("offsets", offsets)
    writer.append("signatures", signatures)
    writer.append("rows", rows)


def _table_sections(layout: Layout, hashes: int) -> dict[str, tuple[Any, tuple[int, ...]]]:
    """Answer the type and shape of each section of the tables."""
    return {
        "offsets": (np.uint32, (layout.bands, layout.buckets + 1)),
        "signatures": (layout.signature_type, (layout.bands, layout.stride(hashes))),
        "rows": (np.uint32, (layout.bands - 1, hashes)),
    }
