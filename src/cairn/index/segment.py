"""An immutable file of PDQ hashes: sorted, equal ones joined, with the tables of multi-index hashing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

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


@dataclass(frozen=True, slots=True, eq=False)
class PdqSegment:
    """A mapped segment.

    Attributes:
        name: The file's name.
        length: Its bytes.
        words: ``(hashes, 4) uint64``, strictly increasing.
        owners: The entries of each hash.
        removed: Sorted ids that it removes from older parts.
    """

    name: str
    length: int
    words: NDArray[np.uint64]
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
        writer = CheckedFileWriter(path, kind=KIND, sections=_sections(collapsed, removed))
        try:
            writer.append("words", collapsed.words)
            owners = collapsed.owners
            writer.append("ids", owners.ids)
            if owners.starts is not None:
                writer.append("starts", owners.starts)
            if owners.timestamps_ms is not None:
                writer.append("timestamps_ms", owners.timestamps_ms)
            writer.append("removed", removed)
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
        return PdqSegment(path.name, file.length, arrays["words"], owners, arrays["removed"], file)


def _sections(
    collapsed: Collapsed,
    removed: NDArray[np.uint64],
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
    return sections
