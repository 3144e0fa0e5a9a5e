"""Which stored vectors point the same way: every one is compared, so that nothing near is missed.

Vectors of one learnt model have length 1, so their product is the cosine of the angle between them. All are
multiplied with the queries, a block of the mapped file at a time; there is no first stage, and no cell or
graph that could leave one out. Files, removals and what an answer covers are as in every other index here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cairn.errors import ConfigurationError, InputError
from cairn.index.checked_file import CheckedFileWriter, open_checked
from cairn.index.mapped_segment import MappedSegment
from cairn.index.matches import ScoredMatches
from cairn.index.owners import Owners, owners_of
from cairn.index.rows import Rows, checked_ids, checked_rows
from cairn.index.snapshot import MergedInMemory
from cairn.index.stored_index import StoredIndex, open_store
from cairn.index.tail import TailView

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.store import Reader
    from cairn.index.writer import Writer

KIND: Final = "cosine-segment"
NUMBER_BYTES: Final = 4
BLOCK_VECTORS: Final = 8_192
"""Vectors at once: with 512 numbers each, 16 MB of the file."""
MOST_MATCHES: Final = 100_000
"""Of one question. Where more are near, the threshold tells nothing apart."""

_LENGTH_TOLERANCE: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CosineSegment(MappedSegment):
    """A mapped file of vectors.

    Attributes:
        vectors: ``(n, size) float32``, each of length 1.
    """

    vectors: NDArray[np.float32]

    def rows(self) -> Rows:
        """Answer every entry."""
        values = np.ascontiguousarray(self.vectors).view(np.uint8)
        return self.owners.rows_of(values.reshape(len(self.vectors), -1))


class CosineShape(MergedInMemory):
    """How vectors are laid out on the disk.

    Args:
        model: What made them; vectors of another model are another kind of index.
        size: Numbers a vector.
    """

    def __init__(self, model: str, size: int) -> None:
        """Remember both."""
        self.kind = f"cosine-{model}-{size}"
        self.width = NUMBER_BYTES * size
        self.size = size

    def write(self, path: Path, rows: Rows, removed: NDArray[np.uint64]) -> int:
        """Write a segment of the rows durably; answer its bytes."""
        owners = owners_of(None, rows.ids, rows.timestamps_ms)
        arrays: dict[str, NDArray[Any]] = {"vectors": _vectors(rows, self.size), "removed": removed}
        arrays |= owners.arrays()
        sections = {name: (array.dtype, array.shape) for name, array in arrays.items()}
        writer = CheckedFileWriter(path, kind=KIND, sections=sections)
        try:
            for name, array in arrays.items():
                writer.append(name, array)
            return writer.finish({"lowest_id": owners.lowest_id})
        finally:
            writer.close()

    def open(self, path: Path) -> CosineSegment:
        """Map a segment.

        Raises:
            IntegrityError: When its header is damaged.
        """
        file = open_checked(path, kind=KIND)
        return CosineSegment(
            name=path.name,
            length=file.length,
            vectors=file.arrays["vectors"],
            owners=Owners.from_arrays(file.arrays, lowest_id=file.facts["lowest_id"]),
            removed=file.arrays["removed"],
            file=file,
        )


class CosineIndex(StoredIndex[CosineSegment]):
    """Which vectors of one model are near each other; made by ``open_cosine``."""

    def __init__(self, store: Reader[CosineSegment] | Writer[CosineSegment], shape: CosineShape) -> None:
        """Stand before the store."""
        super().__init__(store, shape)
        self._size = shape.size

    def add(self, ids: NDArray[np.uint64], vectors: NDArray[np.float32]) -> None:
        """Add vectors; they are durable when this returns.

        Args:
            ids: ``(n,) uint64``.
            vectors: ``(n, size) float32``, each of length 1.

        Raises:
            InputError: When the arrays do not fit together, or a vector has another length.
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        values = self._checked(vectors).view(np.uint8).reshape(len(vectors), self._width)
        self._writer().add(checked_rows(checked_ids(ids), values, None, width=self._width))

    def search(self, vectors: NDArray[np.float32], *, least: float) -> ScoredMatches[np.float32]:
        """Answer every entry whose cosine with a query is ``least`` or more.

        Args:
            vectors: ``(q, size) float32``, each of length 1.
            least: Above 0, at most 1; the caller's policy names it.

        Raises:
            InputError: When the vectors have another shape or length, or ``least`` is out of range.
            ConfigurationError: With code ``index.threshold`` when nearly everything is that near.
        """
        queries = self._checked(vectors)
        if not 0 < least <= 1:
            raise InputError("The least similarity must lie above 0, and at most at 1.", code="index.bound")
        snapshot = self._store.snapshot()
        found = []
        for position, part in enumerate(snapshot.parts):
            query, ids, similarity = _near(part, queries, least, self._size)
            counting = snapshot.counts(position, ids)
            if counting is not None:
                query, ids, similarity = query[counting], ids[counting], similarity[counting]
            found.append((query, ids, similarity))
        return ScoredMatches.of(found, dtype=np.float32, nearest_is_highest=True, coverage=snapshot.coverage)

    def _checked(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        made = np.ascontiguousarray(vectors)
        if made.dtype != np.float32 or made.ndim != 2 or made.shape[1] != self._size:  # noqa: PLR2004 - rows and columns
            raise InputError(
                f"Vectors must be an array of float32 with {self._size} columns.", code="index.shape"
            )
        if not (abs(np.linalg.norm(made, axis=1) - 1) < _LENGTH_TOLERANCE).all():
            raise InputError("Vectors must be of length 1.", code="index.shape")
        return made


def open_cosine(folder: Path, *, model: str, size: int, writable: bool = False) -> CosineIndex:
    """Open the index of one model's vectors in ``folder``; use it in a ``with`` statement, or close it.

    Args:
        folder: Created when absent and ``writable``; a reader takes an absent folder as an empty index.
        model: What made the vectors.
        size: Numbers a vector.
        writable: Take the writer's lock.

    Raises:
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest is damaged, or the folder holds another kind of index.
    """
    shape = CosineShape(model, size)
    store: Reader[CosineSegment] | Writer[CosineSegment] = open_store(folder, shape, writable=writable)
    return CosineIndex(store, shape)


def _vectors(rows: Rows, size: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(rows.values).view("<f4").reshape(-1, size)


def _near(
    part: CosineSegment | TailView, queries: NDArray[np.float32], least: float, size: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float32]]:
    """Answer query, id and cosine of what is near in one part."""
    if isinstance(part, TailView):
        vectors, ids = _vectors(part.live_rows, size), part.live_rows.ids
    else:
        vectors, ids = part.vectors, part.owners.ids_at(slice(None))
    columns = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))]
    total = 0
    for start in range(0, len(vectors), BLOCK_VECTORS):
        cosine = vectors[start : start + BLOCK_VECTORS] @ queries.T
        row, query = np.nonzero(cosine >= least)
        total += len(row)
        if total > MOST_MATCHES:
            raise ConfigurationError(
                f"More than {MOST_MATCHES:,} stored vectors are near: the threshold tells nothing apart.",
                code="index.threshold",
            )
        columns.append((query, row + start, np.minimum(cosine[row, query], 1)))
    query, row, similarity = (np.concatenate(column) for column in zip(*columns, strict=True))
    return query, ids[row], similarity
