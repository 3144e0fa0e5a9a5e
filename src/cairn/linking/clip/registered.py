"""The hashes that a file's frames would have if an edit were undone.

A crop, a caption bar, a window on a screen, a picture in another picture change the hash of a frame beyond
recognition. But such an edit is the same for every frame: once the points of a single frame have said how the
file's picture lies in the known one, all frames can be laid there, and their hashes are near again. What the
file does not show is filled with the colour of its edge.

The reduced picture of each frame is enough for that (64×64 cells, which the hash is made of anyway), so
nothing is decoded again. Cells are pixels: they are measured of the file that is asked about, and never kept.

``docs/method/video.md`` has the distances before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.fingerprints.operator import CELLS
from cairn.fingerprints.pdq import coefficients, hashes, leanings, quality
from cairn.frames import Frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pair = tuple[int, int]


def registered(
    frames: Frames,
    matrix: NDArray[np.float64],
    *,
    is_mirrored: bool,
    file_frame: Pair,
    known_frame: Pair,
) -> Frames:
    """Answer the frames as they would be with the file's picture laid where it is in the known one.

    Args:
        frames: The file's, with ``cells``; only the frames that have them are answered.
        matrix: ``(3, 3)``, from the file's working pixels to the known picture's, as ``Agreement.matrix`` has
            it: of a mirrored agreement it begins with the mirrored file's pixels.
        is_mirrored: Mirror the file first.
        file_frame: Width and height of the file's picture in working pixels.
        known_frame: The same of the known picture.

    Returns:
        Frames whose hashes, whole and inside, are of the picture so laid, with ``leanings``; in no other
        orientation.

    Raises:
        ValueError: The frames have no cells.
    """
    cells = frames.cells
    if cells is None:
        raise ValueError("only a file that was just measured has its cells")
    frames = frames.only(np.arange(len(cells)))
    change = _in_cells(matrix, file_frame, known_frame)
    turned = cells[:, :, ::-1] if is_mirrored else cells
    made = [_laid(np.ascontiguousarray(picture), change) for picture in turned]
    transformed = [coefficients(each) for each in made]
    laid = np.frombuffer(b"".join(hashes(each)[0] for each in transformed), np.uint8).reshape(-1, 32)
    good = np.array([quality(each) for each in made], np.uint8)
    surely = np.array([leanings(each) for each in transformed], np.float32).reshape(-1, 8 * laid.shape[1])
    return Frames(laid, laid, good, good, frames.at, frames.shot, leanings=surely)


def _laid(picture: NDArray[np.uint8], change: NDArray[np.float64]) -> NDArray[np.float32]:
    """Answer one reduced picture, laid; beyond its edge the edge goes on."""
    return np.asarray(
        cv2.warpPerspective(
            picture.astype(np.float32),
            change,
            (CELLS, CELLS),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def _in_cells(matrix: NDArray[np.float64], file_frame: Pair, known_frame: Pair) -> NDArray[np.float64]:
    """Answer a change between working pixels as one between cells; a cell's place is its middle."""
    to_pixels = np.diag([file_frame[0] / CELLS, file_frame[1] / CELLS, 1.0])
    to_cells = np.diag([CELLS / known_frame[0], CELLS / known_frame[1], 1.0])
    middle = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    change: NDArray[np.float64] = np.linalg.inv(middle) @ to_cells @ matrix @ to_pixels @ middle
    return change
