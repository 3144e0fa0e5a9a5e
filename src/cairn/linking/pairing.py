"""From pairs of points that look alike to what geometry needs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.linking.alignment import Pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cairn.linking.keypoints import Keypoints


def paired(file: Keypoints, known: Keypoints, alike: NDArray[np.intp]) -> Pairs:
    """Answer what geometry needs of pairs of points."""
    ours, theirs = alike[:, 0], alike[:, 1]
    return Pairs(
        file.positions[ours],
        known.positions[theirs],
        known.sizes[theirs] / file.sizes[ours],
        known.angles[theirs] - file.angles[ours],
    )
