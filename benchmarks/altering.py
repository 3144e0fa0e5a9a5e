"""What is done to pictures before somebody tries to recognise them: one row of the published table each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.synthetic import alterations as alter
from cairn.synthetic import distortions as distort
from cairn.synthetic.noise import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

OTHERS = 8
"""A 3×3 collage needs eight other pictures."""
WANTED = 0.98
WANTED_OF_SMALL_PARTS = 0.92


@dataclass(frozen=True, slots=True)
class Case:
    """One picture that is altered.

    Attributes:
        pixels: RGB.
        number: Decides what chance decides.
        others: Other pictures, to put it among.
    """

    pixels: Pixels
    number: int
    others: Sequence[Pixels]

    @property
    def at(self) -> tuple[float, float]:
        """Answer where a crop lies."""
        across, down = stream(self.number, 41).uniform(0, 1, 2)
        return float(across), float(down)

    @property
    def angle(self) -> float:
        """Answer any angle, in degrees."""
        return float(stream(self.number, 42).uniform(0, 360))


def _crop(case: Case, share: float) -> Pixels:
    return alter.cropped(case.pixels, share, at=case.at)


def _collage(case: Case, columns: int, cell: tuple[int, int]) -> Pixels:
    """Put the picture into the middle of others."""
    count = columns * columns
    tiles = [*case.others[: count // 2], case.pixels, *case.others[count // 2 : count - 1]]
    return alter.collage(tiles, columns=columns, cell=cell)


ROWS: dict[str, Callable[[Case], Pixels]] = {
    "recompressed, quality 30": lambda case: distort.recompressed(case.pixels, 30),
    "recompressed, quality 10": lambda case: distort.recompressed(case.pixels, 10),
    "half size": lambda case: alter.resized(case.pixels, 0.5),
    "quarter size": lambda case: alter.resized(case.pixels, 0.25),
    "blurred, sigma 2": lambda case: distort.blurred(case.pixels, 2),
    "brightness × 1.5": lambda case: alter.brightened(case.pixels, 1.5),
    "mirrored": lambda case: alter.mirrored(case.pixels),
    "turned by 90°": lambda case: alter.rotated(case.pixels, 1),
    "turned by 5°": lambda case: distort.turned(case.pixels, 5),
    "turned by 20°": lambda case: distort.turned(case.pixels, 20),
    "turned by any angle": lambda case: distort.turned(case.pixels, case.angle),
    "perspective": lambda case: distort.slanted(case.pixels, 0.15, seed=case.number),
    "aspect × 0.75": lambda case: distort.stretched(case.pixels, 0.75),
    "crop 5 %": lambda case: _crop(case, 0.95),
    "crop 10 %": lambda case: _crop(case, 0.90),
    "crop 25 %": lambda case: _crop(case, 0.75),
    "crop 50 %": lambda case: _crop(case, 0.50),
    "crop 70 %": lambda case: _crop(case, 0.30),
    "white border": lambda case: alter.bordered(case.pixels, 0.08),
    "small caption": lambda case: alter.captioned(case.pixels, "see you soon", share=0.06),
    "big caption": lambda case: alter.captioned(case.pixels, "LOOK AT THIS", share=0.2),
    "sticker over 12 %": lambda case: alter.stickered(case.pixels, 0.12, at=case.at),
    "screenshot": lambda case: distort.screenshot(case.pixels, seed=case.number),
    "photo of a screen": lambda case: distort.photo_of_a_screen(case.pixels, seed=case.number),
    "collage 2×2": lambda case: _collage(case, 2, (400, 300)),
    "collage 3×3": lambda case: _collage(case, 3, (320, 240)),
    "picture in picture, 35 %": lambda case: distort.inset(case.pixels, case.others[0], 0.35),
    "mirrored, crop 25 %, quality 30": lambda case: distort.recompressed(
        alter.mirrored(_crop(case, 0.75)), 30
    ),
    "crop 50 %, caption, half size": lambda case: alter.resized(
        alter.captioned(_crop(case, 0.50), "see you soon"), 0.5
    ),
    "turned by 12°, screenshot, quality 30": lambda case: distort.recompressed(
        distort.screenshot(distort.turned(case.pixels, 12), seed=case.number), 30
    ),
}

SMALL_PARTS = frozenset({"collage 3×3", "picture in picture, 35 %", "crop 70 %"})
"""Where little of the picture is left, less is asked for."""


def wanted(row: str) -> float:
    """Answer the share of copies that should be recognised."""
    return WANTED_OF_SMALL_PARTS if row in SMALL_PARTS else WANTED
