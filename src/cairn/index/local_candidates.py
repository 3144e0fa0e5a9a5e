"""The pictures that a search by local features answers, in the order of their votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.index.local_stages import FirstStage
    from cairn.index.matches import Coverage

    Scores = tuple[NDArray[np.uint64], NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Pictures that may share details with the query, the likeliest first.

    Attributes:
        id: ``(m,) uint64``.
        agreeing: ``(m,) float32``, weight of the votes that agree in turn and size.
        votes: ``(m,) float32``, weight of all votes.
        is_mirrored: ``(m,) bool``, the votes came from the mirrored query.
        stage: How was searched, and how often that misses.
        coverage: What was searched.
    """

    id: NDArray[np.uint64]
    agreeing: NDArray[np.float32]
    votes: NDArray[np.float32]
    is_mirrored: NDArray[np.bool_]
    stage: FirstStage
    coverage: Coverage

    def __len__(self) -> int:
        """Answer the number of candidates."""
        return len(self.id)


def ranked(found: list[Scores], stage: FirstStage, coverage: Coverage) -> Candidates:
    """Answer each picture once, by its better side, the likeliest first."""
    media, agreeing, votes = (np.concatenate(columns) for columns in zip(*found, strict=True))
    is_mirrored = np.repeat([False, True], [len(side[0]) for side in found])
    order = np.lexsort((media, is_mirrored, -agreeing))
    _, first = np.unique(media[order], return_index=True)
    kept = order[np.sort(first)][: stage.most]
    return Candidates(media[kept], agreeing[kept], votes[kept], is_mirrored[kept], stage, coverage)
