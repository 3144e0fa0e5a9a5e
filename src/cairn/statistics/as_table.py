"""Figures as lines for a spreadsheet: one for every number, with names for programs, the same everywhere."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.statistics.overview import Overview

_HEAD = ("scope", "figure", "unit", "key", "value", "withheld")


def as_csv(found: Overview) -> str:
    """Answer a line for every number, after one with the names of the columns; what is withheld is empty."""
    written = StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(_HEAD)
    for figure in found.figures:
        for cell in figure.cells:
            value = "" if cell.value is None else f"{cell.value:g}"
            rows.writerow([found.scope, figure.name, figure.unit, cell.key, value, int(cell.is_withheld)])
    return written.getvalue()
