"""Several small frames as one picture, laid out so that both sides of the sandbox know where each lies."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cairn.types import PREVIEW_SIDE, Preview

ACROSS: Final = 4
MOST_STILLS: Final = 16
"""Frames on a sheet: four rows of four, each a quarter of the longest side of what is looked at."""
_CHANNELS: Final = 3


def cell_side(count: int) -> int:
    """Answer the longest side of each of so many frames, in pixels; one alone has the sheet to itself."""
    return PREVIEW_SIDE if count == 1 else PREVIEW_SIDE // ACROSS


def shape(count: int) -> tuple[int, int]:
    """Answer how many frames lie beside one another, and how many rows there are."""
    return min(count, ACROSS), -(-count // ACROSS)


def cut(sheet: Preview, count: int) -> tuple[Preview, ...]:
    """Answer the frames of a sheet; none where it is not made of so many, whoever says so."""
    across, rows = shape(count)
    if sheet.width % across or sheet.height % rows:
        return ()
    width, height = sheet.width // across, sheet.height // rows
    return tuple(
        replace(
            sheet, width=width, height=height, pixels=_cell(sheet, at // across, at % across, width, height)
        )
        for at in range(count)
    )


def _cell(sheet: Preview, row: int, column: int, width: int, height: int) -> bytes:
    line = _CHANNELS * sheet.width
    left, long = _CHANNELS * width * column, _CHANNELS * width
    starts = (line * y + left for y in range(row * height, (row + 1) * height))
    return b"".join(sheet.pixels[start : start + long] for start in starts)
