"""From the frames that were chosen to columns: each frame is hashed as it comes, and handed on in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.fingerprints import operator, pdq
from cairn.fingerprints.borders import inside
from cairn.frames import Frames, no_frames
from cairn.types import ORIENTATIONS, PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_TURNS: Final = len(ORIENTATIONS)


class FrameRows:
    """Collects the rows of frames."""

    def __init__(self) -> None:
        """Begin with none."""
        self._at: list[float] = []
        self._shot: list[bool] = []
        self._whole: list[tuple[bytes, int]] = []
        self._inside: list[tuple[bytes, int]] = []

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
        whole = _hashed(luma)
        within = inside(luma) if trim else None
        is_hashable = within is not None and min(within.shape) >= operator.CELLS
        self._at.append(at_s)
        self._shot.append(shot)
        self._whole.append(whole)
        self._inside.append(_hashed(within) if is_hashable and within is not None else whole)

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
        )
        for rows in (self._at, self._shot, self._whole, self._inside):
            rows.clear()
        return frames


def _hashed(luma: NDArray[np.float32]) -> tuple[bytes, int]:
    """Answer the eight hashes of a frame in one, and its quality."""
    cells = operator.cells(luma)
    return b"".join(pdq.hashes(pdq.coefficients(cells))), pdq.quality(cells)


def _turned(rows: Sequence[tuple[bytes, int]]) -> NDArray[np.uint8]:
    joined = np.frombuffer(b"".join(hashes for hashes, _ in rows), np.uint8)
    return joined.reshape(len(rows), _TURNS, PDQ_BYTES)
