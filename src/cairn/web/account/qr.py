"""A QR code as the path of an SVG, drawn into the page: no picture is loaded, and none is kept."""

from __future__ import annotations

from dataclasses import dataclass

import segno

_QUIET = 4
"""Modules around it. Source: ISO/IEC 18004, 9.1."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A QR code.

    Attributes:
        size: Its width and height with the quiet zone, in modules.
        path: Its dark modules, as the data of an SVG path.
    """

    size: int
    path: str


def drawn(content: str) -> Drawn:
    """Answer the QR code of a text; each run of dark modules is one stroke.

    >>> drawn("cairn").size
    29
    """
    code = segno.make(content, micro=False, error="m")
    strokes = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                strokes.append(f"M{x + _QUIET} {y + _QUIET}h{run - x}v1h-{run - x}z")
            x = run + 1
    return Drawn(len(code.matrix) + 2 * _QUIET, "".join(strokes))
