"""From the frames that were chosen to columns: each frame is hashed as it comes, and handed on in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.fingerprints import operator, pdq
from cairn.fingerprints.borders import inside
from cairn.frames import FramePoints, Frames, no_frames
from cairn.types import ORIENTATIONS, PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.types import LocalFeatures

_WHITE: Final = 255
_TURNS: Final = len(ORIENTATIONS)

MOST_CELLS: Final = 36_000
"""Frames whose reduced pictures are told: two and a half hours at four a second, 147 MB."""


class FrameRows:
    """Collects the rows of frames."""

    def __init__(self, *, with_cells: bool = False) -> None:
        """Begin with none."""
        self._with_cells = with_cells
        self._cells_told = 0
        self._at: list[float] = []
        self._shot: list[bool] = []
        self._whole: list[tuple[bytes, int]] = []
        self._inside: list[tuple[bytes, int]] = []
        self._cells: list[NDArray[np.uint8]] = []
        self._details: list[FramePoints] = []

    def __len__(self) -> int:
        """Answer how many wait to be taken."""
        return len(self._at)

    def add(self, luma: NDArray[np.float32], *, at_s: float, shot: bool, trim: bool = True) -> None:
        """Hash a frame.

        Args:
            luma: ``(h, w)``, 0 to 255, as ``operator.cells`` takes it.
            at_s: When it is shown.
            shot: A shot begins with it.
            trim: Hash it without its flat borders too.
        """
        cells = operator.cells(luma)
        whole = _hashed(cells)
        within = inside(luma) if trim else None
        is_hashable = within is not None and min(within.shape) >= operator.CELLS
        self._at.append(at_s)
        self._shot.append(shot)
        self._whole.append(whole)
        self._inside.append(_hashed(operator.cells(within)) if is_hashable and within is not None else whole)
        if self._with_cells and self._cells_told < MOST_CELLS:
            self._cells.append(np.clip(np.rint(cells), 0, _WHITE).astype(np.uint8))
            self._cells_told += 1

    def add_details(self, features: LocalFeatures, *, at_s: float) -> None:
        """Keep the local features of a frame."""
        found = FramePoints(at_s, features.width, features.height, features.points, features.descriptors)
        self._details.append(found)

    def take(self) -> Frames:
        """Answer what has been collected since the last time."""
        if not self._at:
            return no_frames()
        turned, within = _turned(self._whole), _turned(self._inside)
        frames = Frames(
            hashes=turned[:, 0],
            inside=within[:, 0],
            quality=np.array([quality for _, quality in self._whole], np.uint8),
            inside_quality=np.array([quality for _, quality in self._inside], np.uint8),
            at=np.array(self._at),
            shot=np.array(self._shot, np.bool_),
            turned=turned,
            inside_turned=within,
            cells=np.stack(self._cells) if self._cells else None,
            details=tuple(self._details),
        )
        for rows in (self._at, self._shot, self._whole, self._inside, self._cells, self._details):
            rows.clear()
        return frames


def _hashed(cells: NDArray[np.float32]) -> tuple[bytes, int]:
    """Answer the eight hashes of a frame in one, and its quality."""
    return b"".join(pdq.hashes(pdq.coefficients(cells))), pdq.quality(cells)


def _turned(rows: Sequence[tuple[bytes, int]]) -> NDArray[np.uint8]:
    joined = np.frombuffer(b"".join(hashes for hashes, _ in rows), np.uint8)
    return joined.reshape(len(rows), _TURNS, PDQ_BYTES)
