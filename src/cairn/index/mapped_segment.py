"""What every immutable file of entries has in common, whatever its values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.index.rows import is_among

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cairn.index.checked_file import CheckedFile
    from cairn.index.owners import Owners


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MappedSegment:
    """A mapped file of entries.

    Attributes:
        name: The file's name.
        length: Its bytes.
        owners: The entries of each value.
        removed: Sorted ids that it removes from older parts.
        file: The file itself.
    """

    name: str
    length: int
    owners: Owners
    removed: NDArray[np.uint64]
    file: CheckedFile

    def __len__(self) -> int:
        """Answer the number of entries."""
        return len(self.owners)

    def count_without(self, removed: NDArray[np.uint64]) -> int:
        """Answer how many entries are left when those with these sorted ids go."""
        if not len(removed):
            return len(self)
        return len(self) - int(is_among(self.owners.ids_at(slice(None)), removed).sum())

    def damage(self) -> str | None:
        """Read every byte; answer what does not match its checksum, or ``None``."""
        return self.file.damage()

    def preload(self) -> None:
        """Bring every page into memory and into this process's page table."""
        self.file.preload()
