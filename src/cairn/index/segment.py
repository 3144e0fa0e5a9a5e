"""An immutable file of PDQ hashes: sorted, equal ones joined, with the tables of multi-index hashing."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.index.bands import SIXTEEN, THIRTEEN, BandTable, Layout, Tables, build_band, layout_for
from cairn.index.checked_file import CheckedFile, CheckedFileWriter, open_checked
from cairn.index.owners import Owners, collapse
from cairn.index.rows import Rows
from cairn.index.words import WORDS, to_hashes, to_words
from cairn.types import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import DTypeLike, NDArray

    from cairn.index.owners import Collapsed

KIND = "pdq-segment"
LAYOUTS = {layout.signature_bits: layout for layout in (SIXTEEN, THIRTEEN)}
BUILDERS_LIMIT = 4
"""Each builder holds one band in memory, some 20 bytes a hash."""


@dataclass(frozen=True, slots=True, eq=False)
class PdqSegment:
    """A mapped segment.

    Attributes:
        name: The file's name.
        length: Its bytes.
        words: ``(hashes, 4) uint64``, strictly increasing.
        tables: Their postings; ``None`` where there are so few that they are scanned.
        owners: The entries of each hash.
        removed: Sorted ids that it removes from older parts.
    """

    name: str
    length: int
    words: NDArray[np.uint64]
    tables: Tables | None
    owners: Owners
    removed: NDArray[np.uint64]
    _file: CheckedFile

    def __len__(self) -> int:
        """Answer the number of entries."""
        return len(self.owners)

    def rows(self) -> Rows:
        """Answer every entry, in the order of the hashes."""
        hashes = to_hashes(self.words)
        if self.owners.starts is not None:
            hashes = np.repeat(hashes, np.diff(self.owners.starts), axis=0)
        everything = slice(None)
        stamps = self.owners.timestamps_ms
        if stamps is None:
            stamps = np.zeros(len(self.owners), np.uint32)
        return Rows(self.owners.ids_at(everything), stamps, hashes)

    def damage(self) -> str | None:
        """Read every byte; answer what does not match its checksum, or ``None``."""
        return self._file.damage()


class PdqShape:
    """How PDQ hashes are laid out on the disk."""

    kind = "pdq"
    width = PDQ_BYTES

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment of the rows durably; answer its bytes."""
        collapsed = collapse(to_words(rows.values), rows)
        layout = layout_for(len(collapsed.words))
        writer = CheckedFileWriter(path, kind=KIND, sections=_sections(collapsed, removed, layout))
        try:
            writer.append("words", collapsed.words)
            owners = collapsed.owners
            writer.append("ids", owners.ids)
            if owners.starts is not None:
                writer.append("starts", owners.starts)
            if owners.timestamps_ms is not None:
                writer.append("timestamps_ms", owners.timestamps_ms)
            writer.append("removed", removed)
            if layout is not None:
                _append_tables(writer, collapsed.words, layout)
            return writer.finish({"lowest_id": owners.lowest_id})
        finally:
            writer.close()

    def open(self, path: Path) -> PdqSegment:
        """Map a segment.

        Raises:
            IntegrityError: When its header is damaged.
        """
        file = open_checked(path, kind=KIND)
        arrays = file.arrays
        owners = Owners(
            arrays.get("starts"), arrays["ids"], file.facts["lowest_id"], arrays.get("timestamps_ms")
        )
        tables = None
        if "offsets" in arrays:
            signatures = arrays["signatures"]
            layout = LAYOUTS[signatures.itemsize * 8]
            tables = Tables(layout, arrays["offsets"], signatures, arrays["rows"])
        return PdqSegment(path.name, file.length, arrays["words"], tables, owners, arrays["removed"], file)


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


def _sections(
    collapsed: Collapsed,
    removed: NDArray[np.uint64],
    layout: Layout | None,
) -> Mapping[str, tuple[DTypeLike, tuple[int, ...]]]:
    """Answer the type and shape of each section of the file."""
    owners = collapsed.owners
    sections: dict[str, tuple[Any, tuple[int, ...]]] = {
        "words": (np.uint64, (len(collapsed.words), WORDS)),
        "ids": (owners.ids.dtype, owners.ids.shape),
        "removed": (np.uint64, removed.shape),
    }
    if owners.starts is not None:
        sections["starts"] = (np.uint32, owners.starts.shape)
    if owners.timestamps_ms is not None:
        sections["timestamps_ms"] = (np.uint32, owners.timestamps_ms.shape)
    if layout is not None:
        hashes = len(collapsed.words)
        sections["offsets"] = (np.uint32, (layout.bands, layout.buckets + 1))
        sections["signatures"] = (layout.signature_type, (layout.bands, layout.stride(hashes)))
        sections["rows"] = (np.uint32, (layout.bands - 1, hashes))
    return sections
