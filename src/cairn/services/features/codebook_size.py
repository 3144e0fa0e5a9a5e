"""How large a codebook is worth having: a query looks through as many cells of a large one as of a small.

So cells have to grow with the pictures, and each must have enough features to learn its middle from.
"""

from __future__ import annotations

from typing import Final

from cairn.index.local_rows import KEPT_FEATURES

FEWEST_PICTURES: Final = 48
"""Below, comparing all of them takes about a second a file, and there is too little to learn from."""

FEWEST_CELLS: Final = 256
MOST_CELLS: Final = 65_536
AUTOMATIC_CELLS: Final = 8_192
"""What is trained while somebody waits for an answer; larger ones take minutes, and are for the operator."""

_FEATURES_A_CELL: Final = 128
_EXAMPLES_A_CELL: Final = 64
_OUTGROWN: Final = 4


def cells_for(pictures: int, *, most_cells: int | None) -> tuple[int, int]:
    """Answer how many cells to train for so many pictures, and from how many of them.

    >>> cells_for(48, most_cells=None), cells_for(1_000_000, most_cells=65_536)
    ((256, 48), (65536, 7627))
    """
    wanted = pictures * KEPT_FEATURES // _FEATURES_A_CELL
    cells = 1 << max(wanted, 1).bit_length() - 1
    cells = min(max(cells, FEWEST_CELLS), most_cells or AUTOMATIC_CELLS)
    return cells, min(
        pictures, cells * _EXAMPLES_A_CELL // KEPT_FEATURES + 1 if cells > FEWEST_CELLS else pictures
    )


def has_outgrown(pictures: int, *, learnt_from: int) -> bool:
    """Answer whether a rebuild would make answers much quicker."""
    return pictures >= _OUTGROWN * max(learnt_from, FEWEST_PICTURES)
